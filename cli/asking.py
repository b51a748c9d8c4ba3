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

from cli.not_there import EndedError, StrandedError, why_not_there
from cli.session import Session
from cli.trouble import no_answer
from pathway.commands import Command, RetractDeath
from pathway.decision_page import DecisionPage
from pathway.model import PathwayReference
from pathway.overview import Explanation, Overview
from pathway.preview import Preview, PreviewRequest
from pathway.refusals import Reason, Refused
from workers.cancelled import heed_cancellation
from workflows.messages import Answer

T = TypeVar("T")

_BETWEEN_TRIES = 0.5
_RUN_ENDED = "AcceptedUpdateCompletedWorkflow"
"""The run took the update up and continued as new before it was done: the next run does it."""
_FOR_GOOD = frozenset(
    {
        RPCStatusCode.INVALID_ARGUMENT,
        RPCStatusCode.PERMISSION_DENIED,
        RPCStatusCode.UNAUTHENTICATED,
        RPCStatusCode.UNIMPLEMENTED,
    }
)


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
        StrandedError: its workflow was ended from outside: it was not told.
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
        return answer

    try:
        return await _answered(session, reference, send)
    except (EndedError, StrandedError) as gone:
        if not isinstance(command, RetractDeath):
            raise
        return await _back_to_life(session, reference, command, gone)


async def require_at_work(session: Session, reference: PathwayReference) -> None:
    """Raises as `give` does where the journey would take nothing up; a question it may answer."""

    async def look(client: Client) -> None:
        gone = await why_not_there(session, client, reference)
        if gone is not None:
            raise gone

    await _answered(session, reference, look)


async def _back_to_life(
    session: Session,
    reference: PathwayReference,
    retraction: RetractDeath,
    gone: EndedError | StrandedError,
) -> Answer:
    """The one command that a closed workflow is begun again for, also one that is kept no more."""
    from cli.brought_back import not_brought_back
    from workers import bringing_back

    async def send(client: Client) -> Answer:
        queue = session.settings.task_queue
        try:
            return await bringing_back.bring_back_to_life(
                session.records, client, reference, queue, retraction
            )
        except bringing_back.NotBroughtBackError as error:
            # One that knows of no death is brought back by ops, as for any other command.
            stranded = isinstance(gone, StrandedError)
            raise (gone if stranded else not_brought_back(error)) from None
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
                return await _there(session, reference, ask)
        except RPCError as error:
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


async def _there(
    session: Session, reference: PathwayReference, ask: Callable[[Client], Awaitable[T]]
) -> T:
    """Ask once. Raises Trouble, saying why, where Temporal has nobody to answer."""
    client = await session.temporal()
    try:
        return await ask(client)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    gone = await why_not_there(session, client, reference)
    # One run has just been followed by the next.
    raise gone or _AgainError()
