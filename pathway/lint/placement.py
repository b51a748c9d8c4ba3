"""Which text may stand where: each says something that is true in some places alone."""

from collections.abc import Iterator
from datetime import time, timedelta

from pathway.durations import format_duration
from pathway.lint.finding import Around, Finding, error
from pathway.lint.references import reminders
from pathway.moments import Anchor, DayBefore, Offset
from pathway.protocol import LadderName, Protocol, Reminder, Template
from pathway.protocol.places import Place
from pathway.roles import Role

_OF_A_VISIT = (
    Template.APPOINTMENT,
    Template.APPOINTMENT_TOMORROW,
    Template.APPOINTMENT_TODAY,
    Template.BEFORE_VISIT,
)
_WHY = {
    Template.SUPPORT_NUMBERS: "Rule 19: 988 and 911 are texted only to answer a patient's message.",
    Template.FEELING_CHECKIN: "It asks for a digit that only an open check-in understands.",
}


def _places(protocol: Protocol) -> Iterator[tuple[Place, Template, tuple[Template, ...]]]:
    """Each text with its place, and the texts that may stand there."""
    for place, reminder in reminders(protocol):
        fit = _OF_A_VISIT if reminder.when == "booked" else (Template.PLEASE_CALL,)
        yield (*place, "text"), reminder.text, fit
    for name in ("checkin", "follow_up"):
        rules = getattr(protocol.steps, name)
        yield ("steps", name, "text"), rules.text, (Template.FEELING_CHECKIN,)
        yield ("steps", name, "worse", "reply"), rules.worse.reply, (Template.SUPPORT_NUMBERS,)
    for ladder in LadderName:
        for n, rung in enumerate(protocol.ladders.named(ladder).rungs):
            if rung.text and rung.to is Role.PATIENT:
                yield ("ladders", ladder, "rungs", n, "text"), rung.text, (Template.PLEASE_CALL,)


def text_out_of_place(protocol: Protocol, _around: Around) -> Iterator[Finding]:
    for place, text, fit in _places(protocol):
        if text not in fit:
            do = _WHY.get(text, "Name a text that says what is so at this place.")
            yield error("text_out_of_place", place, " or ".join(fit), text, do)


def text_of_another_day(protocol: Protocol, around: Around) -> Iterator[Finding]:
    """`today` and `tomorrow` are written out: the moment has to be on that day."""
    for place, reminder in reminders(protocol):
        if reminder.text is Template.APPOINTMENT_TODAY and not _on_the_day(reminder, around):
            longest = format_duration(_first_hour(around))
            expected = f"the appointment minus at most {longest}, which is on its day at any hour"
        elif reminder.text is Template.APPOINTMENT_TOMORROW and not _a_day_before(reminder):
            expected = "a clock time on the day before, or `appointment - 24h`"
        else:
            continue
        do = "Move it, or send `appointment`, which names the day."
        yield error("text_of_another_day", (*place, "at"), expected, reminder.at, do)


def _first_hour(around: Around) -> timedelta:
    """How long after midnight the clinic's first visit of any day may be."""
    opens = [hours.opens for hours in around.calendar.hours] if around.calendar else []
    first = min(opens, default=time(8))
    return timedelta(hours=first.hour, minutes=first.minute)


def _on_the_day(reminder: Reminder, around: Around) -> bool:
    at = reminder.at
    if not isinstance(at, Offset) or at.anchor is not Anchor.APPOINTMENT:
        return False
    return -_first_hour(around) <= at.by < timedelta(0)


def _a_day_before(reminder: Reminder) -> bool:
    at = reminder.at
    return isinstance(at, DayBefore) or at == Offset(
        anchor=Anchor.APPOINTMENT, by=-timedelta(days=1)
    )


RULES = (text_out_of_place, text_of_another_day)
