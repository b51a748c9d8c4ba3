"""The watch: what an ops person ends is noticed within a round, told once, and never repaired
by a guess."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from clinic_days import admit_to_programme
from journey_stand import LiveJourney
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from watch_stand import WatchStand, watch_stand

from pathway import commands as cmd
from pathway.watch import FindingKind
from records import journeys, watch_findings, watch_rounds, worklist
from records.database import Records
from workers.bringing_back import NotBroughtBackError, bring_back


@pytest.fixture
async def watched(
    client: Client, records: Records, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[WatchStand]:
    async with watch_stand(client, records, monkeypatch) as opened:
        yield opened


async def written(stand: WatchStand, journey: LiveJourney) -> None:
    """Until the records have all that the journey has."""
    events = (await journey.overview()).events
    async with asyncio.timeout(20):
        while True:
            seen = await journeys.get(stand.records, journey.reference)
            if seen is not None and seen.through >= events:
                return
            await asyncio.sleep(0.05)


async def test_a_terminated_journey_is_told_once_with_what_was_owed(watched: WatchStand) -> None:
    calm, danger = await watched.started(), await watched.started()
    await admit_to_programme(calm)
    await danger.do(cmd.RaiseFlag, "nurse")
    for journey in (calm, danger):
        await written(watched, journey)
    assert await watched.found() == []
    await danger.handle.terminate("by hand, in the UI")
    (found,) = await watched.found()
    assert (found.kind, found.reference, found.state) == (
        FindingKind.STRANDED,
        danger.reference,
        "terminated",
    )
    assert found.told
    assert "escalation (safety) open since" in found.says
    assert len(watched.to_ops) == len(watched.to_on_call) == 1
    assert danger.reference in watched.to_ops[0]
    assert "pages have stopped" in watched.to_on_call[0]

    assert len(await watched.found()) == 1
    assert len(watched.to_ops) == len(watched.to_on_call) == 1, "it was told twice"
    now = await calm.now()
    lines = await worklist.rows(watched.records, now)
    (line,) = [row for row in lines if row.owed.key == "watch/stranded"]
    assert (line.reference, line.owed.group) == (danger.reference, "danger")

    await calm.handle.terminate()
    assert await watched.found_of(FindingKind.STRANDED) == [danger.reference, calm.reference]
    assert len(watched.to_ops) == 2
    assert len(watched.to_on_call) == 1, "nothing urgent was open"


async def test_many_that_are_ended_at_once_are_one_text(watched: WatchStand) -> None:
    journeys_ = [await watched.started() for _ in range(5)]
    for journey in journeys_:
        await written(watched, journey)
        await journey.handle.terminate()
    assert len(await watched.found_of(FindingKind.STRANDED)) == 5
    (text,) = watched.to_ops
    assert "5 journeys stranded" in text
    assert "and 2 more" in text


async def test_a_deleted_journey_is_found_missing(watched: WatchStand) -> None:
    journey = await watched.started()
    await written(watched, journey)
    await watched.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=watched.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=journey.reference),
        )
    )
    async with asyncio.timeout(20):
        while not (found := [each.state for each in await watched.found()]):
            await asyncio.sleep(0.2)
    while found != ["not_found"]:
        assert found == ["terminated"], "deleting it ends it first"
        found = [each.state for each in await watched.found()]
    assert watched.to_ops


async def test_a_round_is_kept_and_a_finding_that_is_gone_closes_itself(
    watched: WatchStand,
) -> None:
    journey = await watched.started()
    await written(watched, journey)
    await watched.round()
    last = await watch_rounds.last(watched.records)
    assert last is not None
    assert (last.journeys, last.every) == (1, timedelta(minutes=5))
    await journey.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    await journey.handle.result()
    assert await watched.found() == []
    done = await watch_rounds.last(watched.records)
    assert done is not None
    assert done.journeys == 0
    counts = await watch_findings.open_findings(watched.records)
    assert set(counts.values()) == {0}


async def ended(stand: WatchStand, journey: LiveJourney, how: str) -> None:
    if how == "terminated":
        await journey.handle.terminate()
        return
    await stand.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=stand.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=journey.reference),
        )
    )
    async with asyncio.timeout(20):
        while await stand.watch.look.state(journey.reference) != "not_found":
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("how", ["terminated", "deleted"])
async def test_an_ended_journey_goes_on_where_its_journal_ends(
    watched: WatchStand, how: str
) -> None:
    journey = await watched.started()
    await admit_to_programme(journey)
    await journey.do(cmd.RaiseFlag, "nurse")
    await journey.settled()
    await written(watched, journey)
    texts = len(watched.fakes.texts)
    before = await journey.overview()
    with pytest.raises(NotBroughtBackError, match="at work"):
        await bring_back(watched.records, watched.client, journey.reference, watched.task_queue)
    await ended(watched, journey, how)
    assert await watched.found_of(FindingKind.STRANDED) == [journey.reference]

    events = await bring_back(
        watched.records, watched.client, journey.reference, watched.task_queue
    )
    assert events == before.events
    after = await journey.overview()
    assert (after.stage, after.escalations[0].id) == (before.stage, before.escalations[0].id)
    assert len(watched.fakes.texts) == texts, "what had gone went again"
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation="e1")
    await written(watched, journey)
    assert await watched.found() == []
