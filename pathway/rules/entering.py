"""Entering the programme: the assessment, clearances, the interval review and consent."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply_all
from pathway.entering import Verdict, admits, stale_at, standing
from pathway.facts import Appointment, Assessment, Consent, Step
from pathway.facts.entering import Clearance, IntervalReview
from pathway.facts.safety import SuicideScreen
from pathway.gates import require_ahead, require_open_day, require_role, signed
from pathway.journey import Journey
from pathway.protocol import ScreenAt
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, PRESCRIBERS, Role
from pathway.rules.closing import close_lines
from pathway.rules.entry_lines import entry_lines
from pathway.safety import screened

ASSESSORS = PRESCRIBERS | {Role.MENTAL_HEALTH_PROFESSIONAL}
CONSENT_TAKERS = CLINICIANS | {Role.COORDINATOR}


@handle.register
def _(command: cmd.BookAssessment, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_ahead(command.at, now, "This appointment")
    require_open_day(journey, command.at, "This appointment")
    standing = journey.assessment_booked
    before = standing.revision if standing else journey.assessment_revision
    appointment = Appointment(
        step=Step.ASSESSMENT,
        at=command.at,
        minutes=command.minutes,
        revision=before + 1,
        booked_at=now,
    )
    yield ev.AssessmentBooked(at=now, appointment=appointment, by=command.by)
    yield from close_lines(journey, "assessment/", command, now)


@handle.register
def _(command: cmd.RecordAssessment, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, ASSESSORS, "The assessment")
    _require_known(journey, command.findings)
    asked = journey.protocol.eligibility.screening
    fields = {name: getattr(command, name) for name in _TAKEN_OVER}
    assessment = Assessment(
        **fields,
        findings={name: command.findings.get(name, command.others) for name in asked},
        signed=signed(command, now),
    )
    recorded: list[ev.Event] = [ev.AssessmentRecorded(at=now, assessment=assessment)]
    if command.screen is not None:
        screen = SuicideScreen(
            answers=command.screen,
            asked_at=ScreenAt.ASSESSMENT,
            treatment=journey.treatment.number if journey.treatment else None,
            signed=signed(command, now),
        )
        recorded += screened(journey, screen, now)
    recorded += close_lines(journey, "assessment/", command, now)
    yield from _and_then(journey, recorded, command, now)


_TAKEN_OVER = (
    *("suitable", "reason", "trials", "age_years", "phq9"),
    *("history_medical", "history_mental_health", "good_overall_health"),
)


@handle.register
def _(command: cmd.RecordIntervalReview, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, ASSESSORS, "The interval review")
    _require_known(journey, command.findings)
    if journey.assessment is None:
        raise Refused(
            Reason.OUT_OF_ORDER, "There is no assessment to renew yet: record that one first."
        )
    review = IntervalReview(
        suitable=command.suitable,
        reason=command.reason,
        findings=command.findings,
        signed=signed(command, now),
    )
    recorded: list[ev.Event] = [ev.IntervalReviewed(at=now, review=review)]
    until = stale_at(apply_all(journey, recorded))
    if until is not None and until > now:
        recorded += close_lines(journey, "assessment/stale/", command, now)
    yield from _and_then(journey, recorded, command, now)


def _require_known(journey: Journey, findings: Iterable[str]) -> None:
    asked = journey.protocol.eligibility.screening
    if any(name not in asked for name in findings):
        raise Refused(
            Reason.UNKNOWN_ITEM,
            f"Not every finding is one that this protocol asks about: {', '.join(asked)}.",
        )


@handle.register
def _(command: cmd.RecordClearance, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PRESCRIBERS, "A clearance")
    check = next((c for c in standing(journey, now).checks if c.item == command.item), None)
    if check is None or check.verdict is not Verdict.NEEDS_CLEARANCE:
        stops = check is not None and check.verdict is Verdict.SHUT
        raise Refused(
            Reason.NOTHING_TO_CLEAR,
            f"This stops by the protocol and cannot be cleared. What opens it: {check.door}."
            if stops and check
            else "Nothing under this name waits for a clearance. `waymark show` lists what does.",
        )
    cleared = Clearance(item=command.item, reason=command.reason, signed=signed(command, now))
    yield from _and_then(journey, [ev.ClearanceRecorded(at=now, clearance=cleared)], command, now)


@handle.register
def _(command: cmd.RecordConsent, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, CONSENT_TAKERS, "Consent")
    before = journey.consent
    consent = Consent(
        given=command.given,
        form_version=command.form_version or journey.protocol.eligibility.consent.version,
        text_consent_asked=command.text_consent_asked
        or (before is not None and before.text_consent_asked),
        reason=command.reason,
        signed=signed(command, now),
    )
    yield from _and_then(journey, [ev.ConsentRecorded(at=now, consent=consent)], command, now)


def _and_then(
    journey: Journey, recorded: list[ev.Event], command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """What was recorded, the lines it leaves on the work list, and the first treatment."""
    yield from recorded
    after = apply_all(journey, recorded)
    yield from entry_lines(after, command, now)
    yield from opens_first(after, now)


def opens_first(journey: Journey, now: datetime) -> Iterator[ev.Event]:
    """The first treatment opens by itself once nothing stands against it."""
    if journey.treatment is None and not journey.over and admits(journey, now):
        yield ev.TreatmentOpened(at=now, number=1)
