"""Whether what a link asks for is still open, as the newest snapshot and the journal say."""

import json
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from pathway.model import Model, PathwayReference
from records.database import Records, in_time
from records.tables import JournalEntry, Journey, Owed


class Moved(StrEnum):
    """Why a session is no longer asked about."""

    RECORDED = "recorded"
    RESCHEDULED = "rescheduled"


class Standing(Model):
    """Of an escalation."""

    open: bool
    owner: str | None = None


@in_time
async def escalation(records: Records, reference: PathwayReference, id_: str) -> Standing:
    """Who has it. One that the records do not know of yet counts as open and nobody's."""
    owed = select(Owed.owner).where(Owed.reference == reference, Owed.escalation == id_)
    told = select(JournalEntry.payload).where(
        JournalEntry.reference == reference, JournalEntry.kind == "escalation_closed"
    )
    async with records.session() as session:
        found = (await session.execute(owed)).first()
        if found is not None:
            return Standing(open=True, owner=found.owner)
        closed = await session.scalars(told)
        over = any(json.loads(payload).get("escalation") == id_ for payload in closed)
        ended = await session.scalar(select(Journey.ended).where(Journey.reference == reference))
        return Standing(open=not over and not ended)


@in_time
async def session(
    records: Records, reference: PathwayReference, treatment: int, revision: int | None
) -> Moved | None:
    """Why the psychotherapy session of this revision is no longer asked about; None: it is."""
    kinds = ("appointment_booked", "appointment_cancelled", "psychotherapy_recorded")
    query = (
        select(JournalEntry.kind, JournalEntry.payload)
        .where(JournalEntry.reference == reference, JournalEntry.kind.in_(kinds))
        .order_by(JournalEntry.number)
    )
    stands = revision
    async with records.session() as session_:
        for kind, payload in await session_.execute(query):
            said = json.loads(payload)
            if said.get("treatment") != treatment:
                continue
            if kind == "psychotherapy_recorded":
                return Moved.RECORDED
            if kind == "appointment_booked":
                booked = said["appointment"]
                stands = booked["revision"] if booked["step"] == "psychotherapy" else stands
            elif said["step"] == "psychotherapy":
                stands = None
    return None if stands == revision else Moved.RESCHEDULED


@in_time
async def session_ends(
    records: Records, reference: PathwayReference, treatment: int, revision: int
) -> datetime | None:
    """When the psychotherapy session of this revision ends, as it was booked."""
    query = select(JournalEntry.payload).where(
        JournalEntry.reference == reference, JournalEntry.kind == "appointment_booked"
    )
    async with records.session() as session_:
        for payload in await session_.scalars(query):
            said = json.loads(payload)
            booked = said["appointment"]
            named = (said["treatment"], booked["step"], booked["revision"])
            if named == (treatment, "psychotherapy", revision):
                return datetime.fromisoformat(booked["at"]) + timedelta(minutes=booked["minutes"])
    return None
