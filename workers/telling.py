"""One command to one journey, by a part of the system that tries again by itself later."""

import asyncio
from datetime import timedelta
from enum import StrEnum

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from pathway.commands import Command
from pathway.model import PathwayReference
from pathway.refusals import Reason, Refused
from workers.cancelled import heed_cancellation
from workflows.messages import Answer

PATIENCE = timedelta(seconds=5)


class Heard(StrEnum):
    """What came of telling a journey."""

    TAKEN = "taken"
    """Now, or when the same command was given before."""
    REFUSED = "refused"
    ENDED = "ended"
    """It takes nothing up any more."""
    GONE = "gone"
    """Temporal has no run of it: it has ended, or was ended from outside and may come back."""
    NOT_REACHED = "not_reached"
    """Temporal or a worker is away, or the run is just being followed by the next."""


class Told:
    """The answer of a journey; `refusal` is set when it refused.

    `happened` are the kinds of the events that it gave; none where it was told before.
    """

    def __init__(
        self, heard: Heard, refusal: Refused | None = None, happened: tuple[str, ...] = ()
    ) -> None:
        self.heard = heard
        self.refusal = refusal
        self.happened = happened


async def tell(
    client: Client,
    reference: PathwayReference,
    command: Command,
    patience: timedelta = PATIENCE,
) -> Told:
    """Give a command once. Its key makes it one act, so whoever is not answered asks again."""
    handle = client.get_workflow_handle(reference)
    try:
        async with asyncio.timeout(patience.total_seconds()):
            answer: Answer = await handle.execute_update(
                command.name, command, id=command.update_id, result_type=Answer
            )
    except WorkflowUpdateFailedError as failed:
        return _refused(failed)
    except RPCError as error:
        gone = error.status is RPCStatusCode.NOT_FOUND
        return Told(Heard.GONE if gone else Heard.NOT_REACHED)
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
        heed_cancellation()
        return Told(Heard.NOT_REACHED)
    return Told(Heard.TAKEN, happened=answer.happened)


async def has_run(client: Client, reference: PathwayReference) -> bool:
    """Whether Temporal knows any run of this journey, one that has ended too. Raises RPCError."""
    try:
        await client.get_workflow_handle(reference).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


def _refused(failed: WorkflowUpdateFailedError) -> Told:
    cause = failed.cause
    if not isinstance(cause, ApplicationError) or cause.type not in set(Reason):
        return Told(Heard.NOT_REACHED)  # taken up by a run that went on before it was done
    refusal = Refused(Reason(cause.type), cause.message)
    match refusal.code:
        case Reason.ENDED:
            return Told(Heard.ENDED)
        case Reason.KEY_REUSED:
            # The same key is the same act, told before in other words.
            return Told(Heard.TAKEN)
        case _:
            return Told(Heard.REFUSED, refusal)
