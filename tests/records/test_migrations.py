"""Every migration goes forward and back with data in the tables, on both databases."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from importlib import resources

import pytest
from raw_look import every_byte, every_cell
from sealed import RING
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from records import changing, contact_attempts, details, enrolment, journal, patients
from records.changing import Wanted
from records.database import Records, migrate, migrate_back, newest_revision
from records.engine import database_url
from records.errors import NewerRecordsError
from records.patient_model import Companion, Details, EnrolmentRow, PhoneKind

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
REFERENCE = "J-0123456789"
FIRST = """
INSERT INTO patients (reference, record_number, identity, given_name, family_name, born,
    phone_e164, phone_kind, phone_shared, zone, language, text_consent, texts_held, opted_out,
    deceased, referred_by, note, enrolled_at, started_at, written_at)
VALUES ('J-0123456789', 'N-1', 'digest', 'Ada', 'Quill', '1985-03-03', '+14155550132', 'mobile',
    false, 'America/Denver', 'es', true, true, false, false, 'Dr. Vale', 'nights',
    '2026-03-01 12:00:00', NULL, '2026-03-01 12:00:00')
"""
"""A patient as the first release wrote her."""
A_PAGE = """
INSERT INTO pages (intent, reference, escalation, key, person, recipient, role, level, what,
    state, since, as_of, written_at)
VALUES ('i', 'J-0123456789', 'e1', 'e1/r1/0/0', 'dr.hale', '+1', 'prescriber', 'urgent', 'x',
    'sent', '2026-03-09 12:00:00', '2026-03-09 12:00:00', '2026-03-09 12:00:00')
"""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(database_url(url))
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Records]:
    records = await Records.open(url, ring=RING)
    yield records
    await records.close()


async def test_what_a_newer_release_has_migrated_is_left_alone(empty_database: str) -> None:
    await migrate(empty_database, ring=RING)
    async with connected(empty_database) as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerRecordsError, match="put back the backup"):
        await migrate(empty_database, ring=RING)
    async with opened(empty_database) as records:
        assert await records.revision() == "9999"


async def test_a_patient_of_the_first_release_is_still_the_same(empty_database: str) -> None:
    await migrate(empty_database, "0001", ring=RING)
    async with connected(empty_database) as connection:
        await connection.execute(text(FIRST))
    await migrate(empty_database, ring=RING)
    async with opened(empty_database) as records:
        assert await records.revision() == newest_revision()
        stored = await patients.get(records, REFERENCE)
        assert stored is not None
        assert (stored.given_name, stored.born, stored.language) == ("Ada", date(1985, 3, 3), "es")
        assert (stored.phone_with_others, stored.texts_held) == (False, True)
        assert await details.get(records, REFERENCE) == Details()


async def test_back_and_forward_again_keeps_what_the_older_tables_hold(
    empty_database: str,
) -> None:
    await migrate(empty_database, ring=RING)
    row = EnrolmentRow(
        given_name="Ada",
        family_name="Quill",
        born=date(1985, 3, 3),
        phone_e164="+14155550132",
        phone_kind=PhoneKind.MOBILE,
        phone_with_others=True,
        details=Details(address="4 Alder Row", escort=Companion(name="Otto Quill")),
    )
    async with opened(empty_database) as records:
        reference = (await enrolment.enrol(records, row, NOON)).reference
        new = Wanted(details=Details(address="5 Alder Row"))
        await changing.change(records, reference, new, by="mara.voss", role="coordinator", at=NOON)
    await migrate_back(empty_database, "0001", ring=RING)
    async with connected(empty_database) as connection:
        (name,) = (await connection.execute(text("SELECT given_name FROM patients"))).one()
        assert name == "Ada"
    await migrate(empty_database, ring=RING)
    async with opened(empty_database) as records:
        assert await records.revision() == newest_revision()
        stored = await patients.get(records, reference)
        assert stored is not None
        assert (stored.family_name, stored.phone_shared) == ("Quill", True)
        again = await enrolment.enrol(records, row, NOON)
        assert (again.reference, again.created) == (reference, False)


JOURNEY = """
INSERT INTO journeys (reference, stage, waits_for, texts_held, opted_out, deceased, ended, through,
    as_of, written_at)
VALUES ('J-0123456789', 'preparation', 'coordinator', false, false, false, false, 4,
    '2026-03-01 12:00:00', '2026-03-01 12:00:00')
"""
ROW = """
INSERT INTO journal (reference, number, kind, at, payload, content_hash, provisional, as_of,
    written_at)
VALUES ('J-0123456789', :number, :kind, '2026-03-01 12:00:00', :payload, 'x', false,
    '2026-03-01 12:00:00', '2026-03-01 12:00:00')
