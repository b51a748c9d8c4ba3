"""What a journey is not told while it is ended from outside, it learns when it is back."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from a_page import a_page, page_due
from journey_stand import LiveJourney
from structlog.testing import LogCapture
from temporalio.client import Client
from watch_stand import WatchStand, begun, kinds

from activities.provider import Provider
from config.clinic import load_clinic
from pathway import commands as cmd
from pathway.protocol import Template
from pathway.roles import Role
from records import deliveries, links, page_deliveries, pages, patients, texts
from records.deliveries import Callback
from records.link_making import to_take
from records.links import Outcome
from records.page_model import Post
from records.text_model import TextState
from workers import deliveries as text_sweep
from workers import stranded
from workers.answering import Answers
from workers.bringing_back import bring_back
from workers.calling import Caller
from workers.deliveries import tell_failures
from workers.page_deliveries import climb_past_failures
from workers.telling import tell
from workflows.messages import SendText

HALE = "+14155550107"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which journeys were tried to be told, one after another."""
    tried: list[str] = []

    async def noted(client: Client, reference: str, command: cmd.Command) -> Any:
        tried.append(reference)
        return await tell(client, reference, command)

    monkeypatch.setattr(stranded, "tell", noted)
    return tried


async def a_failed_text(stand: WatchStand, journey: LiveJourney, sid: str = "SM1") -> None:
    # All here have one phone, and whoever shares one is not texted.
    await patients._set(stand.records, journey.reference, phone_shared=False)
    intent, now = f"{journey.reference}/call/{sid}", datetime.now(UTC)
    send = SendText(
        reference=journey.reference, intent=intent, template=Template.PLEASE_CALL, as_of=now
    )
    await texts.reserve(stand.records, send, "Call us.")
    assert await texts.mark_posting(stand.records, intent, now)
    await texts.settle(stand.records, intent, TextState.SENT, "taken", sid)
    await undelivered(stand, sid)


async def undelivered(stand: WatchStand, sid: str) -> None:
    callback = Callback(sid=sid, status="undelivered", at=datetime.now(UTC), provider_code=30003)
    assert await deliveries.take(stand.records, [callback])


async def comes_back(stand: WatchStand, journey: LiveJourney, patch: pytest.MonkeyPatch) -> None:
    await bring_back(stand.records, stand.client, journey.reference, stand.task_queue)
    patch.setattr(stranded, "AGAIN_AFTER", timedelta(0))


async def nothing_more(work: Callable[[], Awaitable[int]]) -> None:
    for _ in range(3):
        assert await work() == 0


async def test_a_text_that_did_not_arrive_is_told_when_the_journey_is_back(
    watched: WatchStand, monkeypatch: pytest.MonkeyPatch, asked: list[str], lines: LogCapture
) -> None:
    journey = await begun(watched)
    await a_failed_text(watched, journey)
    await journey.handle.terminate()
    work = tell_failures(watched.records, watched.client).work
    await nothing_more(work)
    assert asked == [journey.reference], "it is not asked for in every round"
    assert [line["event"] for line in lines.entries].count("journey_stranded") == 1
    assert len(await deliveries.ended_badly(watched.records, 10)) == 1
    await comes_back(watched, journey, monkeypatch)
    assert await work() == 1
    assert "Call the patient: a text did not arrive" in [
        row.line for row in (await journey.overview()).owed
    ]
    await nothing_more(work)


async def test_what_waits_for_one_keeps_nothing_from_another(
    watched: WatchStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_sweep, "MOST_AT_ONCE", 1)
    first, second = await begun(watched), await begun(watched)
    await a_failed_text(watched, first, "SM1")
    await a_failed_text(watched, second, "SM2")
    await first.handle.terminate()
    work = tell_failures(watched.records, watched.client).work
    assert [await work(), await work()] == [0, 1]
    assert "text_undelivered" in await kinds(watched, second)


async def test_of_a_journey_that_came_to_its_end_nothing_waits(watched: WatchStand) -> None:
    journey = await begun(watched)
    await a_failed_text(watched, journey)
    await journey.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    await journey.handle.result()
    work = tell_failures(watched.records, watched.client).work
    assert [await work(), await work()] == [1, 0]


async def one_text_for(stand: WatchStand, *about: LiveJourney) -> str:
    """Dr. Hale has pages of all of them in one text, which did not arrive."""
    now = datetime.now(UTC)
    due = [
        page_due(journey.reference, "dr.hale", HALE, now, since=now + timedelta(seconds=n))
        for n, journey in enumerate(about)
    ]
    minute = timedelta(minutes=1)
    before = due[0].listed.model_copy(update={"intent": "J-0000000001/e9/x", "escalation": "e9"})
    before = before.model_copy(update={"reference": "J-0000000001"})
    await pages.take_turn(stand.records, due[0].model_copy(update={"listed": before}), minute)
    for page in due:
        await pages.take_turn(stand.records, page, minute)
    turn = await pages.take_turn(
        stand.records, due[0].model_copy(update={"at": now + minute}), minute
    )
    assert isinstance(turn, Post)
    assert len(turn.listed) == len(about)
    await pages.went_out(stand.records, turn.intent, "SM9")
    await undelivered(stand, "SM9")
    return turn.intent


async def test_a_page_that_did_not_arrive_is_told_when_the_journey_is_back(
    watched: WatchStand,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[str],
) -> None:
    gone, other = await begun(watched, flagged=True), await begun(watched, flagged=True)
    await one_text_for(watched, gone, other)
    await gone.handle.terminate()
    caller = Caller(provider, load_clinic())
    work = climb_past_failures(watched.records, watched.client, caller).work
    await nothing_more(work)
    assert asked == [gone.reference, other.reference]
    assert "page_failed" in await kinds(watched, other), "it climbs although the other waits"
    assert len(await page_deliveries.unheard(watched.records, 10)) == 1
    await comes_back(watched, gone, monkeypatch)
    assert await work() == 1
    assert "page_failed" in await kinds(watched, gone)
    assert (await kinds(watched, other)).count("page_failed") == 1
    await nothing_more(work)


async def test_an_answer_by_a_link_is_handed_on_when_the_journey_is_back(
    watched: WatchStand, monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    journey = await begun(watched, flagged=True)
    now = datetime.now(UTC)
    page = a_page(reference=journey.reference, since=now, as_of=now)
    link = to_take(page, "dr.hale", (Role.ON_CALL_CLINICIAN,))
    await links.make(watched.records, link)
    assert await links.use(watched.records, link.id, links.TAKE, "", now)
    await journey.handle.terminate()
    work = Answers(watched.records, watched.client, load_clinic()).hand_on
    await nothing_more(work)
    assert asked == [journey.reference]
    (waiting,) = await links.waiting(watched.records)
    assert waiting.outcome is None
    await comes_back(watched, journey, monkeypatch)
    assert await work() == 1
    told = await links.get(watched.records, link.id)
    assert told is not None
    assert told.outcome is Outcome.TAKEN
    (escalation,) = (await journey.overview()).escalations
    assert escalation.acknowledged is not None
    assert escalation.acknowledged.by == "dr.hale"
