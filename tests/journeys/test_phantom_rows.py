"""History is the truth, the journal its copy.

A worker writes a row, dies before its workflow task ends, and the server restarts: what the row
says never happened. The next command takes the row's number, and the journal must follow.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from by_day import where_it_is_day
from database_fixtures import SLOWLY_BOTH, database
from journal_reading import rebuilt
from journey_stand import a_calendar, a_reference
from processes import worker_environment, worker_process
from sealed import RING, client_of
from temporalio.client import Client, WorkflowHandle

from config.loader import load_protocol
from pathway import commands as cmd
from pathway.journey import Contact
from pathway.overview import Overview, overview
from pathway.roles import Role
from records import journal
from records.database import Records, migrate
from workflows.messages import Answer, JourneyStart, Opening


def _consent(key: str, *, given: bool) -> cmd.RecordConsent:
    now = datetime.now(UTC)
    return cmd.RecordConsent(
        key=key, by="carla", role=Role.COORDINATOR, happened_at=now, given=given
    )


async def _start(client: Client, reference: str) -> WorkflowHandle[Any, Any]:
    opening = Opening(
        reference=reference,
        protocol=load_protocol(),
        calendar=a_calendar(),
        # No text leaves: the second row says why, at once where it is day.
        contact=Contact(zone=where_it_is_day(), text_consent=False),
    )
    return await client.start_workflow(
        "PatientJourney", JourneyStart(opening=opening), id=reference, task_queue="waymark"
    )


@pytest.fixture(params=SLOWLY_BOTH)
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    async with database(request, tmp_path) as url:
        await migrate(url, ring=RING)
        yield url


@asynccontextmanager
async def _records(url: str) -> AsyncIterator[Records]:
    records = await Records.open(url, ring=RING)
    yield records
    await records.close()


async def _rows(records: Records, reference: str, at_least: int) -> list[journal.Entry]:
    for _ in range(600):
        rows = await journal.read(records, reference)
        if len(rows) >= at_least:
            return list(rows)
        await asyncio.sleep(0.1)
    pytest.fail(f"the journal did not come to {at_least} rows")


@pytest.mark.timeout(240)
async def test_a_row_of_a_lost_task_is_replaced_by_what_happened(
    private_server: Callable[..., Any], url: str, tmp_path: Path
) -> None:
    reference = a_reference()
    async with private_server() as server, _records(url) as records:
        environment = worker_environment(
            server.address,
            server.namespace,
            tmp_path,
            WAYMARK_DATABASE_URL=url,
            WAYMARK_TEST_DIES_AFTER="consent_recorded",
        )
        client = await client_of(server)
        async with worker_process(environment, "dying_worker.py") as dying:
            handle = await _start(client, reference)
            await _rows(records, reference, 2)
            lost = asyncio.create_task(
                handle.execute_update("record_consent", _consent("lost-0001", given=False))
            )
            assert await dying.died() == 9
            lost.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await lost
        phantoms = (await _rows(records, reference, 4))[2:]
        assert [row.kind for row in phantoms] == ["consent_recorded", "task_opened"]
        assert all(row.provisional for row in phantoms), "an unfinished task passed for the truth"
        await server.kill()
        await server.restart()

        client = await client_of(server)
        handle = client.get_workflow_handle(reference)
        async with worker_process(environment):
            await handle.execute_update(
                "record_consent", _consent("kept-0001", given=True), result_type=Answer
            )
            await handle.execute_update(
                "hold_texts",
                cmd.HoldTexts(
                    key="kept-0002",
                    by="carla",
                    role=Role.COORDINATOR,
                    happened_at=datetime.now(UTC),
                    reason="a test",
                ),
                result_type=Answer,
            )
            rows = await _rows(records, reference, 4)
            told: Overview = await handle.query("overview", result_type=Overview)
        assert overview(rebuilt(rows)) == told
        replaced = await journal.read_replaced(records, reference)
        lost_rows = [(row.number, row.content_hash) for row in phantoms]
        assert [(row.number, row.set_aside_hash) for row in replaced] == lost_rows
        assert [r.provisional for r in rows] == [False, False, False, True]
