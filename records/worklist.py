"""The work list: what is owed for all journeys, in the order of the Today page."""

from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import Row, Select, false, or_, select

from pathway import civil
from pathway.calendar import Calendar
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.overview import OwedRow
from pathway.protocol import Level
from pathway.roles import Role
from records.database import Records, in_time
from records.journeys import LINE, owed_row
from records.patient_of_a_line import PATIENT
from records.readable import bundle
from records.restriction import care_is_open
from records.tables import Amendment, Journey, Owed, Patient
from records.watch_lines import found_lines

DANGER = "danger"
NOT_STARTED = "not_started"
_GRAVITY = (None, *Level)
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
    restricted: bool = False
    """Nobody treats her any more, and only the privacy officer sees who she is."""

    @property
    def presses_at(self) -> Instant | None:
        """When the time left runs out: at its deadline, her visit, or what follows if nobody acts.

        A line that sleeps, as a reading that is due in the chair, presses when it is due.
        """
        owed, shows = self.owed, self.owed.shows
        if shows.chair or owed.escalation:
            return owed.due
        times = (owed.due, shows.visit_at, None if owed.due else shows.then_at)
        return min((at for at in times if at), default=None)


@in_time
async def rows(
    records: Records,
    as_of: Instant,
    role: str | None = None,
    owner: StaffId | None = None,
    calendar: Calendar | None = None,
    day: date | None = None,
) -> list[WorkRow]:
    """What is owed, the worst first: by group, then by what is due, then by what is oldest.

    `role` and `owner` narrow the list, but danger stays in view whoever looks. With the clinic's
    `calendar`, what waits is shown under today or the next clinic day when it is due then: a
    line changes its place as the days pass, without anything happening to its journey. `day`
    is the clinic's day that counts as today.
    """
    async with records.session() as session:
        found = (await session.execute(_query(role, owner))).all()
        asked = [] if owner else (await session.execute(_requests(role))).all()
        # Lines that no journey owes: nobody may be treating the patient any more.
        beside = [(_to_decide(request), journey, patient) for request, journey, patient in asked]
        beside += await found_lines(session, role, owner)
        closed = {
            line.reference
            for line, _, patient in beside
            if patient.restricted_at and not await care_is_open(session, line.reference)
        }
    listed = [_row(owed, journey, patient, as_of) for owed, journey, patient in found]
    for line, journey, patient in beside:
        row = _row(line, journey, patient, as_of)
        listed.append(row.model_copy(update={"restricted": line.reference in closed}))
    if calendar is None:
        return sorted(listed, key=in_order)
    today = day or civil.local(as_of, calendar.zone).date()
    placed = [_placed(row, today, calendar) for row in listed]
    return sorted(placed, key=in_order)


def in_order(row: WorkRow) -> tuple[int, bool, int, bool, datetime, bool, datetime, str, str]:
    """Where a line stands: by group, then by the time left, what has no deadline last.

    Of dangers what nobody owns comes first, and of those the gravest. What is to be done stands
    before the step that the journey waits for until the same moment.
    """
    owed = row.owed
    place = GROUPS.index(owed.group) if owed.group in GROUPS else len(GROUPS)
    presses = row.presses_at
    waits = owed.key.startswith("step/")
    time_left = (presses is None, presses or owed.since)
    owned = owed.group == DANGER and owed.owner is not None
    less_grave = -_GRAVITY.index(owed.shows.level) if owed.shows.level else 0
    return place, owned, less_grave, *time_left, waits, owed.since, row.reference, owed.key


def _placed(row: WorkRow, today: date, calendar: Calendar) -> WorkRow:
    chair = row.owed.shows.chair
    if chair and chair.started_at is None and chair.arrived_at:
        # Whoever came on an earlier day and was not started has gone home since.
        here = civil.local(chair.arrived_at, calendar.zone).date() >= today
        group = "building" if here else "waiting"
        row = row.model_copy(update={"owed": row.owed.model_copy(update={"group": group})})
    due = row.presses_at
    if row.owed.group != "waiting" or due is None:
        return row
    tomorrow = civil.instant(today + timedelta(days=1), time(), calendar.zone)
    opens = calendar.next_staffed(tomorrow)
    next_day = civil.local(opens, calendar.zone).date() if opens else today
    falls_on = civil.local(due, calendar.zone).date()
    if falls_on > next_day:
        return row
    group = "today" if falls_on <= today else "next_day"
    return row.model_copy(update={"owed": row.owed.model_copy(update={"group": group})})


_REQUEST = bundle(
    "request", Amendment.reference, Amendment.number, Amendment.asked_at, Amendment.due
)


def _query(role: str | None, owner: StaffId | None) -> Select[Any, Journey, Any]:
    query = (
        select(LINE, Journey, PATIENT)
        .join(Journey, Journey.reference == Owed.reference)
        .outerjoin(Patient, Patient.reference == Owed.reference)
    )
    if role is not None:
        query = query.where(or_(Owed.section == DANGER, Owed.role == role))
    if owner is not None:
        query = query.where(or_(Owed.section == DANGER, Owed.owner == owner))
    return query


def _requests(role: str | None) -> Select[Any, Journey, Any]:
    """What patients ask to have amended; the records owe it, no journey knows of it."""
    query = (
        select(_REQUEST, Journey, PATIENT)
        .join(Patient, Patient.reference == Amendment.reference)
        .outerjoin(Journey, Journey.reference == Amendment.reference)
        .where(Amendment.decision.is_(None))
    )
    return query if role in {None, Role.PRIVACY_OFFICER} else query.where(false())


def _to_decide(request: Row[Any]) -> Owed:
    """A line like those of journeys; what she asks for stands in none of its words."""
    return Owed(
        reference=request.reference,
        key=f"amendment/{request.number}",
        section="waiting",
        role=Role.PRIVACY_OFFICER,
        since=request.asked_at,
        due=request.due,
        line=f"Decide about request {request.number} to amend the record",
        shows="{}",
    )


def _row(
    owed: Owed | Row[Any], journey: Journey | None, patient: Row[Any], as_of: Instant
) -> WorkRow:
    """A line; the patient's columns are all empty when nobody is enrolled."""
    late = as_of - owed.due if owed.due is not None else timedelta(0)
    return WorkRow(
        reference=owed.reference,
        given_name=patient.given_name,
        family_name=patient.family_name,
        born=patient.born,
        phone_e164=patient.phone_e164,
        stage=journey.stage if journey else NOT_STARTED,
        owed=owed_row(owed),
        overdue=late if late > timedelta(0) else None,
        as_of=journey.as_of if journey else owed.since,
    )
