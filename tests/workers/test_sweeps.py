"""A worker starts what was enrolled and not started, and gives a sign of life."""

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from processes import worker_environment, worker_process
from real_clinic import real_clinic
from spoilt import spoil
from structlog.testing import LogCapture
from temporalio.client import Client

from config.clinic import load_clinic
from config.loader import load_protocol
from config.publishing import NotForPatientsError
from local.temporal_server import Endpoint
from pathway.findings import FindingKind
from records import patients, signs, watch_reads
from records.database import Records
from records.enrolment import enrol_many
from records.patient_model import EnrolmentRow
from workers.starting import Starter
from workers.sweeps import Sweep, start_enrolled, sweep_until


def starter(records: Records, client: Client) -> Starter:
    return Starter(
        records=records,
        client=client,
        clinic=load_clinic(),
        protocol=load_protocol(),
        task_queue=f"nobody-{uuid.uuid4()}",
    )


async def enrolled(records: Records, count: int, minutes_ago: float = 1) -> list[str]:
    rows = [
        EnrolmentRow(given_name="Ada", family_name=f"Quill {chr(97 + n)}", born=date(1985, 3, 3))
        for n in range(count)
    ]
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return [done.reference for done in await enrol_many(records, rows, at)]


async def test_what_is_enrolled_is_started_once(records: Records, client: Client) -> None:
    references = await enrolled(records, 20)
    sweep = start_enrolled(starter(records, client))
    assert await sweep.work() == 20
    assert await patients.not_started(records) == ()
    begun = [await client.get_workflow_handle(r).describe() for r in references]
    # The note of one start is lost: what runs is left as it is.
    await patients._set(records, references[0], started_at=None)
    assert await sweep.work() == 1
    assert await sweep.work() == 0
    again = [await client.get_workflow_handle(r).describe() for r in references]
    assert [one.run_id for one in again] == [one.run_id for one in begun]


async def test_whoever_enrolled_her_just_now_starts_her(records: Records, client: Client) -> None:
    (reference,) = await enrolled(records, 1, minutes_ago=0)
    assert await start_enrolled(starter(records, client)).work() == 0
    assert await patients.not_started(records) == (reference,)


async def test_two_workers_may_sweep_at_once(records: Records, client: Client) -> None:
    references = await enrolled(records, 10)
    both = [start_enrolled(starter(records, client)) for _ in range(2)]
    await asyncio.gather(*(sweep.work() for sweep in both))
    assert await patients.not_started(records) == ()
    for reference in references:
        runs = [r async for r in client.list_workflows(f"WorkflowId = '{reference}'")]
        assert len(runs) <= 1


async def test_a_round_that_fails_is_logged_and_tried_again() -> None:
    stop = asyncio.Event()
    rounds: list[int] = []

    async def work() -> int:
        rounds.append(len(rounds))
        if len(rounds) == 3:
            stop.set()
        if len(rounds) == 1:
            raise ConnectionError("Ada Quill")
        return 7

    lines = LogCapture()
    structlog.configure(processors=[lines])
    try:
        async with asyncio.timeout(10):
            await sweep_until(stop, Sweep("mine", work, timedelta(milliseconds=10)))
    finally:
        structlog.reset_defaults()
    assert [(line["event"], line["kind"]) for line in lines.entries] == [
        ("sweep_failed", "mine"),
        ("swept", "mine"),
        ("swept", "mine"),
    ]
    assert lines.entries[1]["count"] == 7


async def test_a_sign_is_renewed_and_an_old_one_forgotten(records: Records) -> None:
    now = datetime.now(UTC)
    await signs.give(records, "worker 1", now - timedelta(days=2))
    await signs.give(records, "worker 2", now - timedelta(minutes=5), "build-1")
    await signs.give(records, "worker 2", now, "build-2")
    (only,) = await signs.last(records)
    assert (only.name, only.at, only.note) == ("worker 2", now, "build-2")


