"""What therapists answer by a link, where the journey cannot take it up as it stands (rule 9)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.escalation import StaffTask, TaskKind
from pathway.journey import Journey
from pathway.roles import Role


@handle.register
def _(command: cmd.RecordRefusedAnswer, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    key = f"link/{command.link}/refused"
    if any(task.key == key for task in journey.tasks):
        return
    task = StaffTask(
        key=key,
        kind=TaskKind.CHECK,
        to=Role.COORDINATOR,
        line=f"A therapist's answer by link ({command.answer}, treatment {command.treatment}) "
        f"was refused: {command.refusal} Ask the therapist, and record what holds",
        opened_at=now,
        treatment=command.treatment,
    )
    yield ev.TaskOpened(at=now, task=task)
