"""Calls to a journey that go on until they have an answer or patience has run out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from cli.session import Session
from cli.trouble import Trouble, no_answer, not_found
from pathway.commands import Command, RetractDeath
from pathway.decision_page import DecisionPage
from pathway.model import PathwayReference
from pathway.overview import Explanation, Overview
from pathway.preview import Preview, PreviewRequest
from pathway.refusals import Reason, Refused
from records import patients
from records.errors import RecordsError
from workers.cancelled import heed_cancellation
from workers.telling import has_run
from workflows.messages import Answer

T = TypeVar("T")

_BETWEEN_TRIES = 0.5
_RUN_ENDED = "AcceptedUpdateCompletedWorkflow"
"""The run took the update up and continued as new before it was done: the next run does it."""
_FOR_GOOD = frozenset(
    {
        RPCStatusCode.NOT_FOUND,
        RPCStatusCode.INVALID_ARGUMENT,
        RPCStatusCode.PERMISSION_DENIED,
        RPCStatusCode.UNAUTHENTICATED,
        RPCStatusCode.UNIMPLEMENTED,
    }
)


class EndedError(Exception):
    """The journey has ended; its workflow takes nothing up any more."""


async def overview(session: Session, reference: PathwayReference) -> Overview:
    """Where a journey stands. Raises Trouble."""

    async def ask(client: Client) -> Overview:
        handle = client.get_workflow_handle(reference)
        seen: Overview = await handle.query("overview", result_type=Overview)
        return seen

    return await _answered(session, reference, ask)


async def explanation(session: Session, reference: PathwayReference) -> Explanation:
    """Why texts and pages went or not, and what comes next. Raises Trouble."""

    async def ask(client: Client) -> Explanation:
        handle = client.get_workflow_handle(reference)
        told: Explanation = await handle.query("explain", result_type=Explanation)
        return told

    return await _answered(session, reference, ask)


async def decision_page(session: Session, reference: PathwayReference) -> DecisionPage:
    """What a prescriber sees before she decides. Raises Trouble."""

    async def ask(client: Client) -> DecisionPage:
        handle = client.get_workflow_handle(reference)
        page: DecisionPage = await handle.query("decision_page", result_type=DecisionPage)
        return page

    return await _answered(session, reference, ask)


async def preview(
    session: Session, reference: PathwayReference, request: PreviewRequest
) -> Preview:
    """What a command would do. Raises Trouble."""

    async def ask(client: Client) -> Preview:
        handle = client.get_workflow_handle(reference)
        shown: Preview = await handle.query("preview", request, result_type=Preview)
        return shown

    return await _answered(session, reference, ask)


async def give(session: Session, reference: PathwayReference, command: Command) -> Answer:
    """Give a command until it is answered; its key makes it one act however often it is sent.

    Raises:
        Refused: the journey's answer, with its code and sentence.
        EndedError: the journey had ended before.
        Trouble: not found, or no answer in time: then it may have been taken up, or not.
        UnreachableError: Temporal was never there, so nothing was sent.
    """

    async def send(client: Client) -> Answer:
        handle = client.get_workflow_handle(reference)
        try:
            answer: Answer = await handle.execute_update(
                command.name, command, id=command.update_id, result_type=Answer
            )
        except WorkflowUpdateFailedError as failed:
            raise _refusal(failed) from None
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND and await has_run(client, reference):
                raise EndedError from None
            raise
        return answer

    try:
        return await _answered(session, reference, send)
    except EndedError:
        if not isinstance(command, RetractDeath):
            raise
        return await _back_to_life(session, reference, command)


async def _back_to_life(
    session: Session, reference: PathwayReference, retraction: RetractDeath
) -> Answer:
    """The one command that a closed workflow is begun again for."""
    from cli.brought_back import not_brought_back
    from workers import bringing_back

    async def send(client: Client) -> Answer:
        queue = session.settings.task_queue
        try:
            return await bringing_back.bring_back_to_life(
                session.records, client, reference, queue, retraction
            )
        except bringing_back.NotBroughtBackError as error:
            raise not_brought_back(error) from None
        except WorkflowUpdateFailedError as failed:
            raise _refusal(failed) from None

    return await _answered(session, reference, send)


class _AgainError(Exception):
    """Not taken up by this run."""


def _refusal(failed: WorkflowUpdateFailedError) -> Exception:
    cause = failed.cause
    if isinstance(cause, ApplicationError):
        if cause.type == _RUN_ENDED:
            return _AgainError()
        if cause.type in set(Reason):
            return Refused(Reason(cause.type), cause.message)
    return failed


async def _answered(
    session: Session, reference: PathwayReference, ask: Callable[[Client], Awaitable[T]]
) -> T:
    """Ask until there is an answer; patience counts from the command's beginning."""
    while True:
        try:
            async with asyncio.timeout(session.left.total_seconds()):
                return await ask(await session.temporal())
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise await _no_journey(session, reference) from None
            if error.status in _FOR_GOOD:
                raise
        except (TimeoutError, RPCTimeoutOrCancelledError, WorkflowQueryFailedError, _AgainError):
            heed_cancellation()
        if session.exhausted:
            seconds = session.patience.total_seconds()
            raise no_answer(
                f"The journey did not answer within {seconds:g} seconds. See that Temporal and a "
                "worker run (`waymark worker`, or everything with `make run`)."
            )
        await asyncio.sleep(min(_BETWEEN_TRIES, session.left.total_seconds()))


async def _no_journey(session: Session, reference: PathwayReference) -> Trouble:
    """Not there: has she been enrolled, and only her workflow not been started?"""
    trouble = not_found(reference)
    try:
        if await patients.get(session.records, reference) is None:
            return trouble
    except RecordsError:
        return trouble
    trouble.sentence = (
        f"{reference} is enrolled, but Temporal knows no such journey. "
        "`waymark enroll --start` starts those that were not started."
    )
    return trouble
