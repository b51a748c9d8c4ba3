"""What people did on a day, read off the journal: the last group of the Today page."""

import json
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import Row, select
from sqlalchemy.orm import Bundle

from pathway import civil
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.roles import Role
from records.database import Records, in_time
from records.readable import bundle, readable
from records.tables import JournalEntry, Journey, Patient

READINGS = "vitals_recorded"
KINDS = (
    "assessment_recorded",
    "consent_recorded",
    "preparation_recorded",
    "preflight_recorded",
    "infusion_recorded",
    READINGS,
    "discharge_recorded",
    "psychotherapy_recorded",
    "session_not_held",
    "decision_recorded",
    "screen_recorded",
    "risk_assessed",
    "contact_attempted",
    "task_changed",
    "task_closed",
    "escalation_acknowledged",
    "escalation_handed_over",
    "escalation_closed",
    "journey_ended",
)


_ENTRY: Bundle[Any] = Bundle(
    "entry",
    JournalEntry.reference,
    JournalEntry.kind,
    JournalEntry.at,
    readable(JournalEntry.payload, "{}"),
)
_PATIENT = bundle("patient", Patient.given_name, Patient.family_name, Patient.restricted_at)


class DoneRow(Model):
    """One thing that somebody did."""

    reference: PathwayReference
    given_name: str | None = Field(repr=False)
    family_name: str | None = Field(repr=False)
    at: Instant
    what: str
    """The kind of the event."""
    by: str
    times: int = 1
    """Readings of one patient by one person are one row; `at` is the last."""
    outcome: str | None = None
    """What came of an attempt to reach somebody."""
    handed: bool = False
    """It changed hands; without `to` it went back to the queue."""
    to: str | None = None
    """Who took it over."""
    note: str | None = Field(default=None, repr=False)
    """The note of a hand-over."""
    restricted: bool = False
    """Nobody treats her any more, and only the privacy officer sees who she is."""
    by_clinician: bool = True
    """Whoever wrote the note may have written what only clinicians read."""


@in_time
async def read(
    records: Records, zone: str, day: date, by: StaffId | None = None
) -> tuple[DoneRow, ...]:
    """What was done on a day of the clinic, the latest first; by one person if she is named."""
    begins = civil.instant(day, time(), zone)
    ends = civil.instant(day + timedelta(days=1), time(), zone)
    query = (
        select(_ENTRY, _PATIENT, Journey.ended)
        .outerjoin(Patient, Patient.reference == JournalEntry.reference)
        .join(Journey, Journey.reference == JournalEntry.reference)
        .where(JournalEntry.kind.in_(KINDS), JournalEntry.at >= begins, JournalEntry.at < ends)
        .order_by(JournalEntry.at.desc(), JournalEntry.reference, JournalEntry.number.desc())
    )
    async with records.session() as session:
        found = (await session.execute(query)).all()
    rows = (_row(entry, patient, ended=ended) for entry, patient, ended in found)
    return _folded(row for row in rows if row is not None and by in {None, row.by})


def _folded(rows: Iterable[DoneRow]) -> tuple[DoneRow, ...]:
    """Somebody in the chair is read every few minutes: that is one thing done."""
    kept: list[DoneRow] = []
    readings: dict[tuple[str, str], int] = {}
    for row in rows:
        place = readings.get((row.reference, row.by)) if row.what == READINGS else None
        if place is not None:
            kept[place] = kept[place].model_copy(update={"times": kept[place].times + 1})
            continue
        if row.what == READINGS:
            readings[row.reference, row.by] = len(kept)
        kept.append(row)
    return tuple(kept)


def _row(entry: Row[Any], patient: Row[Any], *, ended: bool) -> DoneRow | None:
    """What a row tells; none where nobody did it, or the row's words do not open."""
    payload = json.loads(entry.payload)
    who = _who(payload)
    if who is None:
        return None
    handed = entry.kind in {"escalation_handed_over", "task_changed"}
    to = payload.get("to", payload.get("task", {}).get("owner")) if handed else None
    role = payload.get("signed", {}).get("role")
    return DoneRow(
        reference=entry.reference,
        given_name=patient.given_name,
        family_name=patient.family_name,
        at=entry.at,
        what=entry.kind,
        by=who,
        outcome=payload["attempt"]["outcome"] if entry.kind == "contact_attempted" else None,
        handed=handed,
        to=to,
        note=payload.get("note") if handed else None,
        restricted=ended and patient.restricted_at is not None,
        by_clinician=role != Role.COORDINATOR,
    )


def _who(payload: dict[str, Any]) -> str | None:
    """Who did it: the event says so, or what is in it was signed."""
    if isinstance(by := payload.get("by"), str):
        return by
    for value in payload.values():
        if isinstance(value, dict) and (by := value.get("by") or _who(value)):
            return str(by)
    return None
