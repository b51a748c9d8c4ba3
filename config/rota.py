"""Who is on shift: weekly shifts in the clinic's own time, absences and who covers them."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from pathway import civil
from pathway.model import Model, StaffId
from pathway.roles import Role

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _clock(value: object) -> object:
    # YAML reads an unquoted 18:00 as the number 1080, which would pass for eighteen minutes.
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        return time.fromisoformat(value)
    if isinstance(value, time):
        return value
    raise ValueError('expected a time of day in quotes, as in "18:00"')


def _weekdays(value: object) -> object:
    if not isinstance(value, str):
        return value
    days: list[int] = []
    for part in value.replace(" ", "").split(","):
        ends = [name[:3] for name in part.lower().split("-")]
        if len(ends) > 2 or not set(ends) <= set(DAYS):
            raise ValueError("expected days of the week, as in mon-fri or 'sat, tue'")
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return tuple(dict.fromkeys(days))


def _phone(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\+[1-9]\d{6,14}", value):
        return value
    raise ValueError('expected a phone number in quotes, as in "+14155550100"')


Clock = Annotated[time, BeforeValidator(_clock)]
"""A time of day in the clinic's zone."""
Weekdays = Annotated[tuple[int, ...], BeforeValidator(_weekdays)]
"""Days of the week, Monday being 0; a file writes mon-fri, fri-mon, or 'tue, thu'."""
Phone = Annotated[str, BeforeValidator(_phone)]
"""E.164."""


class Staff(Model):
    """A member of staff who can be turned to."""

    id: StaffId
    name: str = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    phone: Phone
    external: bool = False
    """Works elsewhere and does not sign in: asked by a link whether a session was held."""


class Shift(Model):
    """The same people at the same hours of some days, in the order in which they are paged."""

    days: Weekdays = Field(min_length=1)
    """The days on which it begins."""
    begins: Clock = Field(alias="from")
    ends: Clock = Field(alias="to")
    """Not after `from`: it ends on the next day; equal: it lasts a day."""
    staff: tuple[StaffId, ...] = Field(min_length=1)
    closed_days: bool = True
    """Whether it stands on days when the clinic is closed."""

    def on(self, day: date, zone: str) -> tuple[datetime, datetime]:
        """The shift that begins on this day, as instants.

        A handover inside the hour that autumn repeats happens once, at its first time; inside
        the hour that spring skips, right after it. So nobody is ever between two shifts.
        """
        next_day = day + timedelta(days=self.ends <= self.begins)
        return civil.instant(day, self.begins, zone), civil.instant(next_day, self.ends, zone)


class Absence(Model):
    """Somebody is away on whole days; those who cover take her place in each of her shifts."""

    who: StaffId
    begins: date = Field(alias="from")
    through: date
    """The last day, included."""
    cover: tuple[StaffId, ...] = ()
    """In order; only those who hold the shift's role stand in."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Absence":
        if self.through < self.begins:
            raise ValueError("an absence ends on or after the day it begins")
        return self

    def on(self, day: date) -> bool:
        return self.begins <= day <= self.through


def shifts_at(shifts: tuple[Shift, ...], at: datetime, zone: str) -> Iterator[tuple[Shift, date]]:
    """The shifts that are running, with the day on which each began."""
    today = civil.local(at, zone).date()
    for shift in shifts:
        for day in (today - timedelta(days=1), today):
            begins, ends = shift.on(day, zone)
            if day.weekday() in shift.days and begins <= at < ends:
                yield shift, day
