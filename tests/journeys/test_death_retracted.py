"""A death that was another patient's, taken back while the journey is at work and after its end."""

from datetime import UTC, datetime
from typing import Any

import pytest
from journey_stand import LiveJourney
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from watch_stand import WatchStand, begun, kinds

from pathway import commands as cmd
from pathway.roles import Role
from records import journal
from records.retelling import retold
from workers import bringing_back
from workers.bringing_back import NotBroughtBackError, Why


def _wrong(role: Role = Role.NURSE) -> cmd.RetractDeath:
    return cmd.RetractDeath(
        key="wrong-patient-1",
        by="nia.crow",
        role=role,
        happened_at=datetime.now(UTC),
        reason="it was another patient",
    )


async def _lives(stand: WatchStand, journey: LiveJourney, role: Role = Role.NURSE) -> Any:
    return await bringing_back.bring_back_to_life(
        stand.records, stand.client, journey.reference, stand.task_queue, _wrong(role)
    )


async def _status(journey: LiveJourney) -> WorkflowExecutionStatus | None:
    # Of the latest run: the handle is of the first.
    return (await journey.stand.client.get_workflow_handle(journey.reference).describe()).status


async def test_one_whose_workflow_is_closed_goes_on_where_it_was(watched: WatchStand) -> None:
    journey = await begun(watched, flagged=True)
    before = await journey.overview()
    await journey.do(cmd.ReportDeath, "nurse")
    await journey.handle.result()
    answer = await _lives(watched, journey)
    assert "death_retracted" in answer.happened
    assert await _status(journey) is WorkflowExecutionStatus.RUNNING
    seen = await journey.overview()
    assert (seen.ended, seen.deceased, seen.texts_held) == (None, False, True)
    assert [e.id for e in seen.escalations] == [e.id for e in before.escalations]
    told = await kinds(watched, journey)
    assert told.index("death_reported") < told.index("death_retracted")
    rows = await journal.read(watched.records, journey.reference)
    assert retold(rows).events == seen.events


async def test_given_again_it_is_one_act(watched: WatchStand) -> None:
    journey = await begun(watched)
    await journey.do(cmd.ReportDeath, "nurse")
    await journey.handle.result()
    wrong = _wrong()
    first, again = [
        await bringing_back.bring_back_to_life(
            watched.records, watched.client, journey.reference, watched.task_queue, wrong
        ),
        await journey.give(wrong),
    ]
    assert again.number == first.number


async def test_one_refused_leaves_it_dead_and_ended(watched: WatchStand) -> None:
    journey = await begun(watched)
    await journey.do(cmd.ReportDeath, "nurse")
    await journey.handle.result()
    with pytest.raises(WorkflowUpdateFailedError):
        await _lives(watched, journey, Role.COORDINATOR)
    await watched.client.get_workflow_handle(journey.reference).result()
    assert (await journey.overview()).deceased
    # And a clinician may, after all.
    await _lives(watched, journey)
    assert not (await journey.overview()).deceased


async def test_one_that_ended_otherwise_is_not_begun_again(watched: WatchStand) -> None:
    journey = await begun(watched)
    await journey.do(cmd.Close, outcome="not_suitable", reason="chose another way")
    await journey.handle.result()
    await kinds(watched, journey)
    with pytest.raises(NotBroughtBackError) as refused:
        await _lives(watched, journey)
    assert refused.value.why is Why.ENDED


async def test_one_whose_rows_are_still_on_their_way_goes_on(stand: Any) -> None:
    """The records are away, so the workflow waits with its end; the mistake is seen meanwhile."""
    journey = await stand.start()
    stand.fakes.journal_mode = "down"
    await journey.do(cmd.ReportDeath, "nurse")
    assert (await journey.overview()).deceased
    await journey.do(cmd.RetractDeath, "nurse", reason="it was another patient")
    stand.fakes.journal_mode = "up"
    await journey.do(cmd.RaiseFlag, "nurse")
    seen = await journey.settled()
    assert (seen.ended, seen.deceased) == (None, False)
    assert [e.id for e in seen.escalations] == ["e1"]
    assert await _status(journey) is WorkflowExecutionStatus.RUNNING
