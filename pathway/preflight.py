"""Gates before a start: what the journey knows, and what was asked (clinic-life rules 8, 12).

Gates stop the start and nothing else, each or a prescriber's override with her reason. What a
gate says names no finding: its sentence stands in refusals, and a coordinator may read it.
"""

from collections.abc import Iterator
from datetime import datetime

from pathway import civil, scores, sessions, status
from pathway.course_plan import dose, too_early
from pathway.decision import signed_before
from pathway.entering import assessment_current, consent_current, hard_stopped
from pathway.facts import Answer, Preflight, Vitals
from pathway.items import AgendaItem, nudge_item
from pathway.journey import Journey, Treatment
from pathway.model import Model, Sentence
from pathway.protocol import Blocked, Computed, DoseUnit, ScreenAt
from pathway.readings import STOPS_BY_PRESSURE, baseline, stops_reached
from pathway.safety import assess_first, blocking, dose_held


class Gate(Model):
    """One gate as it stands. Its name is for clinicians, its sentence for everybody."""

    name: str
    open: bool
    says: Sentence
    """Why it is shut, in words without what was found."""
    door: Sentence | None = None
    """What alone opens it again; None where a prescriber may override it with a reason."""


SCORES_MISSING = "the questionnaires are not recent"
_SAYS = {
    Computed.PREPARED: "the preparation session is not recorded",
    Computed.CONSENT_CURRENT: "informed consent is not in force",
    Computed.ASSESSMENT_CURRENT: "the assessment is not in force: see what it waits for",
    Computed.SCORES_FRESH: SCORES_MISSING,
    Computed.DECISION_SIGNED: "the decision before this treatment is not signed",
    Computed.PSYCHOTHERAPY_CLOSED: "an earlier psychotherapy session has no outcome",
    Computed.PSYCHOTHERAPY_BOOKED: "no psychotherapy session is booked within its window",
}


def shut_gates(journey: Journey, treatment: Treatment, begins: datetime) -> list[str]:
    """Each gate that is shut before this infusion may start, in words, each once (F6, F15)."""
    shut = (gate.says for gate in gates(journey, treatment, begins) if not gate.open)
    return list(dict.fromkeys(shut))


def no_override_opens(journey: Journey, treatment: Treatment, begins: datetime) -> list[str]:
    """Each shut gate that has a door and no override: consent, hard stops, leaving (rule 17)."""
    fixed = _fixed(journey, treatment, begins)
    return [f"{gate.says}; what opens it: {gate.door}" for gate in fixed]


def not_overridden(journey: Journey, treatment: Treatment, begins: datetime) -> list[str]:
    """The same gates as they read in a deviation, for what has begun all the same."""
    return [gate.says for gate in _fixed(journey, treatment, begins)]


def _fixed(journey: Journey, treatment: Treatment, begins: datetime) -> tuple[Gate, ...]:
    return tuple(g for g in gates(journey, treatment, begins) if not g.open and g.door)


def gates(journey: Journey, treatment: Treatment, begins: datetime) -> tuple[Gate, ...]:
    """Every gate of a start at that moment, open or shut, in the order of the form."""
    rules = journey.protocol.steps.infusion.preflight
    known = [
        Gate(
            name=c,
            open=_knows(journey, treatment, c, begins),
            says=_SAYS[c],
            door=_door(journey, c),
        )
        for c in rules.computed
    ]
    asked = [*_measured(journey, treatment, begins), *_asked(journey, treatment, begins)]
    return (*known, *asked, *_forbidden(journey, treatment, begins))


def entered_gates(journey: Journey, treatment: Treatment, begins: datetime) -> tuple[Gate, ...]:
    """The gates that hang on what people enter, and on nothing that changes by itself later."""
    prepared = Computed.PREPARED
    known = [
        Gate(name=prepared, open=_knows(journey, treatment, prepared, begins), says=_SAYS[prepared])
        for each in journey.protocol.steps.infusion.preflight.computed
        if each is prepared
    ]
    asked = [*_measured(journey, treatment, begins), *_asked(journey, treatment, begins)]
    return (*known, *asked)


