"""Patients are enrolled once, and reached as they agreed to be."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from records import enrolment, patients
from records.changing import Wanted, change
from records.corrections import Identity
from records.database import Records
from records.errors import RecordNumberTakenError, RecordsError, UnknownPatientError
from records.patient_model import Contact, Enrolled, EnrolmentRow, NumberInUse, PhoneKind
from records.tables import Patient

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
PHONE = "+14155550132"


def referral(
    given: str = "Ada",
    phone: str | None = PHONE,
    number: str | None = None,
    born: date = date(1985, 3, 3),
    family: str = "Quill",
) -> EnrolmentRow:
    return EnrolmentRow(
        record_number=number,
        given_name=given,
        family_name=family,
        born=born,
        phone_e164=phone,
        phone_kind=PhoneKind.UNKNOWN if phone else PhoneKind.NONE,
        zone="America/New_York",
        text_consent=True,
        antidepressant_trials="sertraline 8 weeks",
    )


async def count(records: Records) -> int:
    async with records.session() as session:
        return (await session.scalars(select(func.count()).select_from(Patient))).one()


async def test_the_same_row_twice_enrols_once(records: Records) -> None:
    first = await enrolment.enrol(records, referral(), NOON)
    again = await enrolment.enrol(records, referral(), NOON + timedelta(days=1))
    assert first.created
    assert (again.reference, again.created) == (first.reference, False)
    stored = await patients.get(records, first.reference)
    assert stored is not None
    assert (stored.enrolled_at, stored.started_at) == (NOON, None)
    assert not stored.phone_shared


async def test_many_at_once_enrol_one_patient(records: Records) -> None:
    rows = [referral(number="N-1" if n % 2 else None) for n in range(10)]
    done = await asyncio.gather(*(enrolment.enrol(records, row, NOON) for row in rows))
    assert sum(d.created for d in done) == 1
    assert len({d.reference for d in done}) == 1
    stored = await patients.get(records, done[0].reference)
    assert stored is not None
    assert stored.record_number == "N-1"


async def test_a_record_number_says_who_she_is(records: Records) -> None:
    one = await enrolment.enrol(records, referral(number="N-1"), NOON)
    renamed = await enrolment.enrol(records, referral("Adah", number="N-1", phone=None), NOON)
    other = await enrolment.enrol(records, referral(number="N-2"), NOON)
    assert renamed.reference == one.reference
    assert other.created


@pytest.mark.parametrize(
    ("other", "otherwise"),
    [
        (referral(number="N-1", born=date(1985, 3, 4)), "another birth date"),
        (referral("Ben", number="N-1", born=date(1958, 3, 3), family="Rook"), "another birth date"),
        (referral("Ben", number="N-1", family="Rook"), "another given and family name"),
        (referral("Adam", number="N-1", family="de Rook"), "another given and family name"),
    ],
)
async def test_a_number_of_somebody_else_enrols_nobody_and_stops_nobody(
    records: Records, other: EnrolmentRow, otherwise: str
) -> None:
    one = await enrolment.enrol(records, referral(number="N-1"), NOON)
    with pytest.raises(RecordNumberTakenError) as refused:
        await enrolment.enrol(records, other, NOON)
    told = str(refused.value)
    assert otherwise in told
    assert f"`waymark patient show {one.reference}`" in told
    assert "`waymark patient change" in told
    for private in ("Ada", "Quill", "Ben", "Rook", "1985", "1958", "N-1"):
        assert private not in told
    rows = (other, referral("Cy", phone=None, number="N-2"))
    refusal, enrolled = await enrolment.enrol_many(records, rows, NOON)
    assert isinstance(refusal, NumberInUse)
    assert isinstance(enrolled, Enrolled)
    assert (refusal.reference, enrolled.created) == (one.reference, True)
    assert await count(records) == 2


async def test_two_rows_of_one_number_in_one_transaction_are_compared(records: Records) -> None:
    rows = (referral(number="N-1"), referral("Ben", number="N-1", born=date(1958, 3, 3)))
    for created in (True, False):
        first, second = await enrolment.enrol_many(records, rows, NOON)
        assert isinstance(first, Enrolled)
        assert first.created is created
        assert isinstance(second, NumberInUse)
        assert second.reference == first.reference
    assert await count(records) == 1


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Zoë", "Rook"),
        ("ZOE", "Rook-Lindqvist"),
        ("Ida", "Lindqvist-\u00c5ngstr\u00f6m"),
        ("Ida", "lindqvist angstrom"),
        ("Zoe Ana", "Lindqvist"),
        ("Ida", "A\u030angstrom"),
    ],
)
async def test_a_name_spelt_otherwise_or_married_is_the_same_patient(
    records: Records, given: str, family: str
) -> None:
    first = referral("Zo\u00eb", number="N-1", family="Lindqvist-\u00c5ngstr\u00f6m")
    one = await enrolment.enrol(records, first, NOON)
    again = await enrolment.enrol(records, referral(given, number="N-1", family=family), NOON)
    assert (again.reference, again.created) == (one.reference, False)


async def test_the_row_that_enrolled_finds_the_patient_whatever_was_corrected(
    records: Records,
) -> None:
    one = await enrolment.enrol(records, referral(number="N-1"), NOON)
    right = Identity(
        given_name="Iris", family_name="Rook", born=date(1985, 3, 13), record_number="N-1"
    )
    wanted = Wanted(identity=right)
    await change(records, one.reference, wanted, by="mara.voss", role="coordinator", at=NOON)
    again = await enrolment.enrol(records, referral(number="N-1"), NOON)
    assert (again.reference, again.created) == (one.reference, False)


@pytest.mark.parametrize(
    "other",
    [
        referral("Ida"),
        referral(phone="+14155550133"),
        referral(phone=None),
        referral(born=date(1985, 3, 4)),
    ],
)
async def test_without_a_number_name_birth_date_and_phone_say_it(
    records: Records, other: EnrolmentRow
) -> None:
    await enrolment.enrol(records, referral(), NOON)
    assert (await enrolment.enrol(records, other, NOON)).created


async def test_spelling_does_not_make_another_person(records: Records) -> None:
    one = await enrolment.enrol(records, referral("Zoë  Ana"), NOON)
    decomposed = await enrolment.enrol(records, referral("ZOE\u0308 ana"), NOON)
    assert decomposed.reference == one.reference


async def test_two_patients_on_one_phone_are_both_called(records: Records) -> None:
    one = await enrolment.enrol(records, referral("Ada"), NOON)
    two = await enrolment.enrol(records, referral("Ben"), NOON)
    assert two.shares_phone_with == (one.reference,)
    for reference in (one.reference, two.reference):
        assert (await patients.contact(records, reference)).phone_shared
    assert set(await patients.on_phone(records, PHONE)) == {one.reference, two.reference}
    new = Contact(phone_e164="+14155550140", phone_kind=PhoneKind.MOBILE)
    changed = await patients.set_contact(records, two.reference, new)
    assert not changed.phone_shared
    assert not (await patients.contact(records, one.reference)).phone_shared


async def test_two_who_get_one_phone_at_once_both_know(records: Records) -> None:
    done = [
        await enrolment.enrol(records, referral(name, phone=None), NOON)
        for name in ("Ada", "Ben", "Cy")
    ]
    new = Contact(phone_e164=PHONE, phone_kind=PhoneKind.MOBILE)
    await asyncio.gather(*(patients.set_contact(records, d.reference, new) for d in done))
    for enrolled in done:
        assert (await patients.contact(records, enrolled.reference)).phone_shared


@pytest.mark.parametrize(
    ("kind", "mobile"),
    [(PhoneKind.MOBILE, True), (PhoneKind.UNKNOWN, True), (PhoneKind.LANDLINE, False)],
)
async def test_a_journey_learns_how_she_is_reached(
    records: Records, kind: PhoneKind, mobile: bool
) -> None:
    enrolled = await enrolment.enrol(records, referral(), NOON)
    new = Contact(phone_e164=PHONE, phone_kind=kind, language="es", text_consent=True)
    contact = await patients.set_contact(records, enrolled.reference, new)
    assert contact == await patients.contact(records, enrolled.reference)
    assert (contact.mobile, contact.zone, contact.language) == (mobile, None, "es")
    assert contact.born == date(1985, 3, 3)


async def test_the_sweep_sees_who_has_no_workflow(records: Records) -> None:
    late = await enrolment.enrol(records, referral("Ada"), NOON + timedelta(hours=1))
    early = await enrolment.enrol(records, referral("Ben", phone=None), NOON)
    dead = await enrolment.enrol(records, referral("Cy", phone=None), NOON)
    await patients.set_deceased(records, dead.reference)
    assert await patients.not_started(records) == (early.reference, late.reference)
    assert await patients.mark_started(records, early.reference, NOON)
    assert not await patients.mark_started(records, early.reference, NOON + timedelta(days=1))
    assert await patients.not_started(records) == (late.reference,)
    stored = await patients.get(records, early.reference)
    assert stored is not None
    assert stored.started_at == NOON


async def test_hold_and_opt_out_are_acts_that_can_be_undone(records: Records) -> None:
    reference = (await enrolment.enrol(records, referral(), NOON)).reference
    await patients.set_hold(records, reference, held=True)
    await patients.set_opt_out(records, reference, opted_out=True)
    stored = await patients.get(records, reference)
    assert stored is not None
    assert (stored.texts_held, stored.opted_out) == (True, True)
    await patients.set_hold(records, reference, held=False)
    await patients.set_opt_out(records, reference, opted_out=False)
    stored = await patients.get(records, reference)
    assert stored is not None
    assert (stored.texts_held, stored.opted_out) == (False, False)


async def test_a_death_is_learned_once_and_can_be_taken_back(records: Records) -> None:
    reference = (await enrolment.enrol(records, referral(), NOON)).reference
    assert await patients.set_deceased(records, reference)
    assert not await patients.set_deceased(records, reference)
    await patients.take_back_death(records, reference)
    stored = await patients.get(records, reference)
    assert stored is not None
    assert not stored.deceased
    assert await patients.set_deceased(records, reference)


async def test_clinical_words_stand_apart_and_nothing_prints_them(records: Records) -> None:
    row = referral()
    reference = (await enrolment.enrol(records, row, NOON)).reference
    notes = await patients.referral_notes(records, reference)
    assert notes is not None
    assert notes.antidepressant_trials == "sertraline 8 weeks"
    stored = await patients.get(records, reference)
    shown = f"{row!r} {notes!r} {stored!r}"
    for secret in ("Ada", "Quill", "1985", "5550132", "sertraline"):
        assert secret not in shown


async def test_a_stranger_is_named_by_no_error(records: Records) -> None:
    unknown = "J-0000000000"
    assert await patients.get(records, unknown) is None
    assert await patients.referral_notes(records, unknown) is None
    with pytest.raises(UnknownPatientError):
        await patients.contact(records, unknown)
    with pytest.raises(UnknownPatientError):
        await patients.set_hold(records, unknown, held=True)
    with pytest.raises(UnknownPatientError):
        await patients.set_deceased(records, unknown)


async def test_a_refused_row_is_not_quoted(records: Records) -> None:
    reference = (await enrolment.enrol(records, referral(number="N-1"), NOON)).reference
    stored = await patients.get(records, reference)
    assert stored is not None
    twin = Patient(**(stored.model_dump() | {"reference": "J-0000000000", "identity": "x"}))

    async def insert(records: Records) -> None:
        async with records.begin() as session:
            session.add(twin)

    with pytest.raises(RecordsError) as refused:
        await records.in_time(insert(records))
    assert "N-1" not in str(refused.value)
    assert refused.value.__context__ is None
