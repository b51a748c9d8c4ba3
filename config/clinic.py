"""The clinic: its name and numbers, when it is open, who works there and who is on shift."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import holidays
from pydantic import AfterValidator, Field, model_validator

from config.rota import Absence, Clock, Phone, Shift, Staff, Weekdays, shifts_at
from config.yaml_source import ConfigError, Place, Source, read_yaml, validated
from pathway import civil
from pathway.calendar import Calendar, OpenHours
from pathway.model import Instant, Model, StaffId
from pathway.protocol import Count
from pathway.roles import Role


def _zone(name: str) -> str:
    if "/" not in name or not civil.is_zone(name):
        raise ValueError("expected an IANA time zone, as in America/Los_Angeles")
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class Opening(Model):
    """Hours of some days on which somebody is at work."""

    days: Weekdays = Field(min_length=1)
    opens: Clock = Field(alias="from")
    closes: Clock = Field(alias="to")

    @model_validator(mode="after")
    def _closes_later(self) -> "Opening":
        if self.closes <= self.opens:
            raise ValueError("opening hours end later on the same day")
        return self


class Holidays(Model):
    """Public holidays of a country on which the clinic is closed."""

    country: str
    subdivision: str | None = None
    except_: tuple[str, ...] = Field(default=(), alias="except")
    """Names of holidays on which it is open all the same."""

    @model_validator(mode="after")
    def _is_known(self) -> "Holidays":
        try:
            named = {_plain(name) for name in self._named(range(2025, 2030)).values()}
        except NotImplementedError:
            raise ValueError("expected a country and subdivision, as in US and CA") from None
        if unknown := set(self.except_) - named:
            raise ValueError(f"{min(unknown)!r} is none of its holidays: {sorted(named)}")
        return self

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """The closed days from `first` through `last`."""
        named = self._named(range(first.year, last.year + 1))
        closed = (day for day, name in named.items() if _plain(name) not in self.except_)
        return tuple(sorted(day for day in closed if first <= day <= last))

    def _named(self, years: range) -> dict[date, str]:
        return dict(holidays.country_holidays(self.country, subdiv=self.subdivision, years=years))


def _plain(name: str) -> str:
    return name.removesuffix(" (observed)")


class Closed(Model):
    """When the clinic is closed although the week says otherwise."""

    holidays: Holidays | None = None
    dates: tuple[date, ...] = ()


class Clinic(Model):
    """One clinic, as config/clinic.yaml describes it."""

    demo: bool = False
    """Everything in it is invented; refused for real patients."""
    alias: str = Field(min_length=1, max_length=30)
    """The name in texts: neutral, for a phone lies on a kitchen table."""
    callback_phone: Phone
    ops_phone: Phone
    """Whom to wake when nobody can be reached."""
    rota_owner: StaffId | None = None
    """Who keeps the rota, and hears when somebody's phone takes no pages."""
    zone: Zone
    country_zones: tuple[Zone, ...] = Field(min_length=1)
    """Where a patient without a known zone may live."""
    hours: tuple[Opening, ...] = Field(min_length=1)
    """When somebody is at work; remote work counts."""
    closed: Closed = Closed()
    records_kept_years: Count | None = None
    """For how long the law wants a record kept after its last entry; no erasure before."""
    people: tuple[Staff, ...] = Field(alias="staff")
    rota: dict[Role, tuple[Shift, ...]]
    away: tuple[Absence, ...] = ()

    def staff(self, id_: StaffId) -> Staff | None:
        """The member of staff with this id, None when she has left."""
        return next((person for person in self.people if person.id == id_), None)

    def with_phone(self, phone: str) -> tuple[Staff, ...]:
        """The members of staff whose phone this is."""
        return tuple(person for person in self.people if person.phone == phone)

    def on_shift(self, role: str, at: Instant) -> tuple[Staff, ...]:
        """Who fills a role at an instant, in the order to be paged; empty when nobody does."""
        ids: dict[str, None] = {}
        for shift, day in shifts_at(self._shifts(role), at, self.zone):
            if shift.closed_days or not self._is_closed(day):
                ids |= dict.fromkeys(i for who in shift.staff for i in self._present(who, day))
        return tuple(p for i in ids if (p := self.staff(i)) is not None and role in p.roles)

    def works(self, who: StaffId, at: Instant) -> bool:
        """Whether somebody is on any shift at an instant."""
        return any(who == person.id for role in self.rota for person in self.on_shift(role, at))

    def uncovered(self, role: str, first: date, days: int) -> tuple[Instant, ...]:
        """The instants, within `days` from `first`, from which nobody fills a role for a while.

        Looks at every beginning and end of a shift or a day, which is where it can change.
        """
        dates = [first + timedelta(days=n) for n in range(-1, days)]
        begins, *midnights = (civil.instant(day, time(), self.zone) for day in dates[1:])
        shifts = self._shifts(role)
        turns = {turn for shift in shifts for day in dates for turn in shift.on(day, self.zone)}
        ends = civil.instant(first + timedelta(days=days), time(), self.zone)
        edges = {begins, *midnights, *(turn for turn in turns if begins <= turn < ends)}
        return tuple(edge for edge in sorted(edges) if not self.on_shift(role, edge))

    def around_the_clock(self, first: date) -> tuple[Role, ...]:
        """The roles with somebody at every hour of a week, closed days too; absences left out."""
        rota = {
            role: tuple(shift for shift in shifts if shift.closed_days)
            for role, shifts in self.rota.items()
        }
        week = self.model_copy(update={"rota": rota, "away": ()})
        return tuple(role for role in rota if not week.uncovered(role, first, 8))

    def calendar(self, first: date, days: int) -> Calendar:
        """The opening hours as a plain value, closed days expanded for `days` from `first`."""
        last = first + timedelta(days=days - 1)
        named = self.closed.holidays.between(first, last) if self.closed.holidays else ()
        single = (day for day in self.closed.dates if first <= day <= last)
        return Calendar(
            zone=self.zone,
            country_zones=self.country_zones,
            hours=tuple(
                OpenHours(weekday=day, opens=span.opens, closes=span.closes)
                for day in range(7)
                for span in sorted(self.hours, key=lambda span: span.opens)
                if day in span.days
            ),
            closed=tuple(sorted({*named, *single})),
        )

    def _shifts(self, role: str) -> tuple[Shift, ...]:
        return next((shifts for key, shifts in self.rota.items() if key == role), ())

    def _is_closed(self, day: date) -> bool:
        return day in self.calendar(day, 1).closed

    def _present(self, who: StaffId, day: date) -> tuple[StaffId, ...]:
        absences = [absence for absence in self.away if absence.on(day)]
        away = {absence.who for absence in absences}
        if who not in away:
            return (who,)
        cover = (i for absence in absences if absence.who == who for i in absence.cover)
        return tuple(i for i in cover if i not in away)


