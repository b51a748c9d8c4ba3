"""Numbers that must lie in an order: least, usual, most; sorted lists; a scale's range."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.protocol import Protocol
from pathway.protocol.places import Place

_Named = tuple[Place, float | timedelta | None]


def _rising(rule: str, named: Sequence[_Named], *, do: str) -> Iterator[Finding]:
    """A finding at each value that lies below the one before it; what is unset is left out."""
    known = [(place, value) for place, value in named if value is not None]
    for (_, low), (place, high) in pairwise(known):
        if _seconds(high) < _seconds(low):
            yield error(rule, place, f"{_show(low)} or more", _show(high), do)


def _seconds(value: float | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else value


def _show(value: float | timedelta) -> str:
    return format_duration(value) if isinstance(value, timedelta) else f"{value:g}"


def dose_bounds_out_of_order(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    dose = protocol.course.dose
    names = ("min", "start", "max")
    named = [(("course", "dose", name, "value"), getattr(dose, name).value) for name in names]
    do = "The start dose lies between the least and the most."
    yield from _rising("dose_bounds_out_of_order", named, do=do)


def dose_that_is_no_choice(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """Where doses come in fixed sizes, each bound is one of them and each lies inside."""
    dose = protocol.course.dose
    if not dose.choices:
        return
    low, high = dose.min.value or 0, dose.max.value or float("inf")
    for n, choice in enumerate(dose.choices):
        if not low <= choice <= high:
            place: Place = ("course", "dose", "choices", n)
            expected = f"between {low:g} and {high:g}"
            do = "Take it out, or widen the bounds."
            yield error("dose_that_is_no_choice", place, expected, f"{choice:g}", do)
    if dose.start.value is not None and dose.start.value not in dose.choices:
        place = ("course", "dose", "start", "value")
        do = "Start with a dose that there is."
        expected = f"one of {', '.join(f'{c:g}' for c in dose.choices)}"
        yield error("dose_that_is_no_choice", place, expected, f"{dose.start.value:g}", do)


def minutes_out_of_order(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    rules = protocol.steps.infusion
    named: list[_Named] = [
        (("steps", "infusion", "allowed", "shortest"), rules.allowed.shortest),
        (("steps", "infusion", "planned", "value"), rules.planned.value),
        (("steps", "infusion", "allowed", "longest"), rules.allowed.longest),
    ]
    do = "The planned time lies between the shortest and the longest allowed."
    yield from _rising("minutes_out_of_order", named, do=do)


def stays_out_of_order(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    rules = protocol.steps.monitoring
    names = ("minimum_from_end", "expected_from_end", "alarm_from_end")
    named: list[_Named] = [
        (("steps", "monitoring", name, "value"), getattr(rules, name).value) for name in names
    ]
    do = "A stay is expected to last its minimum at least, and alarms after that."
    yield from _rising("stays_out_of_order", named, do=do)
    floor = rules.minimum_from_start.value - protocol.steps.infusion.planned.value
    if rules.alarm_from_end.value < floor:
        place: Place = ("steps", "monitoring", "alarm_from_end", "value")
        found = _show(rules.alarm_from_end.value)
        expected = f"{_show(floor)} or more, when the minimum from the start is over"
        yield error("stays_out_of_order", place, expected, found, do)


def planned_out_of_order(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    planned = protocol.course.planned_treatments
    names = ("min", "value", "max")
    named = [(("course", "planned_treatments", name), getattr(planned, name)) for name in names]
    do = "The planned number lies between the fewest and the most treatments."
    yield from _rising("planned_out_of_order", named, do=do)


def list_out_of_order(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    follow_up = protocol.steps.follow_up
    lists: tuple[tuple[Place, Sequence[float | timedelta]], ...] = (
        (("steps", "follow_up", "checkins_after"), follow_up.checkins_after),
        (("steps", "follow_up", "phq9_after"), follow_up.phq9_after),
        (("course", "reviews", "after"), protocol.course.reviews.after),
        (("texting", "look_up_after"), protocol.texting.look_up_after),
        (("course", "dose", "choices"), protocol.course.dose.choices),
    )
    for place, values in lists:
        for n, (low, high) in enumerate(pairwise(values), 1):
            if _seconds(high) <= _seconds(low):
                do = "Write the list from the first to the last, each once."
                expected = f"more than {_show(low)}"
                yield error("list_out_of_order", (*place, n), expected, _show(high), do)


def points_that_no_scale_has(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    phq9, relapse = protocol.scores.phq9, protocol.steps.follow_up.relapse
    resistance = protocol.eligibility.resistance.improvement_below_percent
    leave = protocol.steps.monitoring.discharge
    alone: list[tuple[Place, int, int]] = [
        (("steps", "monitoring", "discharge", "padss_min"), leave.padss_min, 10),
        (("steps", "monitoring", "discharge", "moaas"), leave.moaas, 5),
    ]
    sourced = (
        (
            ("eligibility", "severity", "phq9_at_least"),
            protocol.eligibility.severity.phq9_at_least,
            27,
        ),
        (("eligibility", "resistance", "improvement_below_percent"), resistance, 100),
        (("steps", "follow_up", "relapse", "phq9_at_least"), relapse.phq9_at_least, 27),
        (
            ("steps", "follow_up", "relapse", "change_below_percent"),
            relapse.change_below_percent,
            100,
        ),
        (("scores", "phq9", "remission_below"), phq9.remission_below, 27),
        (("scores", "phq9", "meaningful_change"), phq9.meaningful_change, 27),
        (("scores", "phq9", "response_percent"), phq9.response_percent, 100),
        (("scores", "phq9", "improved_percent"), phq9.improved_percent, 100),
        (("scores", "gad7", "evaluate_from"), protocol.scores.gad7.evaluate_from, 21),
        (
            ("safety", "urgent", "phq9_item9_at_least"),
            protocol.safety.urgent.phq9_item9_at_least,
            3,
        ),
    )
    for place, value, most in (
        *((((*place, "value"), count.value, most)) for place, count, most in sourced),
        *alone,
    ):
        if not 1 <= value <= most:
            do = "Name a value that the scale can give."
            yield error("points_that_no_scale_has", place, f"1 to {most}", value, do)


RULES = (
    dose_bounds_out_of_order,
    dose_that_is_no_choice,
    minutes_out_of_order,
    stays_out_of_order,
    planned_out_of_order,
    list_out_of_order,
    points_that_no_scale_has,
)
