"""What a decision must hold to before it is taken: bounds, steps, and what it has to say.

Each check refuses a plan with a sentence, and none judges whether the choice is a good one.
"""

from datetime import datetime, timedelta

from pathway import course_plan
from pathway.commands import RecordDecision
from pathway.facts.decision import Orders
from pathway.gates import require_ahead
from pathway.journey import Journey, Treatment
from pathway.protocol import Choice, Phase
from pathway.refusals import Reason, Refused

LOWERS = (Choice.DECREASE_DOSE, Choice.DECREASE_AND_LENGTHEN)
LENGTHENS = (Choice.LENGTHEN_INTERVAL, Choice.DECREASE_AND_LENGTHEN)
_LEAVE_INTERVAL = (Choice.CONTINUE_SAME, Choice.DECREASE_DOSE, Choice.INCREASE_DOSE)
_ROUNDING = 1e-9
"""Doses are decimal fractions: 0.75 - 0.5 must not come out above a step of 0.25."""


def signed_before(journey: Journey, treatment: Treatment) -> bool:
    """Whether the decision before this treatment is in force (a gate of its start)."""
    before = journey.numbered(treatment.number - 1)
    return before is None or (before.decision is not None and before.decision.in_force)


def decided_on(journey: Journey) -> Treatment | None:
    """The treatment that a decision is now about.

    Until the next infusion has begun that is the one before it: its decision may be taken anew.
    """
    treatment = journey.treatment
    before = journey.numbered(treatment.number - 1) if treatment else None
    begun = treatment is None or treatment.infusion is not None
    return treatment if begun or before is None or before.decision is None else before


def pending(treatment: Treatment | None) -> bool:
    """Whether a decision stands that waits for its second signature."""
    decision = treatment.decision if treatment else None
    return decision is not None and not decision.in_force


def orders(journey: Journey, treatment: Treatment, command: RecordDecision) -> Orders:
    """What the decision orders for the next treatment, checked against the protocol.

    Raises:
        Refused: where a dose or an interval is missing, out of bounds, or does not fit the choice.
    """
    phase = _phase(journey, treatment, command)
    days = _interval(journey, treatment, command, phase)
    said = days is not None
    if days is None and command.phase is None:
        # No visit moves because a phase has had its number: only what somebody says moves it.
        days = course_plan.interval(journey, treatment).days
        said = treatment.orders.interval_said
    return Orders(
        phase=phase.name,
        dose=_dose(journey, treatment, command),
        interval_days=days or None,
        interval_said=said,
    )


def _phase(journey: Journey, treatment: Treatment, command: RecordDecision) -> Phase:
    """As said; else the proposed one where the decision tapers, and the same where it does not."""
    if command.phase is None:
        tapers = command.choice in (*LOWERS, *LENGTHENS)
        find = course_plan.proposed_phase if tapers else course_plan.phase_of
        return find(journey, treatment)
    phases = journey.protocol.course.phases
    found = next((p for p in phases if p.name is command.phase), None)
    if found is None:
        known = ", ".join(p.name for p in phases)
        raise Refused(Reason.NOT_AN_OPTION, f"This protocol has no such phase; it has {known}.")
    return found


def _dose(journey: Journey, treatment: Treatment, command: RecordDecision) -> float | None:
    present = course_plan.dose(journey, treatment)
    ordered = command.dose
    if ordered is None:
        if command.choice in (*LOWERS, Choice.INCREASE_DOSE):
            raise Refused(Reason.DOSE, "Say the dose of the next treatment (dose).")
        return present
    _within_bounds(journey, ordered)
    _fits_choice(command.choice, ordered, present)
    if present is not None:
        _within_steps(journey, ordered - present)
    return ordered


def _within_bounds(journey: Journey, ordered: float) -> None:
    rules = journey.protocol.course.dose
    unit = rules.unit.replace("_per_", "/")
    least, most = rules.min.value, rules.max.value
    if (least is not None and ordered < least) or (most is not None and ordered > most):
        raise Refused(
            Reason.DOSE, f"The protocol's bounds for a dose are {least:g} to {most:g} {unit}."
        )
    if rules.choices and ordered not in rules.choices:
        known = ", ".join(f"{each:g}" for each in rules.choices)
        raise Refused(Reason.DOSE, f"A dose of this protocol is one of {known} {unit}.")


def _fits_choice(choice: Choice, ordered: float, present: float | None) -> None:
    if present is None:
        return
    if choice in LOWERS and ordered >= present:
        raise Refused(Reason.DOSE, f"This decision lowers the dose: give one below {present:g}.")
    if choice is Choice.INCREASE_DOSE and ordered <= present:
        raise Refused(Reason.DOSE, f"This decision raises the dose: give one above {present:g}.")
    if choice not in (*LOWERS, Choice.INCREASE_DOSE) and ordered != present:
        raise Refused(
            Reason.DOSE,
            f"This decision leaves the dose at {present:g}. Choose one that lowers or raises it.",
        )


