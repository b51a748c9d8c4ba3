"""A journey whose workflow was ended from outside, or by another patient's death, brought back as
its journal tells it.

What was due meanwhile is late, and treated as after any outage: a reminder that is of no use any
more is left out, a ladder climbs on. What had gone by the records does not go again.
"""

from enum import StrEnum
from typing import Any

from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.watch_look import COMPLETED, PAUSED, RUNNING, Look
from pathway.commands import RetractDeath
from pathway.flags import in_danger
from pathway.journey import Journey
from pathway.model import PathwayReference
from records import erasing, journal
from records.database import Records
from records.retelling import GapError, UnreadableJournalError, retold
from workers.starting import run_of
from workers.watching import watch_journey
from workflows.messages import Answer, Carried, JourneyStart

_AT_WORK = frozenset({RUNNING, COMPLETED, PAUSED})


class Why(StrEnum):
    """Why a journey was not brought back."""

    AT_WORK = "at_work"
    """Its workflow runs, is paused, or has come to its own end."""
    NO_JOURNAL = "no_journal"
    GAP = "gap"
    UNREADABLE = "unreadable"
    ERASED = "erased"
    ENDED = "ended"


class NotBroughtBackError(Exception):
    """Nothing was started."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"not brought back: {why.value.replace('_', ' ')}")
        self.why = why


async def bring_back(
    records: Records, client: Client, reference: PathwayReference, task_queue: str
) -> int:
    """Start its workflow again where the journal ends; the number of events that it knows.

    The journal follows the history first, where Temporal still has one. Raises
    NotBroughtBackError, RPCError and RecordsUnavailableError.
    """
    if await Look(client).state(reference) in _AT_WORK:
        raise NotBroughtBackError(Why.AT_WORK)
    journey = await _as_told(records, client, reference)
    if journey.over and not in_danger(journey):
        raise NotBroughtBackError(Why.ENDED)
    try:
        await client.start_workflow(
            "PatientJourney",
            _where_it_ended(journey),
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            **run_of(reference, task_queue),
        )
    except WorkflowAlreadyStartedError:
        raise NotBroughtBackError(Why.AT_WORK) from None
    return journey.events


async def bring_back_to_life(
    records: Records,
    client: Client,
    reference: PathwayReference,
    task_queue: str,
    retraction: RetractDeath,
) -> Answer:
    """Start a journey that had ended with a death again, with the word that takes it back.

    Both are one request, so that nobody finds it at work and still dead. Raises as `bring_back`
    does, and WorkflowUpdateFailedError for a refusal.
    """
    journey = await _as_told(records, client, reference)
    if journey.deceased_at is None:
        raise NotBroughtBackError(Why.ENDED)
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        "PatientJourney",
        _where_it_ended(journey),
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        **run_of(reference, task_queue),
    )
    answer: Answer = await client.execute_update_with_start_workflow(
        retraction.name,
        retraction,
        start_workflow_operation=start,
        id=retraction.update_id,
        result_type=Answer,
    )
    return answer


def _where_it_ended(journey: Journey) -> JourneyStart:
    carried = Carried(journey=journey, answers={}, confirmed_through=journey.events)
    return JourneyStart(carried=carried)


async def _as_told(records: Records, client: Client, reference: PathwayReference) -> Journey:
    # It may have been ended with rows on their way, or with one of a task that was lost.
    await watch_journey(records, client, reference, mended=True)
    if await erasing.erased(records, reference):
        raise NotBroughtBackError(Why.ERASED)
    rows = await journal.read(records, reference)
    if not rows:
        raise NotBroughtBackError(Why.NO_JOURNAL)
    try:
        return retold(rows)
    except GapError:
        raise NotBroughtBackError(Why.GAP) from None
    except UnreadableJournalError:
        raise NotBroughtBackError(Why.UNREADABLE) from None
