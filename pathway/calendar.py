"""The clinic's own time: its zone, the hours it is staffed, the days it is closed.

A value that travels with the journey; workflow code never reads configuration.
"""

from datetime import date, datetime, time, timedelta

from pydantic import Field

from pathway import civil
from pathway.model import Model


class OpenHours(Model):
    """One staffed span of a weekday, in the clinic's zone. Spans end before midnight."""

    weekday: int = Field(ge=0, le=6)
    """Monday is 0."""
    opens: time
    closes: time


class Calendar(Model):
    """When people are at work in the clinic."""

    zone: str
    country_zones: tuple[str, ...] = Field(min_length=1)
    """The zones a patient without a known zone may live in."""
    hours: tuple[OpenHours, ...]
    closed: tuple[date, ...] = ()
    shut: tuple[date, ...] = ()
    """Days closed at short notice: nothing is booked on them, and no deadline moves with them."""

    def bookable(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The staffed spans of a day on which somebody may be booked."""
        return () if day in self.shut else self.spans(day)

    def is_shut(self, moment: datetime) -> bool:
        """Whether the day of a moment was closed at short notice."""
        return civil.local(moment, self.zone).date() in self.shut

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The staffed spans of a day as instants, earliest first."""
        if day in self.closed:
            return ()
        spans = [
            (civil.instant(day, h.opens, self.zone), civil.instant(day, h.closes, self.zone))
            for h in self.hours
            if h.weekday == day.weekday()
        ]
        return tuple(sorted(spans))

    def next_staffed(self, moment: datetime) -> datetime | None:
        """The first instant from `moment` on when somebody is at work; None within 30 days."""
        first = civil.local(moment, self.zone).date()
        for ahead in range(31):
            for opens, closes in self.spans(first + timedelta(days=ahead)):
                if moment < closes:
                    return max(moment, opens)
        return None

    def after_staffed(self, moment: datetime, span: timedelta) -> datetime | None:
        """When so much staffed time has passed since `moment`; None if not within 30 days."""
        first = civil.local(moment, self.zone).date()
        for ahead in range(31):
            for opens, closes in self.spans(first + timedelta(days=ahead)):
                begins = max(moment, opens)
                if begins >= closes:
                    continue
                if closes - begins >= span:
                    return begins + span
                span -= closes - begins
        return None

    def staffed_between(self, begins: datetime, ends: datetime) -> bool:
        """Whether the span holds any staffed time."""
        staffed = self.next_staffed(begins)
        return staffed is not None and staffed < ends
