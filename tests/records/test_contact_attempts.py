"""Attempts to reach a patient are read off the journal, and follow it when it is put right."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from pathway import events as ev
from pathway.facts import Signature
from pathway.roles import Role
from records import contact_attempts, journal
from records.database import Records
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot

REFERENCE = "J-0123456789"
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=2)
SIGNED = Signature(by="mara.voss", role=Role.COORDINATOR, happened_at=NOON, recorded_at=NOON)


def row(number: int, event: ev.Event) -> JournalRow:
    payload = event.model_dump_json(exclude={"kind", "at"})
    digest = sha256(payload.encode()).hexdigest()
    return JournalRow(
        number=number, kind=event.kind, at=event.at, payload=payload, content_hash=digest
    )


async def write(records: Records, *rows: JournalRow, minutes: int = 0) -> None:
    batch = JournalBatch(
        reference=REFERENCE,
        rows=rows,
        confirmed_through=0,
        snapshot=JourneySnapshot(stage="preparation", waits_for="therapist"),
        as_of=NOON + timedelta(minutes=minutes),
    )
    await journal.write(records, batch)


def tried(outcome: str = "no_answer", **fields: object) -> ev.ContactAttempted:
    attempt = {"about": "t1/call", "way": "call", "whom": "patient", "signed": SIGNED, **fields}
    return ev.ContactAttempted.model_validate(
        {"at": NOON, "attempt": {"outcome": outcome, "next_try": LATER, **attempt}}
    )


def closed(reason: str) -> ev.TaskClosed:
    return ev.TaskClosed(at=LATER, key="t1/call", reason=reason, by="mara.voss")


async def outcomes(records: Records) -> list[tuple[int, str, str]]:
    found = await contact_attempts.for_reference(records, REFERENCE)
    return [(each.number, each.outcome, each.note) for each in found]


async def test_rule_5_each_attempt_says_when_by_whom_and_when_again(records: Records) -> None:
    spoken = tried("reached", whom="escort", note="spoke with him", next_try=None)
    await write(records, row(1, tried()), row(2, spoken))
    first, second = await contact_attempts.for_reference(records, REFERENCE)
    assert (first.at, first.by, first.next_try) == (NOON, "mara.voss", LATER)
    assert (first.how, first.whom, first.outcome) == ("call", "patient", "no_answer")
    assert (second.whom, second.note, second.next_try) == ("escort", "spoke with him", None)


async def test_what_nobody_tried_is_no_attempt(records: Records) -> None:
    await write(records, row(1, closed("recorded since")), row(2, closed("unreachable")))
    assert await outcomes(records) == []


async def test_a_replaced_row_takes_its_attempt_along(records: Records) -> None:
    await write(records, row(1, tried()))
    await write(records, row(1, tried()))
    assert await outcomes(records) == [(1, "no_answer", "")]
    await write(records, row(1, closed("recorded since")), minutes=1)
    assert await outcomes(records) == []


async def test_a_row_that_cannot_be_read_stops_no_journal(records: Records) -> None:
    strange = row(1, tried()).model_copy(update={"payload": '{"attempt": "of another release"}'})
    await write(records, strange)
    assert len(await journal.read(records, REFERENCE)) == 1
    assert await outcomes(records) == []