"""


async def told(connection: AsyncConnection, *kinds: str) -> None:
    """A journal that says these things, one after the other."""
    await connection.execute(text(JOURNEY))
    for number, kind in enumerate(kinds, 1):
        await connection.execute(text(ROW), {"number": number, "kind": kind, "payload": "{}"})


async def test_who_was_in_hospital_before_the_migration_is_not_texted_rule_23(
    empty_database: str,
) -> None:
    await migrate(empty_database, "0003", ring=RING)
    async with connected(empty_database) as connection:
        await connection.execute(text(FIRST))
        doubts = ("phone_doubted", "phone_confirmed")
        await told(connection, "hospital_reported", "hospital_left", "hospital_reported", *doubts)
    await migrate(empty_database, ring=RING)
    async with opened(empty_database) as records:
        stored = await patients.get(records, REFERENCE)
        assert stored is not None
        assert (stored.in_hospital, stored.phone_doubted) == (True, False)


async def test_attempts_told_before_their_table_are_filled_in(empty_database: str) -> None:
    await migrate(empty_database, "0002", ring=RING)
    said = {
        "about": "t1/call",
        "way": "call",
        "whom": "patient",
        "outcome": "no_answer",
        "next_try": "2026-03-02T09:00:00Z",
        "note": None,
        "signed": {"by": "mara.voss", "happened_at": "2026-03-01T09:00:00Z"},
    }
    async with connected(empty_database) as connection:
        await told(connection)
        for number, payload in ((1, json.dumps({"attempt": said})), (2, "{}")):
            row = {"number": number, "kind": "contact_attempted", "payload": payload}
            await connection.execute(text(ROW), row)
    await migrate(empty_database, ring=RING)
    async with opened(empty_database) as records:
        (attempt,) = await contact_attempts.for_reference(records, REFERENCE)
        assert (attempt.task, attempt.outcome, attempt.by) == ("t1/call", "no_answer", "mara.voss")
        assert attempt.next_try == datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_every_revision_is_reached_up_and_down_with_rows(empty_database: str) -> None:
    files = resources.files("records.migrations.versions").iterdir()
    revisions = sorted(each.name[:4] for each in files if each.name[:4].isdigit())
    assert revisions[-1] == newest_revision()
    await migrate(empty_database, revisions[0], ring=RING)
    async with connected(empty_database) as connection:
        await connection.execute(text(FIRST))
        await told(connection, "hospital_reported")
    for revision in revisions:
        await migrate(empty_database, revision, ring=RING)
    for revision in revisions[-2::-1]:
        await migrate_back(empty_database, revision, ring=RING)
        async with connected(empty_database) as connection:
            kept = await connection.execute(text("SELECT count(*) FROM journal"))
            assert kept.scalar_one() == 1, revision
    await migrate(empty_database, ring=RING)
    async with opened(empty_database) as records:
        stored = await patients.get(records, REFERENCE)
        assert stored is not None
        assert stored.in_hospital


async def test_pages_of_the_release_before_are_followed_by_no_late_all_clear(
    empty_database: str,
) -> None:
    await migrate(empty_database, "0011", ring=RING)
    async with connected(empty_database) as connection:
        await connection.execute(text(A_PAGE))
    await migrate(empty_database, ring=RING)
    async with connected(empty_database) as connection:
        (told,) = (await connection.execute(text("SELECT all_clear FROM pages"))).one()
        assert told == "not_from_here"


PLAIN = ("Ada", "Quill", "1985-03-03", "4155550132", "Dr. Vale", "nights", "digest", "phq9")


async def test_what_was_stored_in_clear_is_sealed_and_leaves_nothing_behind(
    empty_database: str,
) -> None:
    await migrate(empty_database, "0013", ring=RING)
    async with connected(empty_database) as connection:
        await connection.execute(text(FIRST))
        await told(connection)
        row = {"number": 1, "kind": "scores_recorded", "payload": '{"phq9": 19}'}
        await connection.execute(text(ROW), row)
    await migrate(empty_database, ring=RING)
    cells = [cell for column in (await every_cell(empty_database)).values() for cell in column]
    assert [word for word in PLAIN if any(word in cell for cell in cells)] == []
    assert [word for word in PLAIN if word.encode() in every_byte(empty_database)] == []
    async with opened(empty_database) as records:
        assert await patients.on_phone(records, "+14155550132") == (REFERENCE,)
        (entry,) = await journal.read(records, REFERENCE)
        assert (entry.payload, entry.content_hash) == ('{"phq9": 19}', "x")


async def test_back_from_sealed_everything_is_as_it_was(empty_database: str) -> None:
    await migrate(empty_database, "0013", ring=RING)
    async with connected(empty_database) as connection:
        await connection.execute(text(FIRST))
        await connection.execute(text(A_PAGE))
    before = await every_cell(empty_database)
    await migrate(empty_database, "0015", ring=RING)
    await migrate_back(empty_database, "0013", ring=RING)
    after = await every_cell(empty_database)
    assert after == before | {"alembic_version.version_num": ["0013"]}
    assert after["patients.born"] == ["1985-03-03"]
