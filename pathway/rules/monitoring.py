"""Monitoring: readings and what they call for, and leaving."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply
from pathway.chair import ALERT, STOP_REVIEW, VITALS
from pathway.facts import Signature, Step
from pathway.falling_due import open_escalation
from pathway.gates import past_or_current_treatment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.monitoring import next_reading_due
from pathway.protocol import FlagKind, Level, Tier
from pathway.readings import STOPS, Alarm, Concern, standing_alarms
from pathway.roles import CLINICIANS
from pathway.rules.deviating import close_about
from pathway.safety import flag, in_the_chair

_FLAGS = {
    Concern.PRESSURE_WITH_SYMPTOMS: FlagKind.HIGH_BLOOD_PRESSURE,
    Concern.STOP_SATURATION: FlagKind.RESPIRATORY_DEPRESSION,
    Concern.STOP_BREATHING: FlagKind.RESPIRATORY_DEPRESSION,
    Concern.LASTING_DISSOCIATION: FlagKind.PERSISTENT_DISSOCIATION,
}
"""What is a matter of safety beyond a look: a clinician assesses it before she leaves."""
_WHAT = {
    ALERT: "a reading in the chair needs a look",
    STOP_REVIEW: "a limit for stopping is reached in the chair: review now",
}


@handle.register
def _(command: cmd.RecordVitals, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, CLINICIANS, "Vital signs")
    treatment = past_or_current_treatment(journey, command)
    by = signed(command, now)
    recorded = ev.VitalsRecorded(
        at=now,
        treatment=treatment.number,
        readings=command.readings,
        side_effects=command.side_effects,
        rescue_drugs=command.rescue_drugs,
        signed=by,
    )
    yield recorded
    after = apply(journey, recorded)
    read = after.numbered(treatment.number)
    assert read is not None  # noqa: S101 - its readings were just recorded
    due = next_reading_due(after, read)
    if due is None or due > now:
        yield from close_about(journey, command, treatment.number, (VITALS,), now)
    if in_the_chair(journey) and journey.treatment is treatment:
        known = standing_alarms(journey, treatment)
        new = [a for a in standing_alarms(after, read) if a not in known]
        yield from alarmed(after, read, new, by, now)


def alarmed(
    journey: Journey, treatment: Treatment, new: list[Alarm], by: Signature, now: datetime
) -> Iterator[ev.Event]:
    """Call the room: once in an episode, and again only if it got worse (rules 13, 22)."""
    kinds = dict.fromkeys(_FLAGS[a.concern] for a in new if a.concern in _FLAGS)
    for kind in kinds:
        happened = tuple(flag(journey, kind, Tier.URGENT, by, now, treatment=treatment.number))
        yield from happened
        for event in happened:
            journey = apply(journey, event)
    rest = [a for a in new if a.concern not in _FLAGS]
    if any(a.concern in STOPS for a in rest):
        yield from _call(journey, treatment, STOP_REVIEW, now)
    elif rest and not kinds:
        yield from _call(journey, treatment, ALERT, now)


def _call(journey: Journey, treatment: Treatment, about: str, now: datetime) -> Iterator[ev.Event]:
    stands = next(
        (
            e
            for e in journey.open_escalations
            if e.about == about and e.treatment == treatment.number
        ),
        None,
    )
    if stands is None:
        ladder = journey.protocol.steps.monitoring.ladder
        escalation = open_escalation(
            journey,
            ladder.value,
            _WHAT[about],
            now,
            step=Step.MONITORING,
            treatment=treatment.number,
            level=Level.URGENT,
            about=about,
        )
        yield ev.EscalationOpened(at=now, escalation=escalation)
    elif stands.acknowledged is not None:
        yield ev.EscalationRaisedAgain(at=now, escalation=stands.id)
