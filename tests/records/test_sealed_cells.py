"""Whoever has the database's files learns no name, number or word; with the keys all is found."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from raw_look import every_byte, every_cell
from sealed import RING
from sqlalchemy import insert, text

from config.key_ring import Key, KeyId, KeyRing
from pathway.protocol import Template
from records import (
    amendments,
    changing,
    consent,
    disclosures,
    enrolment,
    inbound,
    journal,
    patients,
    texts,
)
from records import details as detailed
from records.columns import Lookup, SealedCell, SealedDate
from records.corrections import Identity
from records.database import Records
from records.errors import MissingKeyError, RecordNumberTakenError, UnreadableError
from records.inbound import Written
from records.patient_model import Companion, Contact, Details, EnrolmentRow, PhoneKind
from records.resealing import reseal
from records.sealed_cells import key_ids_in, used
from records.tables import Base, JournalLink
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot, SendText

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
PHONE = "+14155550132"
OLD, NEW = (Key(KeyId(name), name.encode() * 8) for name in ("key1", "key2"))
BEFORE, AFTER = KeyRing([OLD]), KeyRing([NEW, OLD])

QUILL = EnrolmentRow(
    record_number="QX-73519",
    given_name="Zephyrine",
    family_name="Quillmoor",
    born=date(1931, 7, 9),
    phone_e164=PHONE,
    phone_kind=PhoneKind.MOBILE,
    text_consent=True,
    referred_by="Dr. Valewick",
    note="nightsonly",
    antidepressant_trials="sertralinetwice",
    substance_use="cannabisweekly",
    details=Details(
        address="4 Alderwick Row",
        whereabouts="her sister's barge",
        treating_therapist="Ottoline Brask",
        safe_times="aftersix",
        interpreter="catalan",
        escort=Companion(name="Ferdinand Pell", phone="+14155550177", may_be_told="thehour"),
    ),
)
OF_HERS = (
    *("QX-73519", "Zephyrine", "Quillmoor", "1931-07-09", PHONE, PHONE[2:], "Valewick"),
    *("nightsonly", "sertraline", "cannabis", "Alderwick", "barge", "Brask", "aftersix"),
    *("catalan", "Pell", "5550177", "thehour", "pleasecallback", "ihavenorest", "phq9", "1550"),
    *("askedtobespelled", "toldheragency"),
)


@asynccontextmanager
async def opened(url: str, ring: KeyRing) -> AsyncIterator[Records]:
    records = await Records.open(url, ring=ring)
    yield records
    await records.close()


def wrote(body: str, sid: str = "SM1", at: datetime = NOON) -> Written:
    return Written(sid=sid, sender=PHONE, recipient="+15005550006", body=body, received_at=at)


def send(reference: str, key: str = "call", as_of: datetime = NOON) -> SendText:
    intent = f"{reference}/{key}"
    return SendText(reference=reference, intent=intent, template=Template.PLEASE_CALL, as_of=as_of)


def a_batch(reference: str, payload: str, as_of: datetime = NOON, **row: Any) -> JournalBatch:
    snapshot = JourneySnapshot(stage="infusion", waits_for="")
    one = {"number": 1, "kind": "scores", "at": NOON, "content_hash": payload, **row}
    return JournalBatch(
        reference=reference,
        rows=(JournalRow.model_validate({**one, "payload": payload}),),
        confirmed_through=0,
        snapshot=snapshot,
        as_of=as_of,
    )


async def lived(records: Records) -> str:
    """A patient of whom every part of the records has something to say."""
    reference = (await enrolment.enrol(records, QUILL, NOON)).reference
    await texts.reserve(records, send(reference), "pleasecallback")
    await inbound.store(records, [wrote("ihavenorest")])
    await journal.write(records, a_batch(reference, '{"phq9": 19, "weight": 1550}'))
    signed: Any = {"by": "mara.voss", "role": "coordinator", "at": NOON}
    await amendments.ask(records, reference, "askedtobespelled", **signed)
    told = disclosures.Told(
        id="D-0123456789abcdef", told="police", what="toldheragency", why="x", **signed
    )
    await disclosures.keep(records, reference, told)
    return reference


async def test_nobody_without_the_keys_learns_who_she_is_or_how(
    records: Records, records_url: str
) -> None:
    await lived(records)
    cells = await every_cell(records_url)
    words = "\n".join(cell for column in cells.values() for cell in column)
    assert [each for each in OF_HERS if each in words] == []
    assert "coordinator" in words, "the search finds what stands there in clear"
    found = every_byte(records_url)
    assert [each for each in OF_HERS if each.encode() in found] == []
    assert all(c.startswith("enc1:tests-2:") for c in cells["patients.born"])


async def test_every_sealed_column_is_stored_sealed(records: Records, records_url: str) -> None:
    """Also those that no flow of this test fills."""
    async with records.begin() as session:
        for table in Base.metadata.sorted_tables:
            row = {c.name: a_value(c) for c in table.columns if not isinstance(c.type, Lookup)}
            await session.execute(insert(table).values(**row))
    cells = await every_cell(records_url)
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            (cell,) = cells[f"{table.name}.{column.name}"]
            sealed = isinstance(column.type, SealedCell)
            assert cell.startswith("enc1:") == sealed, f"{table.name}.{column.name}: {cell}"
            assert cell.startswith("mac1:") == isinstance(column.type, Lookup)


def a_value(column: Any) -> Any:
    if isinstance(column.type, SealedDate):
        return date(1931, 7, 9)
    kind = getattr(column.type, "impl_instance", column.type).python_type
    return {str: "J-0", int: 1, bool: False, datetime: NOON, date: NOON.date()}[kind]


@pytest.mark.parametrize("spoilt", ["changed", "moved", "in clear", "cut"])
async def test_a_spoilt_cell_is_named_and_the_rest_of_its_row_stays(
    records: Records, records_url: str, spoilt: str
) -> None:
    reference = await lived(records)
    cells = await every_cell(records_url)
    (note,), (name,) = cells["patients.note"], cells["patients.given_name"]
    stored = {
        "changed": note[:-8] + ("AAAA" if note[-8:-4] != "AAAA" else "BBBB") + note[-4:],
        "moved": name,
        "in clear": "nightsonly",
        "cut": note[:30],
    }[spoilt]
    await put(records, stored)
    with pytest.raises(UnreadableError, match=r"patients\.note") as refused:
        await patients.get(records, reference)
    assert "nights" not in str(refused.value)
    await patients.set_hold(records, reference, held=True)
    assert await patients.on_phone(records, PHONE) == (reference,)
    assert not await texts.mark_posting(records, f"{reference}/call", NOON), "it is held"
    await put(records, note)
    stored_again = await patients.get(records, reference)
    assert stored_again is not None
    assert (stored_again.note, stored_again.texts_held) == ("nightsonly", True)
    assert stored_again.family_name == "Quillmoor"


async def put(records: Records, note: str) -> None:
    async with records.begin() as session:
        await session.execute(text("UPDATE patients SET note = :note"), {"note": note})


async def test_a_missing_key_is_named(records: Records, records_url: str) -> None:
    reference = await lived(records)
    async with opened(records_url, BEFORE) as others:
        with pytest.raises(MissingKeyError, match="'tests-2'"):
            await patients.get(others, reference)
        await patients.set_opt_out(others, reference, opted_out=True)
    stored = await patients.get(records, reference)
    assert stored is not None
    assert stored.opted_out


async def test_a_key_that_is_added_while_it_runs_needs_no_restart(
    records: Records, records_url: str
) -> None:
    reference = await lived(records)
    given = KeyRing([OLD], again=lambda: [OLD, *keys_of(RING)])
    async with opened(records_url, given) as others:
        stored = await patients.get(others, reference)
    assert stored is not None
    assert stored.given_name == "Zephyrine"


def keys_of(_ring: KeyRing) -> list[Key]:
    return [Key(KeyId(f"tests-{n}"), str(n).encode() * 32) for n in (2, 1)]


async def test_numbers_are_found_and_kept_unique_while_keys_change(
    records: Records, records_url: str
) -> None:
    async with opened(records_url, BEFORE) as before:
        reference = await lived(before)
        other = await enrolment.enrol(before, another(), NOON)
    async with opened(records_url, AFTER) as after:
        assert await patients.on_phone(after, PHONE) == (reference,)
        again = await enrolment.enrol(after, QUILL, NOON)
        assert (again.reference, again.created) == (reference, False)
        unnumbered = QUILL.model_copy(update={"record_number": None})
        assert not (await enrolment.enrol(after, unnumbered, NOON)).created
        identity = Identity(
            given_name="Ada", family_name="Pell", born=date(1980, 1, 2), record_number="QX-73519"
        )
        wanted = changing.Wanted(identity=identity)
        signed: Any = {"by": "mara.voss", "role": "coordinator", "at": NOON}
        with pytest.raises(RecordNumberTakenError):
            await changing.change(after, other.reference, wanted, **signed)
        same_phone = another(given_name="Third", phone_e164=PHONE)
        third = await enrolment.enrol(after, same_phone, NOON)
        assert third.shares_phone_with == (reference,)
        new = Contact(phone_e164=PHONE, phone_kind=PhoneKind.MOBILE, text_consent=True)
        await patients.set_contact(after, other.reference, new)
        everybody = sorted([reference, other.reference, third.reference])
        assert sorted(await patients.on_phone(after, PHONE)) == everybody
        await inbound.store(after, [wrote("STOP", "SM2", NOON + timedelta(minutes=1))])
        for each in everybody:
            stored = await patients.get(after, each)
            assert stored is not None
            assert (stored.opted_out, stored.phone_shared) == (True, True)
        stored_text = await inbound.get(after, "SM2")
        assert stored_text is not None
        assert sorted(stored_text.references) == everybody


async def test_of_many_who_enrol_her_at_once_under_two_keys_one_does(
    records: Records,
    records_url: str,
) -> None:
    """While one process has the new key first already, another has it behind the old one."""
    behind = KeyRing([OLD, NEW])
    async with opened(records_url, behind) as one, opened(records_url, AFTER) as other:
        done = await asyncio.gather(
            *(enrolment.enrol(each, QUILL, NOON) for _ in range(4) for each in (one, other))
        )
        assert [each.created for each in done].count(True) == 1
        (reference,) = {each.reference for each in done}
        for each in (one, other):
            assert await patients.on_phone(each, PHONE) == (reference,)


def another(**changes: Any) -> EnrolmentRow:
    row = EnrolmentRow(
        given_name="Ada",
        family_name="Pell",
        born=date(1980, 1, 2),
        phone_e164="+14155550188",
        phone_kind=PhoneKind.MOBILE,
        text_consent=True,
    )
    return row.model_copy(update=changes)


async def test_of_two_words_the_later_counts_whichever_key_each_was_hashed_with(
    records: Records, records_url: str
) -> None:
    async with opened(records_url, BEFORE) as before:
        reference = await lived(before)
        await inbound.store(before, [wrote("START", "SM3", NOON + timedelta(hours=1))])
    async with opened(records_url, AFTER) as after:
        await inbound.store(after, [wrote("STOP", "SM4", NOON)])
        await consent.stopped_in_words(after, PHONE, NOON)
        stored = await patients.get(after, reference)
    assert stored is not None
    assert not stored.opted_out


async def test_a_text_goes_out_although_keys_changed_since_it_was_reserved(
    records: Records, records_url: str
) -> None:
    async with opened(records_url, BEFORE) as before:
        reference = await lived(before)
    async with opened(records_url, AFTER) as after:
        await texts.reserve(after, send(reference, "next"), "pleasecallback")
        assert await texts.mark_posting(after, f"{reference}/next", NOON)
        await all_of(after)
        assert await texts.mark_posting(after, f"{reference}/call", NOON)


async def test_what_is_set_aside_again_under_another_key_is_kept_once(
    records: Records, records_url: str
) -> None:
    async with opened(records_url, BEFORE) as before:
        reference = await lived(before)
        stale = a_batch(reference, '{"phq9": 3}', NOON - timedelta(hours=1))
        await journal.write(before, stale)
    async with opened(records_url, AFTER) as after:
        await journal.write(after, stale)
        (kept,) = await journal.read_replaced(after, reference)
    assert kept.payload == '{"phq9": 3}'


async def all_of(records: Records) -> dict[str, int]:
    rows: dict[str, int] = {}
    async for part in reseal(records):
        rows[part.table] = rows.get(part.table, 0) + part.rows
        assert part.unreadable == ()
    return rows


async def test_after_resealing_the_older_key_may_go(records: Records, records_url: str) -> None:
    async with opened(records_url, BEFORE) as before:
        reference = await lived(before)
        assert (await key_ids_in(before)).keys() == {"key1"}
    async with opened(records_url, AFTER) as after:
        written = await stamps(records_url)
        rows = await all_of(after)
        assert (rows["patients"], rows["journal"], rows["inbound_texts"]) == (1, 1, 1)
        assert await all_of(after) == {}, "what is done is not done again"
        assert (await key_ids_in(after)).keys() == {"key2"}
        assert {use.key_id for use in await used(after)} == {"key2"}
        assert await stamps(records_url) == written, "nobody seems to have changed anything"
    async with opened(records_url, KeyRing([NEW])) as alone:
        assert await patients.on_phone(alone, PHONE) == (reference,)
        stored = await patients.get(alone, reference)
        assert stored is not None
        assert (stored.given_name, stored.born) == ("Zephyrine", date(1931, 7, 9))
        assert not (await enrolment.enrol(alone, QUILL, NOON)).created
        (entry,) = await journal.read(alone, reference)
        assert entry.payload == '{"phq9": 19, "weight": 1550}'
        assert (await detailed.get(alone, reference)).escort == QUILL.details.escort


async def test_what_the_journals_chain_was_made_with_is_needed_for_ever(
    records: Records,
) -> None:
    link = {"reference": "J-0", "position": 1, "act": "row", "number": 1, "kind": "x", "at": NOON}
    more = {"words": "", "salt": "", "round": 1, "key_id": "key0", "sealed_at": NOON, "link": ""}
    async with records.begin() as session:
        session.add(JournalLink(**link, **more))
    assert await all_of(records) == {}
    assert await key_ids_in(records) == {"key0": 1}


async def stamps(url: str) -> list[str]:
    cells = await every_cell(url)
    return [
        each
        for name in ("written_at", "updated_at")
        for t, c in cells.items()
        if t.endswith(name)
        for each in c
    ]


async def test_a_cell_that_does_not_open_does_not_stop_resealing(
    records: Records, records_url: str
) -> None:
    async with opened(records_url, BEFORE) as before:
        await lived(before)
        (note,) = (await every_cell(records_url))["patients.note"]
        await put(before, note[:-8] + "AAAAAAA=")
    async with opened(records_url, AFTER) as after:
        parts = [part async for part in reseal(after)]
        assert [p.unreadable for p in parts if p.unreadable] == [("patients.note",)]
        uses = {(use.table, use.key_id): use.cells for use in await used(after)}
    assert uses["patients", "key1"] == 1
    assert {key for table, key in uses if table != "patients"} == {"key2"}


async def test_a_missing_key_stops_resealing_with_its_name(
    records: Records, records_url: str
) -> None:
    await lived(records)
    async with opened(records_url, AFTER) as others:
        with pytest.raises(MissingKeyError, match="'tests-2'"):
            await all_of(others)
    assert (await key_ids_in(records)).keys() == {"tests-2"}