def _within_steps(journey: Journey, change: float) -> None:
    rules = journey.protocol.course.dose
    step = rules.step_up_max if change > 0 else rules.step_down_max
    if step.value is not None and abs(change) > step.value + _ROUNDING:
        way = "raises" if change > 0 else "lowers"
        raise Refused(
            Reason.DOSE, f"One decision {way} the dose by {step.value:g} at most in this protocol."
        )


def _interval(
    journey: Journey, treatment: Treatment, command: RecordDecision, phase: Phase
) -> int | None:
    present = course_plan.interval(journey, treatment)
    days = command.interval_days
    if days is None:
        if command.choice in (*LENGTHENS, Choice.SHORTEN_INTERVAL):
            raise Refused(Reason.INTERVAL, "Say the interval to the next (interval_days).")
        return None
    wanted = timedelta(days=days)
    if command.choice in LENGTHENS and wanted <= present:
        raise Refused(
            Reason.INTERVAL, f"This decision lengthens the interval: now it is {present.days} days."
        )
    if command.choice is Choice.SHORTEN_INTERVAL and wanted >= present:
        raise Refused(
            Reason.INTERVAL, f"This decision shortens the interval: now it is {present.days} days."
        )
    if command.choice in _LEAVE_INTERVAL and command.phase is None and wanted != present:
        raise Refused(
            Reason.INTERVAL,
            f"This decision leaves the interval at {present.days} days. Choose one that changes "
            "it, or name the phase that begins (phase).",
        )
    _interval_allowed(journey, wanted, phase)
    return days


def _interval_allowed(journey: Journey, wanted: timedelta, phase: Phase) -> None:
    least = journey.protocol.course.gap_min.value
    if wanted < least:
        raise Refused(
            Reason.INTERVAL,
            f"The shortest interval of this protocol is {least.total_seconds() / 3600:g} hours.",
        )
    if phase.max_gap is not None and wanted > phase.max_gap:
        raise Refused(
            Reason.INTERVAL,
            f"The longest interval of the {phase.name} phase is {phase.max_gap.days} days. Choose "
            "a shorter one, or name the phase that comes next (phase).",
        )


def require_interval(
    journey: Journey, treatment: Treatment, ordered: Orders, visit_at: datetime | None
) -> None:
    """The visit that a decision confirms or makes keeps the interval that it orders.

    Raises:
        Refused: when the visit would come too soon.
    """
    if visit_at is None or ordered.interval_days is None or not ordered.interval_said:
        return
    days = course_plan.days_after(journey, treatment, visit_at)
    if days is not None and days < ordered.interval_days:
        raise Refused(
            Reason.INTERVAL,
            f"This visit comes {days} days after the last, and the decision orders "
            f"{ordered.interval_days}. Move it (next_visit=move, next_at), free it, or decide on "
            "another interval.",
        )


def require_said(
    journey: Journey, treatment: Treatment, command: RecordDecision, now: datetime
) -> None:
    """What a decision of this kind, at this point of the course, has to say.

    Raises:
        Refused: naming the first thing that is missing.
    """
    options = journey.protocol.steps.decision.options
    if command.choice not in options:
        known = ", ".join(options)
        raise Refused(Reason.NOT_AN_OPTION, f"This protocol's decisions are: {known}.")
    infusion = treatment.infusion
    partial = infusion is not None and infusion.complete is False and not infusion.no_drug_given
    if partial and command.counts_toward_plan is None:
        raise Refused(
            Reason.NOT_SAID,
            "The infusion was partial: say whether it counts toward the plan (counts_toward_plan).",
        )
    if not command.choice.goes_on:
        return
    _reason_to_go_on(journey, treatment, command)
    if command.choice is Choice.PAUSE:
        if command.pause_until is None:
            raise Refused(Reason.NOT_SAID, "Say until when it pauses (pause_until).")
        require_ahead(command.pause_until, now, "The end of the pause (pause_until)")


def _reason_to_go_on(journey: Journey, treatment: Treatment, command: RecordDecision) -> None:
    if course_plan.goal_owed(journey) and not (command.goal and command.course_end):
        raise Refused(
            Reason.NOT_SAID,
            "The first decision of a course gives its goal (goal) and its end (course_end).",
        )
    here = command.counts_toward_plan
    if course_plan.review_due(journey, treatment, counts_here=here) and not command.review:
        raise Refused(
            Reason.NOT_SAID,
            "After this treatment the protocol asks for a review: say what good it does "
            "the patient (review).",
        )
