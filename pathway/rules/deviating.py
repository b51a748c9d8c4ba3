"""What differed from the protocol is signed by a prescriber; what called the room is closed."""

from collections.abc import Collection, Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.escalation import UNPLANNED, Ending, StaffTask, TaskKind
from pathway.gates import past_or_current_treatment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import PRESCRIBERS, Role
from pathway.rules.closing import close_lines


def to_be_signed(
    journey: Journey, treatment: Treatment, deviations: Collection[str], now: datetime
) -> Iterator[ev.Event]:
    """A line for the prescriber: facts are never refused, and somebody sees them (rule 1)."""
    if deviations:
        task = StaffTask(
            key=_key(treatment),
            kind=TaskKind.CHECK,
            to=Role.PRESCRIBER,
            line="See and sign what differed from the protocol in a treatment",
            opened_at=now,
            treatment=treatment.number,
        )
        yield ev.TaskOpened(at=now, task=task)


def _key(treatment: Treatment) -> str:
    return f"t{treatment.number}/deviations"


def deviations_changed(
    before: Journey, after: Journey, command: cmd.Correct, now: datetime
) -> Iterator[ev.Event]:
    """A line for what differs only now; none for what no longer does."""
    was, treatment = before.numbered(command.treatment), after.numbered(command.treatment)
    if was is None or treatment is None or treatment.infusion is None:
        return
    new = [d for d in treatment.deviations if d not in was.deviations]
    yield from to_be_signed(after, treatment, new, now)
    if not treatment.deviations:
        yield from close_lines(after, _key(treatment), command, now)


@handle.register
def _(command: cmd.SignDeviations, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PRESCRIBERS, "What differed from the protocol")
    treatment = past_or_current_treatment(journey, command)
    if not treatment.deviations:
        raise Refused(Reason.NOT_RECORDED, "Nothing differed from the protocol in this treatment.")
    yield ev.DeviationsSigned(at=now, treatment=treatment.number, signed=signed(command, now))
    for task in journey.tasks:
        if task.key == _key(treatment):
            yield ev.TaskClosed(at=now, key=task.key, reason="signed", by=command.by)
    yield from close_about(journey, command, treatment.number, (UNPLANNED,), now)


def nothing_to_sign(journey: Journey, number: int, now: datetime) -> Iterator[ev.Event]:
    """Nothing differs any more: nobody needs to sign it."""
    treatment = journey.numbered(number)
    if treatment is None or treatment.deviations:
        return
    for task in journey.tasks:
        if task.key == _key(treatment):
            yield ev.TaskClosed(at=now, key=task.key, reason="nothing differs any more")


def close_about(
    journey: Journey, command: cmd.Command, number: int, about: Collection[str], now: datetime
) -> Iterator[ev.Event]:
    """Close what called somebody over one of these things: it has been done."""
    for escalation in journey.open_escalations:
        if escalation.treatment == number and escalation.about in about:
            yield ev.EscalationClosed(
                at=now, escalation=escalation.id, outcome=Ending.DONE, by=command.by
            )
