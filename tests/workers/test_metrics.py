"""What a process says of itself: true for a quiet clinic, and for one whose records are away."""

import asyncio
import json
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sealed import RING, client_of
from structlog.testing import LogCapture

from config.settings import Settings
from local.ports import free_port
from local.temporal_server import ServerStarter
from pathway.findings import FindingKind
from records import signs, watch_rounds
from records.database import Records
from records.errors import RecordsError, RecordsUnavailableError
from workers.metrics import counters
from workers.metrics.door import Pages, open_door
from workers.metrics.families import Families
from workers.metrics.health import Check, Health, Pulse
from workers.metrics.measuring import Measuring
from workers.metrics.rounds import Rounds
from workers.metrics.sources import Source, sources
from workers.metrics.temporal import temporal_answers
from workers.metrics.watch import watch
from workers.sweeps import Sweep, sweep_until

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(body: bytes) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def plain(found: Samples, name: str) -> float:
    return found[name, ()]


def health(**more: Any) -> Health:
    return Health(rounds=more.pop("rounds", Rounds()), kept_seconds=0, **more)


async def test_a_quiet_clinic_is_ready_and_says_what_it_counts(records: Records) -> None:
    """No journeys, no texts, nothing for days: nothing here waits for activity."""
    pages = Pages(health(), Measuring(records))
    found = samples((await pages.answer("/metrics")).body)
    assert plain(found, "waymark_records_up") == 1
    assert plain(found, "waymark_workers") == 0
    assert plain(found, "waymark_worker_sign_age_seconds") == float("inf")
    assert found["waymark_escalations_open", (("level", "safety"), ("owned", "no"))] == 0
    assert found["waymark_texts_total", (("outcome", "sent"), ("template", "welcome"))] == 0
    assert found["waymark_payloads_refused_total", (("reason", "unknown_key"),)] >= 0
    ready = await pages.answer("/readyz")
    assert (ready.status, json.loads(ready.body)) == (
        200,
        {"status": "ready", "checks": {"event_loop": "ok", "sweeps": "ok"}},
    )


async def test_a_worker_that_gives_signs_is_counted(records: Records) -> None:
    now = datetime.now().astimezone()
    await signs.give(records, "worker 1", now)
    await signs.give(records, "worker 2", now - timedelta(minutes=5))
    await signs.give(records, "watch", now)
    found = samples((await Pages(health(), Measuring(records)).answer("/metrics")).body)
    assert plain(found, "waymark_workers") == 1
    assert plain(found, "waymark_worker_sign_age_seconds") < 60


async def test_the_watch_says_when_it_looked_and_what_it_found(records: Records) -> None:
    now = datetime.now().astimezone()

    async def said() -> Samples:
        families = await watch(records, now)
        return {(s.name, tuple(s.labels.items())): s.value for f in families for s in f.samples}

    none = {("waymark_watch_findings", (("kind", str(kind)),)): 0 for kind in FindingKind}
    age = ("waymark_watch_round_age_seconds", ())
    assert await said() == {age: float("inf")} | none
    looked = now - timedelta(minutes=4)
    await watch_rounds.note(
        records,
        watch_rounds.Round(
            begun_at=looked, ended_at=looked, journeys=3, mended=0, every=timedelta(minutes=5)
        ),
    )
    assert await said() == {age: 240} | none


async def test_what_the_records_hold_is_read_once_in_a_while(records: Records) -> None:
    asked: list[datetime] = []

    async def read(_records: Records, now: datetime) -> Families:
        asked.append(now)
        return ()

    measuring = Measuring(records, (Source("mine", 60, read), Source("other", 0, read)))
    await asyncio.gather(*(measuring.refresh() for _ in range(5)))
    assert len(asked) == 1 + 5


async def test_a_scrape_answers_while_the_records_are_away() -> None:
    away = await Records.open(
        f"postgresql://w:hunter2@127.0.0.1:{free_port()}/w",
        ring=RING,
        patience=timedelta(seconds=1),
    )
    measuring = Measuring(away)
    pages = Pages(health(), measuring)
    begun = time.monotonic()
    for _ in range(3):
        answer = await pages.answer("/metrics")
        found = samples(answer.body)
        assert (answer.status, plain(found, "waymark_records_up")) == (200, 0)
        # An old number would be taken for the present one.
        assert not any(name.startswith("waymark_escalations") for name, _ in found)
    assert time.monotonic() - begun < 3, "records that are away were asked again and again"
    assert b"hunter2" not in answer.body
    await away.close()


async def test_one_question_that_is_refused_costs_no_other_answer(
    records: Records, lines: LogCapture
) -> None:
    async def refused(_records: Records, _now: datetime) -> Families:
        raise RecordsError("the database refused: ProgrammingError")

    measuring = Measuring(records, (Source("mine", 60, refused), *sources()))
    found = samples((await Pages(health(), measuring).answer("/metrics")).body)
    assert plain(found, "waymark_records_up") == 1
    assert found["waymark_measured", (("source", "mine"),)] == 0
    assert found["waymark_measured", (("source", "owed"),)] == 1
    assert plain(found, "waymark_workers") == 0
    assert [(line["event"], line["kind"]) for line in lines.entries] == [("not_measured", "mine")]


async def test_a_question_that_takes_too_long_is_no_outage(records: Records) -> None:
    async def too_long(_records: Records, _now: datetime) -> Families:
        raise RecordsUnavailableError("the database cannot answer: QueryCanceled (57014)")

    measuring = Measuring(records, (Source("mine", 60, too_long), *sources()))
    found = samples((await Pages(health(), measuring).answer("/metrics")).body)
    assert plain(found, "waymark_records_up") == 1
    assert found["waymark_measured", (("source", "mine"),)] == 0
    assert plain(found, "waymark_workers") == 0