def _knows(journey: Journey, treatment: Treatment, what: Computed, begins: datetime) -> bool:
    match what:
        case Computed.PREPARED:
            return sessions.prepared(journey, treatment, begins)
        case Computed.CONSENT_CURRENT:
            return consent_current(journey)
        case Computed.ASSESSMENT_CURRENT:
            return assessment_current(journey, begins)
        case Computed.SCORES_FRESH:
            return scores.fresh(journey, begins)
        case Computed.DECISION_SIGNED:
            return signed_before(journey, treatment)
        case Computed.PSYCHOTHERAPY_CLOSED:
            return sessions.psychotherapy_closed(journey)
        case Computed.PSYCHOTHERAPY_BOOKED:
            return sessions.psychotherapy_booked(journey, treatment, begins)


def _door(journey: Journey, what: Computed) -> str | None:
    """A choice that is hers, or a stop of the protocol, is nobody's to override."""
    if what is Computed.CONSENT_CURRENT:
        return "consent given anew (record_consent)"
    if what is Computed.ASSESSMENT_CURRENT and journey.assessment is None:
        return "an assessment (record_assessment)"
    if what is Computed.ASSESSMENT_CURRENT and hard_stopped(journey):
        return "a new assessment or interval review, as `waymark show` tells"
    return None


def of_the_day(journey: Journey, treatment: Treatment, begins: datetime) -> Preflight | None:
    """The preflight of the day of the start; one of another day answers nothing."""
    preflight = treatment.preflight
    if preflight is None:
        return None
    zone = journey.calendar.zone
    days = {civil.local(at, zone).date() for at in (preflight.signed.happened_at, begins)}
    return preflight if len(days) == 1 else None


def _measured(journey: Journey, treatment: Treatment, begins: datetime) -> Iterator[Gate]:
    preflight = of_the_day(journey, treatment, begins)
    if journey.protocol.course.dose.unit is DoseUnit.MG_PER_KG:
        weighed = preflight is not None and preflight.weight_kg is not None
        yield Gate(name="weight_today", open=weighed, says="today's weight is not recorded")
        agrees = preflight is None or weight_agrees(journey, treatment, preflight)
        says = "the weight differs from the last one: weigh again (weight_confirmed)"
        yield Gate(name="weight_change", open=agrees, says=says)
    reading = baseline(treatment)
    fresh = preflight is not None and reading is not None
    yield Gate(name="blood_pressure", open=fresh, says="there is no reading from before the start")
    decided = preflight is not None and preflight.pressure_decision is not None
    calm = reading is None or decided or not _needs_review(journey, treatment)
    says = "the reading before the start needs a prescriber's word (pressure_decision)"
    yield Gate(name="blood_pressure_review", open=calm, says=says)
    says = "the reading before the start is past a limit for stopping"
    yield Gate(
        name="stop_limits", open=not _past_a_stop(journey, reading, decided=decided), says=says
    )
    if journey.protocol.steps.infusion.preflight.suicide_screen:
        says = "the screen of today is not recorded"
        screened = _screened(journey, treatment, begins)
        yield Gate(name="suicide_screen", open=screened, says=says)


def weight_agrees(journey: Journey, treatment: Treatment, preflight: Preflight) -> bool:
    """Whether the weight is like the last one, or was weighed twice (rule 12)."""
    before = [
        t.preflight.weight_kg
        for t in journey.treatments
        if t.number < treatment.number and t.preflight and t.preflight.weight_kg
    ]
    if not before or preflight.weight_kg is None or preflight.weight_confirmed:
        return True
    percent = journey.protocol.steps.infusion.preflight.weight_change_percent.value
    return abs(preflight.weight_kg - before[-1]) * 100 <= before[-1] * percent


def _needs_review(journey: Journey, treatment: Treatment) -> bool:
    reading = baseline(treatment)
    limit = journey.protocol.steps.infusion.blood_pressure_review_above
    return reading is not None and (
        reading.systolic_mmhg > limit.systolic_mmhg or reading.diastolic_mmhg > limit.diastolic_mmhg
    )


