"""On the whole system: a reset sends nothing twice, and what was ended is noticed and told."""

import asyncio

import pytest
from by_day import where_it_is_day
from journal_reading import rebuilt
from real_stand import PatientLiveJourney, RealStand
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from waiting import until

from config.clinic import load_clinic
from pathway import commands as cmd
from pathway.findings import FindingKind
from pathway.overview import overview
from records import journal, patients, watch_findings
from records.text_model import TextState
from workers.watch_schedule import schedule_id

OPS = load_clinic().ops_phone


async def reset_to_the_beginning(stand: RealStand, journey: PatientLiveJourney) -> None:
    """As somebody in the UI does it: to the first workflow task, with what was asked since."""
    history = await journey.handle.fetch_history()
    done = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    first = next(event.event_id for event in history.events if event.event_type == done)
    await stand.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=stand.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=journey.reference),
            reason="an experiment",
            workflow_task_finish_event_id=first,
            request_id="reset-1",
        )
    )


async def follows(stand: RealStand, journey: PatientLiveJourney) -> bool:
    """Whether the journal tells what the journey says, row by row and nothing more."""
    seen = await journey.overview()
    rows = await journal.read(stand.records, journey.reference)
    if [row.number for row in rows] != list(range(1, seen.events + 1)):
        return False
    return overview(rebuilt(list(rows))) == seen


@pytest.mark.timeout(240)
async def test_a_reset_sends_nothing_twice_and_an_end_is_told_within_a_round(
    whole_system: RealStand,
) -> None:
    stand = whole_system
    journey = await stand.enrolled(zone=where_it_is_day())
    await patients.mark_started(stand.records, journey.reference, await journey.now())

    async def welcomed() -> bool:
        return [t.state for t in await journey.stored_texts()] == [TextState.SENT]

    await until(welcomed)
    await journey.do(cmd.HoldTexts, "nurse", reason="a test")
    await journey.do(cmd.ReleaseTexts, "nurse", reason="a test")
    before = len(await journal.read(stand.records, journey.reference))
    first = await journey.run_id()
    await reset_to_the_beginning(stand, journey)
    assert await journey.run_id() != first
    await journey.do(cmd.RaiseFlag, "nurse")

    schedule = stand.client.get_schedule_handle(schedule_id("waymark"))
    await schedule.trigger()
    await until(lambda: follows(stand, journey))
    assert await welcomed()
    assert len(stand.network.control.ledger(journey.phone)) == 1, "she was texted twice"
    aside = await journal.read_replaced(stand.records, journey.reference)
    assert aside, "what the reset left behind is kept"
    assert before > 2

    await journey.handle.terminate("tidying up")

    async def told() -> list[str]:
        await schedule.trigger()
        await asyncio.sleep(1)
        bodies = [text.body for text in stand.network.control.ledger(OPS)]
        return [body for body in bodies if "terminated" in body]

    (text,) = await until(told)
    assert journey.reference in text
    assert "escalation (safety)" in text
    (found,) = await watch_findings.open_ones(stand.records)
    assert (found.kind, found.reference) == (FindingKind.STRANDED, journey.reference)
    paged = [text.body for text in stand.network.control.ledger()]
    assert any("pages have stopped" in body for body in paged)