async def test_a_check_that_fails_or_hangs_is_named_with_its_reason(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.metrics.health.ANSWERS_WITHIN_SECONDS", 0.05)

    async def hangs() -> str | None:
        await asyncio.sleep(60)
        return None

    async def raises() -> str | None:
        raise ConnectionError("Ada Quill")

    async def says() -> str | None:
        return "still starting"

    mine = health(
        checks={"a": Check(hangs), "b": Check(raises), "c": Check(says), "d": Check(says, False)}
    )
    verdict = await mine.ready()
    assert verdict.failing == ("a", "b", "c")
    assert verdict.said["a"] == "no answer in time"
    assert verdict.said["b"] == "ConnectionError"
    answer = await Pages(mine, Measuring(records, ())).answer("/readyz")
    assert (answer.status, json.loads(answer.body)["status"]) == (503, "not_ready")
    found = samples((await Pages(mine, Measuring(records, ())).answer("/metrics")).body)
    assert found["waymark_check_ok", (("check", "a"),)] == 0
    assert found["waymark_check_ok", (("check", "sweeps"),)] == 1


async def test_checks_are_asked_once_in_some_seconds(records: Records) -> None:
    asked: list[int] = []

    async def ask() -> str | None:
        asked.append(1)
        return None

    mine = Health(checks={"a": Check(ask)}, rounds=Rounds())
    for _ in range(5):
        await mine.ready()
    assert len(asked) == 1


async def test_a_sweep_that_hangs_or_only_fails_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.metrics.rounds.MAY_TAKE", timedelta(seconds=0.1))
    rounds, stop = Rounds(), asyncio.Event()
    monkeypatch.setattr("workers.sweeps.ROUNDS", rounds)

    async def hangs() -> int:
        await asyncio.sleep(60)
        return 0

    async def fails() -> int:
        raise ConnectionError

    async def nothing_to_do() -> int:
        return 0

    async def dies() -> int:
        raise asyncio.CancelledError

    works = {"hangs": hangs, "fails": fails, "quiet": nothing_to_do, "dies": dies}
    every = timedelta(seconds=0.05)
    running = [asyncio.create_task(sweep_until(stop, Sweep(n, w, every))) for n, w in works.items()]
    async with asyncio.timeout(5):
        while rounds.late() != ("dies", "fails", "hangs"):
            await asyncio.sleep(0.02)
    verdict = await health(rounds=rounds).ready()
    assert verdict.said["sweeps"] == "not done in time: dies, fails, hangs"
    assert (await health(rounds=rounds).lives()).well, "a start anew would change nothing"
    stop.set()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def get(port: int, path: str) -> tuple[int, bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


async def test_a_loop_that_hangs_is_said_by_the_thread_beside_it(
    records_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.metrics.health.STALLED_SECONDS", 0.3)
    port = free_port()
    settings = Settings(database_url=records_url, port_metrics=port)
    mine = health(pulse=Pulse())
    monkeypatch.setattr("workers.metrics.health._BEAT_SECONDS", 0.01)
    async with open_door(settings, RING, port, mine):
        status, body = await asyncio.to_thread(get, port, "/healthz")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        ready = json.loads((await asyncio.to_thread(get, port, "/readyz"))[1])
        assert ready["checks"]["records"] == "ok"
        answers: list[tuple[int, bytes]] = []
        asking = threading.Timer(0.5, lambda: answers.append(get(port, "/healthz")))
        asking.start()
        time.sleep(1.0)  # noqa: ASYNC251 - the loop hangs
        asking.join()
        assert answers[0][0] == 503
        assert b"the event loop has not turned for" in answers[0][1]
        assert (await asyncio.to_thread(get, port, "/metrics"))[0] == 200
        assert (await asyncio.to_thread(get, port, "/else"))[0] == 404
    with pytest.raises(OSError, match="refused"):
        get(port, "/healthz")


async def test_a_port_that_is_taken_costs_the_figures_alone(
    records_url: str, lines: LogCapture
) -> None:
    port = free_port()
    settings = Settings(database_url=records_url)
    first = open_door(settings, RING, port, health())
    second = open_door(settings, RING, port, health())
    async with first, second:
        pass
    assert [line["event"] for line in lines.entries] == ["metrics_not_served"]


async def test_without_a_port_nothing_listens(records_url: str) -> None:
    threads = threading.active_count()
    async with open_door(Settings(database_url=records_url), RING, None, health()):
        assert threading.active_count() == threads


def test_only_reasons_that_are_known_are_counted() -> None:
    """A label that came from outside would grow without end, and might tell of somebody."""
    with pytest.raises(ValueError, match="Ada"):
        counters.payload_refused("Ada")


async def test_temporal_is_asked_from_beside_and_its_end_is_seen(
    private_server: ServerStarter,
) -> None:
    async with private_server() as server:
        client = await client_of(server)
        mine = health(checks={"temporal": Check(temporal_answers(client))})

        def beside() -> str:
            return asyncio.run(mine.ready()).said["temporal"]

        assert await asyncio.to_thread(beside) == "ok"
        await server.kill()
        assert await asyncio.to_thread(beside) in {"RPCError", "no answer in time"}
        await server.restart()
        async with asyncio.timeout(20):
            while await asyncio.to_thread(beside) != "ok":
                await asyncio.sleep(0.1)
