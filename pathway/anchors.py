"""The instants of a treatment that its reminders, windows and deadlines are measured from."""

from datetime import datetime, timedelta

from pathway import civil
from pathway.facts import Step
from pathway.journey import Journey, Treatment
from pathway.moments import Anchor, Anchors
from pathway.protocol import StepRules


def zone_of(journey: Journey) -> str:
    """The patient's zone, or the clinic's while hers is unknown."""
    zone = journey.contact.zone
    # A name that the pinned zones do not know (any more) must not freeze her journey.
    return zone if zone and civil.is_zone(zone) else journey.calendar.zone


def rules_of(journey: Journey, step: Step) -> StepRules:
    rules = getattr(journey.protocol.steps, step.value)
    assert isinstance(rules, StepRules)  # noqa: S101 - each step is a field of Steps
    return rules


def anchors(treatment: Treatment, step: Step) -> dict[Anchor, datetime | None]:
    """What is known of a treatment, from the point of view of one of its steps."""
    infusion_booked = treatment.appointment(Step.INFUSION)
    booked = treatment.appointment(step)
    infusion = treatment.infusion
    discharge = treatment.discharge
    psychotherapy = treatment.psychotherapy
    return {
        Anchor.APPOINTMENT: booked.at if booked else None,
        Anchor.INFUSION_AT: infusion_booked.at if infusion_booked else None,
        Anchor.INFUSION_START: infusion.started_at if infusion else None,
        Anchor.INFUSION_END: infusion.ended_at if infusion else None,
        Anchor.DISCHARGE: discharge.signed.happened_at if discharge else None,
        Anchor.PSYCHOTHERAPY_ENDED: psychotherapy.ended_at if psychotherapy else None,
        Anchor.NEXT_INFUSION_AT: None,
    }


def due_at(journey: Journey, treatment: Treatment, step: Step) -> datetime | None:
    """By when the step is owed, as far as is known; derived anew at every look."""
    rules = rules_of(journey, step)
    if rules.due is None:
        return None
    known = {
        **anchors(treatment, step),
        Anchor.NEXT_INFUSION_AT: next_infusion_at(journey, treatment),
    }
    return rules.due.resolve(known, zone_of(journey))


def next_infusion_at(journey: Journey, treatment: Treatment) -> datetime | None:
    """When the visit after this treatment is booked or proposed for, as far as is known."""
    following = journey.numbered(treatment.number + 1)
    booked = following.appointment(Step.INFUSION) if following else None
    proposed = journey.proposal(treatment.number + 1)
    return booked.at if booked else proposed.at if proposed else None


def window_closes(journey: Journey, infusion_ends: datetime) -> datetime | None:
    """By when psychotherapy will be owed, should an infusion end then."""
    due = rules_of(journey, Step.PSYCHOTHERAPY).due
    return due.resolve({Anchor.INFUSION_END: infusion_ends}, zone_of(journey)) if due else None


def with_due(journey: Journey, treatment: Treatment, step: Step) -> Anchors:
    return {**anchors(treatment, step), Anchor.DUE: due_at(journey, treatment, step)}


def appointment_end(treatment: Treatment, step: Step) -> datetime | None:
    booked = treatment.appointment(step)
    return booked.at + timedelta(minutes=booked.minutes) if booked else None


def done(treatment: Treatment, step: Step) -> bool:
    """Whether a step of this treatment has ended, well or not."""
    match step:
        case Step.PREPARATION:
            return treatment.preparation is not None or treatment.infusion is not None
        case Step.INFUSION:
            return treatment.infusion is not None
        case Step.MONITORING:
            return treatment.discharge is not None
        case Step.PSYCHOTHERAPY:
            return treatment.psychotherapy is not None
        case Step.DECISION:
            return treatment.decision is not None and treatment.decision.in_force
        case Step.ASSESSMENT:
            return True