def load_clinic(source: Path | Traversable | None = None) -> Clinic:
    """Read and check a clinic's file; the demonstration's by default.

    Raises:
        ConfigError: with file, line, path in the file, what was expected and what was found.
    """
    read = read_yaml(source or files("config") / "clinic.yaml")
    clinic = validated(Clinic, read)
    complaints = [_complaint(read, *found) for found in _strangers(clinic)]
    if complaints:
        raise ConfigError("\n".join(complaints))
    return clinic


def _strangers(clinic: Clinic) -> Iterator[tuple[Place, str, str]]:
    """Where the file names people it does not know, or in roles they do not hold."""
    ids = [person.id for person in clinic.people]
    for n, id_ in enumerate(ids):
        if id_ in ids[:n]:
            yield ("staff", n, "id"), "expected each id once", id_
    if clinic.rota_owner is not None and clinic.rota_owner not in ids:
        yield ("rota_owner",), "expected a member of staff", clinic.rota_owner
    for role, place, who in _rostered(clinic):
        person = clinic.staff(who)
        if person is None or role not in person.roles:
            yield place, f"expected somebody of the staff who acts as {role}", who
    for n, absence in enumerate(clinic.away):
        for key, people in (("who", (absence.who,)), ("cover", absence.cover)):
            for who in (who for who in people if who not in ids):
                yield ("away", n, key), "expected a member of staff", who


def _rostered(clinic: Clinic) -> Iterator[tuple[Role, Place, StaffId]]:
    for role, shifts in clinic.rota.items():
        for n, shift in enumerate(shifts):
            for m, who in enumerate(shift.staff):
                yield role, ("rota", role, n, "staff", m), who


def _complaint(source: Source, place: Place, expected: str, found: str) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return f"{source.name}, line {source.line(place)}, at {path[1:]}: {expected}; found {found!r}"
