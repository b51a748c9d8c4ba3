"""Whether a journey would take a command up, asked before the records are written for it."""

import asyncio

from cli import asking
from cli.session import Session
from pathway.commands import Command
from pathway.gates import require_past
from pathway.model import PathwayReference
from pathway.preview import Preview, PreviewRequest
from pathway.refusals import Refused
from workers.cancelled import heed_cancellation

_BRIEFLY = 3.0
"""In seconds. What stops texts waits no longer for a journey that may be away."""


def request_for(command: Command) -> PreviewRequest:
    """The question what this command would do."""
    return PreviewRequest(command=command.name, fields=command.model_dump(mode="json"))


async def asked_briefly(session: Session, reference: PathwayReference, command: Command) -> Preview:
    """What giving it would do now.

    Raises Trouble and UnreachableError, and TimeoutError without an answer in a moment.
    """
    async with asyncio.timeout(min(_BRIEFLY, session.left.total_seconds() / 2)):
        return await asking.preview(session, reference, request_for(command))


async def would_be_refused(session: Session, reference: PathwayReference, command: Command) -> bool:
    """Whether the journey would refuse it now; without its answer, whether every journey would.

    It raises nothing: whatever is wrong, giving the command says it.
    """
    try:
        seen = await asked_briefly(session, reference, command)
    except Exception:  # noqa: BLE001 - a stop is written also where nothing else works
        heed_cancellation()
        return _in_any_journey(session, command)
    return seen.refused is not None


def _in_any_journey(session: Session, command: Command) -> bool:
    """Only a time that cannot be is refused by every journey."""
    try:
        require_past(command, session.now)
    except Refused:
        return True
    return False
