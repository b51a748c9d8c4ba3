"""Journals that are written as journeys write them, and sealed as the worker does."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sealed import RING

from config.key_ring import KeyRing
from records import auditing, journal, sealing
from records.auditing import Verified
from records.database import Records
from records.findings import Finding
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def row(number: int, words: str = "") -> JournalRow:
    """A row that says something of its own, unless it is told what."""
    payload = f'{{"said":"{words or number}"}}'
    digest = sha256(f"{number}{payload}".encode()).hexdigest()
    kind = "booked" if number % 2 else "moved"
    return JournalRow(number=number, kind=kind, at=at(number), payload=payload, content_hash=digest)


def batch(
    reference: str, *rows: JournalRow, minutes: float, confirmed: int, ended: bool = False
) -> JournalBatch:
    return JournalBatch(
        reference=reference,
        rows=rows,
        confirmed_through=confirmed,
        snapshot=JourneySnapshot(stage="preparation", waits_for="nurse", ended=ended),
        as_of=at(minutes),
    )


async def write(records: Records, reference: str, first: int, last: int) -> None:
    """Confirmed rows of one journey, with these numbers."""
    rows = [row(number) for number in range(first, last + 1)]
    await journal.write(records, batch(reference, *rows, minutes=last, confirmed=last))


async def seal(records: Records, ring: KeyRing = RING, most: int = 500) -> int:
    """Seal until nothing is left; how many links that made."""
    made = 0
    while count := await sealing.seal(records, ring, most):
        made += count
    return made


async def verify(records: Records, ring: KeyRing = RING) -> Verified:
    return await auditing.verify(records, ring)


async def first(records: Records, ring: KeyRing = RING) -> Finding | None:
    """The first thing that is found wrong."""
    findings = (await verify(records, ring)).findings
    return findings[0] if findings else None
