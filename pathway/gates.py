"""What must be true before a plan may go ahead: small checks that refuse with a sentence."""

from datetime import datetime, timedelta

from pathway import civil
from pathway.commands import AboutTreatment, Command
from pathway.escalation import Escalation
from pathway.facts import Signature
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import Role

CLOCK_SKEW = timedelta(minutes=5)
"""How far two honest clocks may differ; a fact cannot lie further ahead than this."""
ON_PAPER = timedelta(minutes=15)
"""What is entered this much later has happened without us: gates stop plans, never facts."""

_TEN_YEARS = timedelta(days=3653)


def signed(command: Command, now: datetime) -> Signature:
    return Signature(
        by=command.by, role=command.role, happened_at=command.happened_at, recorded_at=now
    )


def require_role(command: Command, allowed: frozenset[Role], act: str) -> None:
    if command.role not in allowed:
        who = ", ".join(sorted(allowed))
        raise Refused(Reason.ROLE, f"{act} is recorded by one of: {who}.")


def require_past(command: Command, now: datetime) -> None:
    require_past_moment(command.happened_at, now)


def require_past_moment(moment: datetime, now: datetime) -> None:
    if moment > now + CLOCK_SKEW:
        raise Refused(
            Reason.FUTURE, "This says it happened in the future. Check the date and the clock."
        )
    if moment < now - _TEN_YEARS:
        raise Refused(Reason.PAST, "This lies more than ten years back. Check the year.")


def require_ahead(moment: datetime, now: datetime, what: str) -> None:
    if moment <= now:
        raise Refused(Reason.PAST, f"{what} lies in the past. Check the date.")
    if moment > now + _TEN_YEARS:
        raise Refused(Reason.FUTURE, f"{what} lies more than ten years ahead. Check the year.")


def require_open_day(journey: Journey, moment: datetime, what: str) -> None:
    """Nothing is booked on a day that was closed at short notice (story 10)."""
    if journey.calendar.is_shut(moment):
        day = civil.local(moment, journey.calendar.zone).date()
        raise Refused(
            Reason.DAY_CLOSED,
            f"{what} would lie on {day}: the clinic is closed then. Choose another day.",
        )


def _none_open(journey: Journey) -> str:
    """Why not, without what was found: whoever reads a refusal may be no clinician (rule 29)."""
    if journey.assessment is None or journey.consent is None:
        return "No treatment is open yet: record the assessment and the consent first."
    return (
        "No treatment is open: something in the assessment or the consent keeps it shut. "
        "A clinician sees what, and what opens the way."
    )


def current_treatment(journey: Journey, command: AboutTreatment) -> Treatment:
    """The treatment a plan is about: only the current one can be planned."""
    treatment = journey.treatment
    if treatment is None:
        raise Refused(Reason.NO_TREATMENT, _none_open(journey))
    if journey.course_over:
        raise Refused(Reason.NO_TREATMENT, "The course of treatments has ended.")
    if command.treatment != treatment.number:
        raise Refused(
            Reason.STALE_TREATMENT,
            f"This is about another treatment than the one under way, number {treatment.number}. "
            "Look at the journey again.",
        )
    return treatment


def past_or_current_treatment(journey: Journey, command: AboutTreatment) -> Treatment:
    """The treatment a fact is about: what happened can always be recorded."""
    treatment = journey.numbered(command.treatment)
    if treatment is None:
        # Not what was typed: it may be a number of the patient's.
        raise Refused(Reason.NO_TREATMENT, "There is no treatment of this number.")
    return treatment


def open_escalation_named(journey: Journey, escalation_id: str) -> Escalation:
    escalation = journey.escalation(escalation_id)
    if escalation is None:
        listed = ", ".join(e.id for e in journey.open_escalations) or "none is open"
        # Not what was typed: a name may have been.
        raise Refused(Reason.UNKNOWN_ESCALATION, f"There is no escalation of this id ({listed}).")
    if not escalation.open:
        raise Refused(
            Reason.ESCALATION_CLOSED,
            f"Escalation {escalation_id} was closed by {escalation.closed_by}. Nothing is needed.",
        )
    return escalation
