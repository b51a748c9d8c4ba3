"""Windows in which there is room for what has to happen in them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import civil
from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.lint.references import reminders
from pathway.lint.spans import SAMPLES, after_end, visit_hours
from pathway.moments import Anchor, Earliest, Offset
from pathway.protocol import Protocol, Reminder
from pathway.protocol.places import Place


def session_longer_than_its_window(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    rules = protocol.steps.psychotherapy
    opens, due = after_end(protocol, rules.opens) or timedelta(0), after_end(protocol, rules.due)
    lasts = timedelta(minutes=rules.minutes)
    if due is not None and timedelta(0) < due - opens < lasts:
        place = ("steps", "psychotherapy", "minutes")
        expected = f"at most {format_duration(due - opens)}, the length of the window"
        do = "Widen the window, or plan a shorter session."
        yield error("session_longer_than_its_window", place, expected, lasts, do)


def reminder_without_an_hour(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """Quiet hours and `never_within` leave it no time before any visit of the week."""
    calendar, quiet = around.calendar, protocol.texting.quiet_hours
    if calendar is None:
        return
    for place, reminder in reminders(protocol):
        moments = list(_moments(protocol, place, reminder, list(visit_hours(calendar))))
        leaves = (
            (civil.after_quiet(at, quiet.begins, quiet.ends, (calendar.zone,)), last)
            for at, last in moments
        )
        if moments and not any(at is not None and at < last for at, last in leaves):
            expected = "a moment from which it can leave in time before some visit"
            do = "Move it, shorten quiet hours, or give the clinic's file more hours."
            at = (*place, "at")
            yield error("reminder_without_an_hour", at, expected, reminder.at, do)


def _moments(
    protocol: Protocol, place: Place, reminder: Reminder, visits: list[datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """When it is wanted before each visit of a week, and before when it must have left."""
    at = reminder.at
    if not isinstance(at, Offset):
        return
    near = protocol.texting.never_within
    if at.anchor is Anchor.APPOINTMENT and reminder.when == "booked" and at.by <= -near:
        yield from ((v + at.by, v - near) for v in visits)
    due = after_end(protocol, getattr(protocol.steps, str(place[1])).due)
    if at.anchor is Anchor.DUE and due is not None:
        owed = due + protocol.steps.infusion.planned.value
        yield from ((v + owed + at.by, v + owed) for v in visits)


def preparation_without_an_hour(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """Before the first visit of each day somebody must have been there to prepare her."""
    rules, calendar = protocol.steps.preparation, around.calendar
    opens, due = after_end(protocol, rules.opens), after_end(protocol, rules.due)
    if calendar is None or opens is None or due is None or not rules.required.value:
        return
    week = calendar.model_copy(update={"closed": ()})
    planned = protocol.steps.infusion.planned.value
    for n in range(7):
        day = (SAMPLES[0] + timedelta(days=n)).date()
        for begins, _ in week.spans(day)[:1]:
            end = begins + planned
            if not week.staffed_between(end + opens, end + due):
                expected = f"a staffed hour in the window before the first visit of a {day:%A}"
                do = "Let it open earlier, or give the clinic's file more hours."
                place = ("steps", "preparation", "opens")
                yield error("preparation_without_an_hour", place, expected, rules.opens, do)
                return


def decision_due_before_the_session(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    """A decision is made from what psychotherapy found (rule 7): it cannot be owed earlier."""
    steps = protocol.steps
    session = after_end(protocol, steps.psychotherapy.due)
    due = steps.decision.due
    of = due.of if isinstance(due, Earliest) else (due,)
    gap = max(protocol.course.gap_min.value, min(p.gap for p in protocol.course.phases))
    for part in (each for each in of if isinstance(each, Offset)):
        if part.anchor is Anchor.PSYCHOTHERAPY_ENDED:
            early = part.by <= timedelta(0)
        elif part.anchor is Anchor.NEXT_INFUSION_AT:
            early = session is not None and gap + part.by < session
        else:
            comes = after_end(protocol, part)
            early = comes is not None and session is not None and comes < session
        if early:
            expected = "moments after psychotherapy, at the shortest gap between treatments too"
            do = "Let the decision be due later: what it rests on may not have happened."
            place = ("steps", "decision", "due")
            yield error("decision_due_before_the_session", place, expected, part, do)


RULES = (
    session_longer_than_its_window,
    reminder_without_an_hour,
    preparation_without_an_hour,
    decision_due_before_the_session,
)
