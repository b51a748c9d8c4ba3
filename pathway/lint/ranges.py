"""Numbers that no body, no scale and no course can have; lists that may not be empty."""

from collections.abc import Iterator
from datetime import timedelta

from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.protocol import Computed, PhaseName, Protocol
from pathway.protocol.places import Place
from pathway.roles import NURSES

_MONITORING = ("steps", "monitoring")
_CAN_BE_READ = {
    "systolic_above_mmhg": (60, 300),
    "diastolic_above_mmhg": (30, 200),
    "spo2_below_percent": (50, 100),
    "heart_rate_above": (20, 250),
    "heart_rate_below": (20, 250),
    "breathing_rate_below": (1, 60),
}
"""What a monitor shows of a living adult; wider than any limit that a clinic would set."""
_AGES = (18, 100)


def limit_that_no_reading_meets(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    stop = protocol.steps.monitoring.stop_review
    review = protocol.steps.infusion.blood_pressure_review_above
    limits: list[tuple[Place, str, float | None]] = [
        ((*_MONITORING, "stop_review", name, "value"), name, getattr(stop, name).value)
        for name in _CAN_BE_READ
    ]
    limits += [
        (
            ("steps", "infusion", "blood_pressure_review_above", f"{side}_mmhg"),
            f"{side}_above_mmhg",
            getattr(review, f"{side}_mmhg"),
        )
        for side in ("systolic", "diastolic")
    ]
    limits.append(
        (
            (*_MONITORING, "alerts", "spo2_below_percent"),
            "spo2_below_percent",
            protocol.steps.monitoring.alerts.spo2_below_percent,
        )
    )
    for place, name, value in limits:
        least, most = _CAN_BE_READ[name]
        if value is not None and not least <= value <= most:
            do = "Name a limit that a reading can pass, in the unit of the field's name."
            expected = f"{least} to {most}"
            yield error("limit_that_no_reading_meets", place, expected, f"{value:g}", do)


def age_that_no_adult_has(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    least, most = _AGES
    age = protocol.eligibility.age_min_years.value
    if not least <= age <= most:
        place = ("eligibility", "age_min_years", "value")
        do = "The programme is for adults; enrolling refuses younger ones anyway."
        yield error("age_that_no_adult_has", place, f"{least} to {most}", age, do)


def time_of_nothing(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    steps = protocol.steps
    spans: tuple[tuple[Place, timedelta], ...] = (
        (("eligibility", "reassess_after", "value"), protocol.eligibility.reassess_after.value),
        (
            ("eligibility", "reassess_after", "review_holds"),
            protocol.eligibility.reassess_after.review_holds,
        ),
        (("course", "gap_min", "value"), protocol.course.gap_min.value),
        (("steps", "assessment", "book_within", "value"), steps.assessment.book_within.value),
        (("steps", "preparation", "valid_for", "value"), steps.preparation.valid_for.value),
        (("steps", "infusion", "planned", "value"), steps.infusion.planned.value),
        (("steps", "infusion", "allowed", "shortest"), steps.infusion.allowed.shortest),
        ((*_MONITORING, "minimum_from_start", "value"), steps.monitoring.minimum_from_start.value),
        (("steps", "psychotherapy", "minutes"), timedelta(minutes=steps.psychotherapy.minutes)),
    )
    for place, span in spans:
        if span <= timedelta(0):
            do = "Give it time: nothing lasts, or stays good, for none."
            found = format_duration(span) if span else "0"
            yield error("time_of_nothing", place, "more than nothing", found, do)


def course_without_room(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """The most treatments of a course hold its induction at least."""
    most = protocol.course.planned_treatments.max
    phases = protocol.course.phases
    takes = sum(p.treatments or 0 for p in phases if p.name is PhaseName.INDUCTION)
    if most is not None and most < takes:
        place = ("course", "planned_treatments", "max")
        do = "Raise the most, or plan a shorter induction."
        expected = f"{takes} or more, as the induction takes"
        yield error("course_without_room", place, expected, most, do)


def step_above_the_most(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    dose = protocol.course.dose
    for name in ("step_up_max", "step_down_max"):
        step = getattr(dose, name).value
        if step is not None and dose.max.value is not None and step > dose.max.value:
            place = ("course", "dose", name, "value")
            do = "One decision cannot change the dose by more than the most there is."
            expected = f"at most {dose.max.value:g}, the highest dose"
            yield error("step_above_the_most", place, expected, f"{step:g}", do)


def list_that_is_empty(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """A rule that asks for nothing, where something must be asked for."""
    lists: tuple[tuple[Place, tuple[object, ...], str], ...] = (
        ((*_MONITORING, "discharge", "escort"), protocol.steps.monitoring.discharge.escort, "way"),
        (("safety", "blocks"), protocol.safety.blocks, "thing that an open flag blocks"),
    )
    for place, listed, what in lists:
        if not listed:
            do = "Name it: an empty list lets everything pass."
            yield error("list_that_is_empty", place, f"at least one {what}", "none", do)


def discharge_signed_by_no_clinician(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for n, role in enumerate(protocol.steps.monitoring.signed_by):
        if role not in NURSES:
            place = (*_MONITORING, "signed_by", n)
            expected = f"one of {', '.join(sorted(NURSES))}"
            do = "Only those who may judge that a patient can leave sign for it."
            yield error("discharge_signed_by_no_clinician", place, expected, role, do)


def preparation_that_no_gate_asks(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """A preparation that is required and never looked up would be required of nobody."""
    computed = protocol.steps.infusion.preflight.computed
    if protocol.steps.preparation.required.value and Computed.PREPARED not in computed:
        place = ("steps", "infusion", "preflight", "computed")
        expected = "`prepared` among them, as `steps.preparation.required` says"
        do = "Add it, or do not require the preparation."
        found = ", ".join(computed) or "none"
        yield error("preparation_that_no_gate_asks", place, expected, found, do)


RULES = (
    limit_that_no_reading_meets,
    age_that_no_adult_has,
    time_of_nothing,
    course_without_room,
    step_above_the_most,
    list_that_is_empty,
    discharge_signed_by_no_clinician,
    preparation_that_no_gate_asks,
)
