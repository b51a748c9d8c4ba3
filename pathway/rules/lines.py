"""Closing a line of the work list by hand (rules 5 and 6)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.gates import require_role
from pathway.journey import Journey
from pathway.lines import closers, own_act
from pathway.refusals import Reason, Refused
from pathway.rules.closing import decided
from pathway.status import HOSPITAL


@handle.register
def _(command: cmd.CloseLine, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    task = next((t for t in journey.tasks if t.key == command.task), None)
    if task is None:
        raise Refused(Reason.UNKNOWN_TASK, "This line is no longer on the work list.")
    act = own_act(task)
    if act is not None:
        raise Refused(Reason.NEEDS_NEXT_STEP, f"This line closes by itself with: {act}.")
    require_role(command, closers(task), "That this line is done")
    yield ev.TaskClosed(at=now, key=task.key, reason=command.note, by=command.by)
    if task.key.startswith(f"{HOSPITAL}/"):
        yield from decided(journey, command, now)