def _past_a_stop(journey: Journey, reading: Vitals | None, *, decided: bool) -> bool:
    """What would stop an infusion does not start one; a pressure may have its word already."""
    if reading is None:
        return False
    reached = stops_reached(journey.protocol.steps.monitoring, reading)
    return any(not (decided and concern in STOPS_BY_PRESSURE) for concern in reached)


def _screened(journey: Journey, treatment: Treatment, begins: datetime) -> bool:
    zone = journey.calendar.zone
    return any(
        s.asked_at is ScreenAt.PREFLIGHT
        and s.treatment == treatment.number
        and civil.local(s.signed.happened_at, zone).date() == civil.local(begins, zone).date()
        for s in journey.screens
    )


def _asked(journey: Journey, treatment: Treatment, begins: datetime) -> Iterator[Gate]:
    preflight = of_the_day(journey, treatment, begins)
    held_instead = journey.protocol.safety.hold_next_dose.items
    for name, item in journey.protocol.steps.infusion.preflight.asked.items():
        answer = preflight.answers.get(name) if preflight else None
        if answer is None or answer is Answer.NOT_YET:
            says = f"not answered yet: {name.replace('_', ' ')}"
            yield Gate(name=name, open=False, says=says)
            continue
        opens = item.go_when in ("answered", answer.value) or answer is Answer.NOT_APPLICABLE
        # What such an answer means is a hold of its own, which a review lifts (rule 24).
        opens = opens or name in held_instead
        yield Gate(name=name, open=opens, says="an answer of the preflight needs a prescriber")


def _forbidden(journey: Journey, treatment: Treatment, begins: datetime) -> Iterator[Gate]:
    standing = status.shut(journey)
    says = standing[0] if standing else "nothing of the patient's standing is in the way"
    # Whatever else holds is named with it; that she leaves is a word of hers, and outlasts it.
    door = "the patient's word to go on (resume)" if journey.leaving else None
    yield Gate(name="status", open=not standing, says=says, door=door)
    flags = blocking(journey, Blocked.START_INFUSION)
    says = "; ".join(flags) or "no safety flag is open"
    yield Gate(name="safety_flag", open=not flags, says=says)
    stale = assess_first(journey, begins)
    says = stale[0] if stale else "no risk assessment has run out that must be renewed"
    yield Gate(name="risk_assessment", open=not stale, says=says)
    held = dose_held(journey)
    yield Gate(name="dose_hold", open=not held, says=held[0] if held else "no dose is held")
    ended = _last_infusion_end(journey, treatment)
    gap = journey.protocol.course.gap_min.value
    rested = ended is None or begins - ended >= gap
    says = "the shortest gap since the last infusion has not passed"
    yield Gate(name="gap", open=rested, says=says)
    kept = not too_early(journey, treatment, begins)
    says = "the interval that the last decision ordered has not passed"
    yield Gate(name="interval", open=kept, says=says)


def _last_infusion_end(journey: Journey, treatment: Treatment) -> datetime | None:
    ends = [t.infusion_ended_at for t in journey.treatments if t.number < treatment.number]
    return max((e for e in ends if e), default=None)


def ordered_dose(journey: Journey, treatment: Treatment) -> float | None:
    """What the last decision ordered for this treatment, in the protocol's unit."""
    return treatment.orders.dose or (dose(journey, treatment) if treatment.infusion else None)


def preflight_items(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    """What was promised to be answered later comes back to whoever asked (rule 12)."""
    preflight = treatment.preflight
    if preflight is None or treatment.infusion is not None:
        return
    owner = journey.protocol.steps.monitoring.owner
    for name, by in preflight.answered_by.items():
        if preflight.answers.get(name) is Answer.NOT_YET:
            key = f"t{treatment.number}/infusion/preflight/{name}/{by:%Y%m%dT%H%M}"
            say = "An answer that the preflight still waits for is due"
            yield nudge_item(key, by, owner, say, treatment.number)
