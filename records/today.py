"""The Today page as one question: what is owed, what was done, how far the list can be trusted."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from pydantic import Field
from sqlalchemy import select

from pathway import civil
from pathway.calendar import Calendar
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.roles import Role
from pathway.today import Ready
from records import done_today, systems, worklist
from records.database import Records, in_time
from records.done_today import DoneRow
from records.systems import Systems
from records.tables import Companion, PatientDetail
from records.visible import visible_row, visible_to
from records.worklist import DANGER, GROUPS, WorkRow


class TodayQuery(Model):
    """Whose list, for which day."""

    role: Role | None = None
    person: StaffId | None = None
    day: date | None = None
    """A day of the clinic; None is today."""
    reader: Role | None = None
    """Who reads it; None sees what a coordinator may."""


class Ticks(Ready):
    """What is settled for a patient of the next clinic day; None is not asked for."""

    interpreter: bool | None = None
    """False: she needs one, and nobody has said that one comes; None: she needs none."""


class Escort(Model):
    """Who takes her home, as far as the records know."""

    name: str = Field(repr=False)
    phone: str | None = Field(repr=False)


class Today(Model):
    """The groups A to F of the page and the strip above them."""

    as_of: Instant
    day: date
    groups: dict[str, tuple[WorkRow, ...]] = Field(repr=False)
    """danger, building, today, next_day, waiting; within each the worst first."""
    ticks: dict[PathwayReference, Ticks]
    """For those who stand under next_day."""
    escorts: dict[PathwayReference, Escort] = Field(default_factory=dict, repr=False)
    """Of those in the building."""
    done: tuple[DoneRow, ...] = Field(repr=False)
    systems: Systems


async def read(
    records: Records, calendar: Calendar, as_of: Instant, query: TodayQuery | None = None
) -> Today:
    """Everything that the page shows. Danger stays in view whoever looks."""
    asked = query or TodayQuery()
    day = asked.day or civil.local(as_of, calendar.zone).date()
    found = await worklist.rows(records, as_of, asked.role, asked.person, calendar, day)
    rows = [visible_row(row, asked.reader) for row in found]
    names = dict.fromkeys((*GROUPS, *(row.owed.group for row in rows)))
    done = await done_today.read(records, calendar.zone, day, asked.person)
    groups = {name: tuple(row for row in rows if row.owed.group == name) for name in names}
    return Today(
        as_of=as_of,
        day=day,
        groups=groups,
        ticks=await _ticks(records, groups["next_day"]),
        escorts=await _escorts(records, groups["building"], asked.reader),
        done=tuple(visible_row(row, asked.reader) for row in done),
        systems=await systems.read(records, as_of),
    )


def one_each(today: Today) -> dict[str, tuple[tuple[WorkRow, int], ...]]:
    """One row for each patient, in her gravest group, with how many more she has.

    Danger is never folded: two escalations of one patient are two rows.
    """
    counted = Counter(row.reference for rows in today.groups.values() for row in rows)
    seen: set[str] = set()
    folded = {}
    for name, rows in today.groups.items():
        kept = rows if name == DANGER else _firsts(rows, seen)
        seen |= {row.reference for row in rows}
        folded[name] = tuple((row, counted[row.reference] - 1) for row in kept)
    return folded


def _firsts(rows: Iterable[WorkRow], seen: set[str]) -> tuple[WorkRow, ...]:
    firsts: dict[str, WorkRow] = {}
    for row in rows:
        if row.reference not in seen:
            firsts.setdefault(row.reference, row)
    return tuple(firsts.values())


@in_time
async def _ticks(records: Records, rows: tuple[WorkRow, ...]) -> dict[PathwayReference, Ticks]:
    """What her journey says is settled; that she needs an interpreter the records know."""
    references = sorted({row.reference for row in rows})
    if not references:
        return {}
    query = select(PatientDetail.reference).where(
        PatientDetail.reference.in_(references), PatientDetail.interpreter.is_not(None)
    )
    async with records.session() as session:
        with_interpreter = set(await session.scalars(query))
    ready = {row.reference: row.owed.shows.ready for row in rows if row.owed.shows.ready}
    return {
        one: _ticked(ready.get(one, Ready()), needs_interpreter=one in with_interpreter)
        for one in references
    }


def _ticked(ready: Ready, *, needs_interpreter: bool) -> Ticks:
    comes = ready.interpreter is True if needs_interpreter else None
    return Ticks.model_validate({**dict(ready), "interpreter": comes})


@in_time
async def _escorts(
    records: Records, rows: tuple[WorkRow, ...], reader: Role | None
) -> dict[PathwayReference, Escort]:
    references = {row.reference for row in rows}
    if not references or "escort" not in visible_to(reader or Role.COORDINATOR):
        return {}
    query = select(Companion).where(Companion.reference.in_(references), Companion.kind == "escort")
    async with records.session() as session:
        found = await session.scalars(query)
        return {one.reference: Escort(name=one.name, phone=one.phone) for one in found}
