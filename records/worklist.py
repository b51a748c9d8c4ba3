"""The work list: what is owed for all journeys, in the order of the Today page."""

from datetime import date, time, timedelta

from pydantic import Field
from sqlalchemy import Select, case, or_, select

from pathway import civil
from pathway.calendar import Calendar
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.overview import OwedRow
from records.database import Records, in_time
from records.journeys import owed_row
from records.tables import Journey, Owed, Patient

DANGER = "danger"
GROUPS = (DANGER, "building", "today", "next_day", "waiting")
"""As they stand on the page, from the top. A group that is not named here comes last."""


class WorkRow(Model):
    """One line of the work list with the patient it is about."""

    reference: PathwayReference
    given_name: str | None = Field(repr=False)
    """None, as the next three, when nobody is enrolled under the reference."""
    family_name: str | None = Field(repr=False)
    born: date | None = Field(repr=False)
    """The second identifier: two patients may share a name."""
    phone_e164: str | None = Field(repr=False)
    stage: str
    owed: OwedRow
    overdue: timedelta | None
    """How long it has been due, by the `as_of` that was asked with; None when it is not."""
    as_of: Instant
    """The journey's time when it said so: the age of this line."""


@in_time
async def rows(
    records: Records,
    as_of: Instant,
    role: str | None = None,
    owner: StaffId | None = None,
    calendar: Calendar | None = None,
) -> list[WorkRow]:
    """What is owed, the worst first: by group, then by what is due, then by what is oldest.

    `role` and `owner` narrow the list, but danger stays in view whoever looks. With the clinic's
    `calendar`, what waits is shown under today or the next clinic day when it is due then: a
    line changes its place as the days pass, without anything happening to its journey.
    """
    async with records.session() as session:
        found = (await session.execute(_query(role, owner))).all()
    listed = [_row(owed, journey, patient, as_of) for owed, journey, patient in found]
    if calendar is None:
        return listed
    placed = [_placed(row, as_of, calendar) for row in listed]
    return sorted(placed, key=lambda row: GROUPS.index(row.owed.group))


def _placed(row: WorkRow, as_of: Instant, calendar: Calendar) -> WorkRow:
    due = row.owed.due
    if row.owed.group != "waiting" or due is None:
        return row
    today = civil.local(as_of, calendar.zone).date()
    tomorrow = civil.instant(today + timedelta(days=1), time(), calendar.zone)
    opens = calendar.next_staffed(tomorrow)
    next_day = civil.local(opens, calendar.zone).date() if opens else today
    day = civil.local(due, calendar.zone).date()
    if day > next_day:
        return row
    group = "today" if day <= today else "next_day"
    return row.model_copy(update={"owed": row.owed.model_copy(update={"group": group})})


def _query(role: str | None, owner: StaffId | None) -> Select[Owed, Journey, Patient]:
    group = case({name: place for place, name in enumerate(GROUPS)}, value=Owed.section, else_=99)
    query = (
        select(Owed, Journey, Patient)
        .join(Journey, Journey.reference == Owed.reference)
        .outerjoin(Patient, Patient.reference == Owed.reference)
        # Databases disagree where NULL sorts, so that is said by hand: no deadline comes last.
        .order_by(group, Owed.due.is_(None), Owed.due, Owed.since, Owed.reference, Owed.key)
    )
    if role is not None:
        query = query.where(or_(Owed.section == DANGER, Owed.role == role))
    if owner is not None:
        query = query.where(or_(Owed.section == DANGER, Owed.owner == owner))
    return query


def _row(owed: Owed, journey: Journey, patient: Patient | None, as_of: Instant) -> WorkRow:
    late = as_of - owed.due if owed.due is not None else timedelta(0)
    return WorkRow(
        reference=owed.reference,
        given_name=patient.given_name if patient else None,
        family_name=patient.family_name if patient else None,
        born=patient.born if patient else None,
        phone_e164=patient.phone_e164 if patient else None,
        stage=journey.stage,
        owed=owed_row(owed),
        overdue=late if late > timedelta(0) else None,
        as_of=journey.as_of,
    )
