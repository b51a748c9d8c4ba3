"""Windows that can be met: by their own ends, by the clock, by the hours of the clinic."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from pathway import civil
from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.lint.references import reminders, step_rules
from pathway.lint.spans import SAMPLES, after_end, floor
from pathway.moments import Anchor, DayBefore, Earliest, Offset
from pathway.protocol import Protocol
from pathway.protocol.places import Place

_BEFORE = (Anchor.INFUSION_AT, Anchor.APPOINTMENT)
_AFTER = (Anchor.INFUSION_START, Anchor.INFUSION_END, Anchor.DISCHARGE)
_KNOWN = {
    "assessment": (Anchor.APPOINTMENT,),
    "preparation": _BEFORE,
    "infusion": _BEFORE,
    "monitoring": _AFTER,
    "psychotherapy": (*_AFTER, Anchor.INFUSION_AT),
    "decision": (*_AFTER, Anchor.PSYCHOTHERAPY_ENDED, Anchor.NEXT_INFUSION_AT),
}


def _offsets(moment: Offset | DayBefore | Earliest | None) -> tuple[Offset, ...]:
    match moment:
        case Offset():
            return (moment,)
        case Earliest():
            return moment.of
    return ()


def moment_that_never_comes(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """A window that hangs on something which happens later, or on itself."""
    for name, rules in step_rules(protocol):
        for key in ("opens", "due"):
            moment = getattr(rules, key)
            strange = [o.anchor for o in _offsets(moment) if o.anchor not in _KNOWN[name]]
            if strange:
                expected = f"one of {', '.join(_KNOWN[name])} for {name}"
                do = "Hang it on something that is known by then."
                place: Place = ("steps", name, key)
                yield error("moment_that_never_comes", place, expected, moment, do)


def window_that_closes_first(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    steps = protocol.steps
    for name, opens, closes, key in (
        ("preparation", steps.preparation.opens, steps.preparation.due, "due"),
        ("psychotherapy", steps.psychotherapy.opens, steps.psychotherapy.due, "due"),
        ("checkin", steps.checkin.opens, steps.checkin.closes, "closes"),
    ):
        first, last = after_end(protocol, opens), after_end(protocol, closes)
        if first is not None and last is not None and first >= last:
            expected = f"later than {opens}, when it opens"
            do = "Let it close later: nothing fits between the two."
            place: Place = ("steps", name, key)
            yield error("window_that_closes_first", place, expected, closes, do)


def window_longer_than_the_gap(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """Psychotherapy owed after the next infusion may start would never hold that one up."""
    due = protocol.steps.psychotherapy.due
    lasts, gap = after_end(protocol, due), protocol.course.gap_min.value
    if lasts is not None and lasts > gap:
        expected = f"at most {format_duration(gap)} after the infusion, the shortest gap"
        do = "Shorten the window, or lengthen `course.gap_min`."
        place = ("steps", "psychotherapy", "due")
        yield error("window_longer_than_the_gap", place, expected, due, do)


def _quiet(protocol: Protocol, clock: time) -> bool:
    hours = protocol.texting.quiet_hours
    return civil.in_daily_span(clock, hours.begins, hours.ends)


def clock_time_in_quiet_hours(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, reminder in reminders(protocol):
        if isinstance(reminder.at, DayBefore) and _quiet(protocol, reminder.at.clock):
            do = "Choose a time at which a text may leave."
            expected = "a clock time outside quiet hours"
            found = reminder.at
            yield error("clock_time_in_quiet_hours", (*place, "at"), expected, found, do)


def no_hour_for_all_zones(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """Somebody whose zone is unknown is texted when it is decent everywhere (rule 26)."""
    if around.calendar is None:
        return
    hours, zones = protocol.texting.quiet_hours, around.calendar.country_zones
    found = [civil.after_quiet(day, hours.begins, hours.ends, zones) for day in SAMPLES]
    if None in found:
        place = ("texting", "quiet_hours")
        do = "Shorten quiet hours: a patient without a known zone would never get a text."
        expected = "some hour that is quiet in no zone of the country"
        quiet = f"{hours.begins:%H:%M} to {hours.ends:%H:%M}"
        yield error("no_hour_for_all_zones", place, expected, quiet, do)


def checkin_in_quiet_hours(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """The last infusion from which she can leave in staffed hours must leave a decent hour."""
    after = after_end(protocol, protocol.steps.checkin.opens)
    if around.calendar is None or after is None:
        return
    for hours in around.calendar.hours:
        closes = datetime.combine(SAMPLES[0].date(), hours.closes)
        opens = (closes - floor(protocol) + after).time()
        if _quiet(protocol, opens):
            expected = f"an opening outside quiet hours when the clinic closes at {closes:%H:%M}"
            do = "Let the check-in open earlier, or shorten quiet hours."
            place = ("steps", "checkin", "opens")
            found = f"{protocol.steps.checkin.opens}, {opens:%H:%M}"
            yield error("checkin_in_quiet_hours", place, expected, found, do)
            return


def no_staffed_hour_in_window(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """No day of the week on which an infusion's psychotherapy could be held."""
    steps, calendar = protocol.steps, around.calendar
    opens, due = (
        after_end(protocol, steps.psychotherapy.opens),
        after_end(protocol, steps.psychotherapy.due),
    )
    if calendar is None or due is None or not steps.infusion.staffed_hour_in_window:
        return
    days = [SAMPLES[0] + timedelta(days=n) for n in range(7)]
    ends = [
        begins + steps.infusion.planned.value
        for day in days
        for begins, _ in calendar.spans(day.date())
    ]
    begins = opens or timedelta(0)
    if not any(calendar.staffed_between(end + begins, end + due) for end in ends):
        expected = "a staffed hour in the window of at least one day's first infusion"
        do = "Widen the window, or give the clinic's file more hours."
        place = ("steps", "psychotherapy", "due")
        yield error("no_staffed_hour_in_window", place, expected, steps.psychotherapy.due, do)


RULES = (
    moment_that_never_comes,
    window_that_closes_first,
    window_longer_than_the_gap,
    clock_time_in_quiet_hours,
    no_hour_for_all_zones,
    checkin_in_quiet_hours,
    no_staffed_hour_in_window,
)
