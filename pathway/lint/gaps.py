"""Gaps between treatments that a course can meet."""

from collections.abc import Iterator
from datetime import timedelta

from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.protocol import Protocol
from pathway.protocol.places import Place

_WEEK = timedelta(days=7)


def gap_that_no_course_meets(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    least = protocol.course.gap_min.value
    for n, phase in enumerate(protocol.course.phases):
        place: Place = ("course", "phases", n)
        gap = format_duration(phase.gap)
        if phase.gap < least:
            expected = f"{format_duration(least)} or more, as `course.gap_min` asks"
            do = "Lengthen the phase's gap, or shorten the least one."
            yield error("gap_that_no_course_meets", (*place, "gap"), expected, gap, do)
        if phase.max_gap is not None and phase.max_gap < phase.gap:
            expected = f"{gap} or more, as the phase's own gap"
            found = format_duration(phase.max_gap)
            do = "Lengthen `max_gap`, or shorten the gap."
            yield error("gap_that_no_course_meets", (*place, "max_gap"), expected, found, do)


def more_in_a_week_than_fit(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    least = protocol.course.gap_min.value
    for n, phase in enumerate(protocol.course.phases):
        longest = max(least, phase.gap)
        if phase.per_week and longest * phase.per_week > _WEEK:
            place = ("course", "phases", n, "per_week")
            expected = f"at most {_WEEK // longest} with {format_duration(longest)} between two"
            do = "Shorten the gap, or plan fewer in a week."
            yield error("more_in_a_week_than_fit", place, expected, phase.per_week, do)


def phase_given_twice(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    names = [phase.name for phase in protocol.course.phases]
    for n, name in enumerate(names):
        if name in names[:n]:
            place = ("course", "phases", n, "name")
            do = "A decision moves a patient to a phase by its name: give each one once."
            yield error("phase_given_twice", place, "each phase once", name, do)


RULES = (gap_that_no_course_meets, more_in_a_week_than_fit, phase_given_twice)