async def test_rule_30_a_worker_of_a_real_clinic_starts_nobody_on_a_demonstration(
    records: Records,
    records_url: str,
    temporal_server: Endpoint,
    client: Client,
    tmp_path: Path,
) -> None:
    """Journeys under way are served on; who is enrolled waits, and nothing is half done."""
    mine = starter(records, client)
    under_way, waits = await enrolled(records, 2)
    await mine.start((under_way,), datetime.now(UTC))
    real = replace(mine, clinic=load_clinic(real_clinic(tmp_path)))
    with pytest.raises(NotForPatientsError, match="may not treat real patients"):
        await real.start((waits,), datetime.now(UTC))
    server, said = temporal_server, tmp_path / "said"
    environment = worker_environment(
        server.address,
        server.namespace,
        tmp_path,
        WAYMARK_TASK_QUEUE=mine.task_queue,
        WAYMARK_CLINIC_FILE=str(tmp_path / "clinic.yaml"),
        WAYMARK_DATABASE_URL=records_url,
        WAYMARK_PUBLIC_URL="https://texts.clinic.example",
        WAYMARK_LINK_KEY="a key of the tests, and of nothing else",
    )
    async with worker_process(environment, said=said), asyncio.timeout(30):
        handle = client.get_workflow_handle(under_way)
        assert (await handle.query("overview"))["reference"] == under_way
        while not await signs.last(records):
            await asyncio.sleep(0.1)
    assert await patients.not_started(records) == (waits,)
    assert "ketamine-iv@1 may not treat real patients" in said.read_text(encoding="utf-8")


async def test_a_workers_own_sweep_starts_a_journey(
    records: Records,
    records_url: str,
    temporal_server: Endpoint,
    client: Client,
    tmp_path: Path,
) -> None:
    (reference,) = await enrolled(records, 1)
    server = temporal_server
    environment = worker_environment(
        server.address,
        server.namespace,
        tmp_path,
        WAYMARK_TASK_QUEUE=f"test-{uuid.uuid4()}",
        WAYMARK_DATABASE_URL=records_url,
    )
    async with worker_process(environment), asyncio.timeout(30):
        while await patients.not_started(records):
            await asyncio.sleep(0.1)
        handle = client.get_workflow_handle(reference)
        assert (await handle.query("overview"))["reference"] == reference
        # The watch may have looked as well by now.
        names = [sign.name.split()[0] for sign in await signs.last(records)]
        assert names.count("worker") == 1


async def test_a_worker_of_a_real_clinic_without_a_key_says_so_and_ends(
    temporal_server: Endpoint, records_url: str, tmp_path: Path
) -> None:
    real_clinic(tmp_path)
    said = tmp_path / "said"
    environment = worker_environment(
        temporal_server.address,
        temporal_server.namespace,
        tmp_path,
        WAYMARK_CLINIC_FILE=str(tmp_path / "clinic.yaml"),
        WAYMARK_DATABASE_URL=records_url,
        WAYMARK_PUBLIC_URL="https://texts.clinic.example",
    )
    with pytest.raises(RuntimeError, match="ended with 1"):
        async with worker_process(environment, said=said):
            pass
    assert "WAYMARK_LINK_KEY is not set, and this is a real clinic" in said.read_text()


async def test_one_who_does_not_open_keeps_nobody_else_from_being_started(
    records: Records, client: Client
) -> None:
    references = await enrolled(records, 10)
    await spoil(records, f"UPDATE patients SET born = 'x' WHERE reference = '{references[0]}'")  # noqa: S608
    assert await start_enrolled(starter(records, client)).work() == 9
    assert await patients.not_started(records) == (references[0],)
    (found,) = await watch_reads.backlog(records, datetime.now(UTC) + timedelta(minutes=15))
    assert (found.kind, found.state) == (FindingKind.NOT_STARTED, "too_long")
