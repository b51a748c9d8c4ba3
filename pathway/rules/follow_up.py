"""From follow-up back into treatment, after a short interval review (rule 15)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.entering import assessment_current, consent_current, reviewed_since
from pathway.facts.decision import Orders, Returned
from pathway.follow_up import course_ended_at
from pathway.gates import require_role, signed
from pathway.journey import Journey
from pathway.protocol import PhaseName, Return
from pathway.refusals import Reason, Refused
from pathway.roles import PRESCRIBERS
from pathway.rules.closing import close_lines

_BEGINS_IN = {Return.MAINTENANCE: PhaseName.MAINTENANCE, Return.REPEAT_COURSE: PhaseName.INDUCTION}
"""A booster goes on in the phase that the course ended in."""


@handle.register
def _(command: cmd.ReturnToTreatment, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PRESCRIBERS, "A return to treatment")
    last = journey.treatment
    ended = course_ended_at(journey)
    if last is None or ended is None:
        raise Refused(Reason.OUT_OF_ORDER, "The course has not ended: record a decision instead.")
    _may_return(journey, command, ended, now)
    number = last.number + 1
    returned = Returned(
        way=command.way, treatment=number, reason=command.reason, signed=signed(command, now)
    )
    phase = _BEGINS_IN.get(command.way, last.orders.phase)
    yield ev.ReturnedToTreatment(at=now, returned=returned)
    yield from close_lines(journey, f"t{last.number}/follow-up/", command, now)
    yield ev.TreatmentOpened(at=now, number=number, orders=Orders(phase=phase))


def _may_return(
    journey: Journey, command: cmd.ReturnToTreatment, ended: datetime, now: datetime
) -> None:
    ways = journey.protocol.steps.follow_up.return_to_treatment
    if command.way not in ways:
        known = ", ".join(ways) or "none"
        raise Refused(Reason.NOT_AN_OPTION, f"This protocol leads back by: {known}.")
    if not reviewed_since(journey, ended) or not assessment_current(journey, now):
        raise Refused(
            Reason.OUT_OF_ORDER,
            "Review the patient first, on one page (record_interval_review): no review since the "
            "course ended finds the programme suitable.",
        )
    if not consent_current(journey):
        raise Refused(Reason.GATE, "The consent is not in force: record it first.")
