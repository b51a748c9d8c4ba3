"""What staff must know to reach and receive a patient, and who may change it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest

from records import changing, details, enrolment, patients
from records.corrections import Identity
from records.database import Records
from records.errors import UnknownPatientError
from records.journey_contact import contact_of
from records.patient_model import (
    Companion,
    Contact,
    Details,
    EnrolmentRow,
    PhoneKind,
    StoredPatient,
)
from records.referrals import BadRow, EnrolledRow, GoodRow, enrol_all, open_referrals

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
TODAY = date(2026, 3, 9)
PHONE = "+14155550132"
HUSBAND = Companion(
    name="Otto Quill", phone="+14155550133", relation="husband", may_be_told="when to fetch her"
)
KNOWN = Details(
    address="4 Alder Row, Northgate",
    treating_therapist="jon.pell",
    safe_times="weekdays after 15:00",
    safe_ways="phone only, no voicemail",
    interpreter="Spanish",
    phone_confirmed_on=date(2026, 3, 1),
    emergency_contact=HUSBAND,
)


async def enrolled(records: Records, **more: object) -> str:
    row = EnrolmentRow.model_validate(
        {"given_name": "Ada", "family_name": "Quill", "born": date(1985, 3, 3), **more}
    )
    return (await enrolment.enrol(records, row, NOON)).reference


async def change(records: Records, reference: str, new: Details) -> tuple[str, ...]:
    wanted = changing.Wanted(details=new)
    return await changing.change(
        records, reference, wanted, by="mara.voss", role="coordinator", at=NOON
    )


async def test_what_a_referral_says_is_known_from_the_start(records: Records) -> None:
    assert await details.get(records, await enrolled(records, details=KNOWN)) == KNOWN
    other = await enrolled(records, family_name="Vale")
    assert await details.get(records, other) == Details()


async def test_a_change_is_noted_by_field_and_never_by_value(records: Records) -> None:
    reference = await enrolled(records, details=KNOWN)
    escort = HUSBAND.model_copy(update={"may_be_told": None})
    new = KNOWN.model_copy(update={"address": None, "escort": escort, "interpreter": None})
    assert await change(records, reference, new) == ("address", "interpreter", "escort")
    assert await details.get(records, reference) == new
    assert await change(records, reference, new) == ()
    noted = await details.changes(records, reference)
    assert [note.field for note in noted] == ["address", "interpreter", "escort"]
    assert {(note.by, note.role, note.at) for note in noted} == {("mara.voss", "coordinator", NOON)}
    assert await change(records, reference, Details()) != ()
    assert await details.get(records, reference) == Details()


async def test_nobody_is_changed_who_is_not_enrolled(records: Records) -> None:
    with pytest.raises(UnknownPatientError):
        await change(records, "J-0000000000", KNOWN)


def test_nothing_of_it_is_printed() -> None:
    for secret in ("Alder", "Otto", "husband", "voicemail", "15:00", "jon.pell", "555"):
        assert secret not in f"{KNOWN!r} {HUSBAND!r}"


async def test_a_phone_that_others_read_is_shared(records: Records) -> None:
    phone = {"phone_e164": PHONE, "phone_kind": PhoneKind.MOBILE}
    reference = await enrolled(records, phone_with_others=True, **phone)
    assert (await patients.contact(records, reference)).phone_shared
    # Somebody comes onto it and leaves again: it stays shared by her own word.
    other = await enrolled(records, family_name="Vale", **phone)
    await patients.set_contact(records, other, Contact())
    assert (await patients.contact(records, reference)).phone_shared
    hers = Contact(phone_e164=PHONE, phone_kind=PhoneKind.MOBILE)
    assert not (await patients.set_contact(records, reference, hers)).phone_shared
    told = hers.model_copy(update={"phone_with_others": True})
    assert (await patients.set_contact(records, reference, told)).phone_shared


async def test_another_number_is_counted_as_a_phone_of_its_own_rule_25(records: Records) -> None:
    reference = await enrolled(records, phone_e164=PHONE, phone_kind=PhoneKind.MOBILE)
    assert (await contact_of(records, reference)).phone_changes == 0
    same = Contact(phone_e164=PHONE, phone_kind=PhoneKind.MOBILE, text_consent=True)
    await patients.set_contact(records, reference, same, by=("mara.voss", "coordinator"))
    assert (await contact_of(records, reference)).phone_changes == 0
    new = same.model_copy(update={"phone_e164": "+14155550140"})
    await patients.set_contact(records, reference, new, by=("mara.voss", "coordinator"))
    assert (await contact_of(records, reference)).phone_changes == 1
    (noted,) = await details.changes(records, reference)
    assert (noted.field, noted.by, noted.role) == ("phone_e164", "mara.voss", "coordinator")


def corrected(stored: StoredPatient | None, family_name: str) -> Identity:
    assert stored is not None
    old = {name: getattr(stored, name) for name in Identity.model_fields}
    return Identity.model_validate({**old, "family_name": family_name})


async def test_what_is_said_at_once_is_changed_at_once(records: Records) -> None:
    reference = await enrolled(records, phone_e164=PHONE, phone_kind=PhoneKind.MOBILE)
    new = corrected(await patients.get(records, reference), "Vale")
    wanted = changing.Wanted(identity=new, details=KNOWN, phone_with_others=True)
    signed: Any = {"by": "mara.voss", "role": "coordinator", "at": NOON}
    changed = await changing.change(records, reference, wanted, **signed)
    assert (changed[0], changed[-1]) == ("family_name", "phone_with_others")
    noted = await details.changes(records, reference)
    assert tuple(note.field for note in noted) == changed
    stored = await patients.get(records, reference)
    assert stored is not None
    assert (stored.family_name, stored.phone_shared) == ("Vale", True)
    assert await details.get(records, reference) == KNOWN
    assert await changing.change(records, reference, wanted, **signed) == ()


async def test_what_cannot_all_be_changed_is_not_changed(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await enrolled(records, phone_e164=PHONE, phone_kind=PhoneKind.MOBILE)
    before = await patients.get(records, reference)
    new = corrected(before, "Vale")
    wanted = changing.Wanted(identity=new, details=KNOWN, phone_with_others=True)
    gone = AsyncMock(side_effect=UnknownPatientError)
    monkeypatch.setattr(changing, "set_contact_within", gone)
    with pytest.raises(UnknownPatientError):
        await changing.change(
            records, reference, wanted, by="mara.voss", role="coordinator", at=NOON
        )
    assert await patients.get(records, reference) == before
    assert await details.get(records, reference) == Details()
    assert await details.changes(records, reference) == ()


FILE = """\
given_name,family_name,born,phone,phone_shared,address,therapist,safe_times,safe_ways,\
interpreter,phone_confirmed_on,emergency_contact,emergency_contact_phone,\
emergency_contact_relation,emergency_contact_may_be_told,escort_name,escort_phone
Ada,Quill,1985-03-03,(415) 555-0132,yes,"4 Alder Row, Northgate",jon.pell,\
weekdays after 15:00,"phone only, no voicemail",Spanish,3/1/2026,Otto Quill,415-555-0133,\
husband,when to fetch her,,
Bo,Quill,1985-03-04,,,,,,,,,,,,,,415-555-0134
Cy,Quill,1985-03-05,,,,,,,,2027-01-01,,555-01,,,,
"""


async def test_a_file_of_referrals_says_all_of_it(records: Records, tmp_path: Path) -> None:
    path = tmp_path / "referrals.csv"
    path.write_text(FILE, encoding="utf-8")
    good, *bad = list(open_referrals(path, today=TODAY).rows())
    assert isinstance(good, GoodRow)
    assert good.enrolment.phone_with_others
    assert good.enrolment.details == KNOWN
    found = [(row.line, row.field, row.also) for row in bad if isinstance(row, BadRow)]
    assert found == [
        (3, "escort_name", ()),
        (4, "phone_confirmed_on", ("emergency_contact_phone", "emergency_contact_name")),
    ]


async def test_whoever_shares_a_phone_is_named_by_the_file(
    records: Records, tmp_path: Path
) -> None:
    path = tmp_path / "referrals.csv"
    header = "given_name,family_name,born,phone\n"
    rows = "".join(f"{name},Quill,1985-03-03,{PHONE}\n" for name in ("Ada", "Bo"))
    path.write_text(header + rows, encoding="utf-8")
    done = [row async for row in enrol_all(records, open_referrals(path, today=TODAY), NOON)]
    first, second = (row for row in done if isinstance(row, EnrolledRow))
    assert (first.shares_phone_with, second.shares_phone_with) == ((), (first.reference,))


async def test_a_new_number_is_not_confirmed_yet_rule_28(records: Records) -> None:
    phone = {"phone_e164": PHONE, "phone_kind": PhoneKind.MOBILE}
    reference = await enrolled(records, details=KNOWN, **phone)
    await patients.confirm_phone(records, reference, NOON.date())
    kept = await details.get(records, reference)
    assert kept == KNOWN.model_copy(update={"phone_confirmed_on": NOON.date()})
    same = Contact(phone_e164=PHONE, phone_kind=PhoneKind.MOBILE, text_consent=True)
    await patients.set_contact(records, reference, same)
    assert (await details.get(records, reference)).phone_confirmed_on == NOON.date()
    await patients.doubt_phone(records, reference)
    new = same.model_copy(update={"phone_e164": "+14155550140"})
    await patients.set_contact(records, reference, new)
    assert (await details.get(records, reference)).phone_confirmed_on is None
    stored = await patients.get(records, reference)
    assert stored is not None
    assert stored.phone_doubted
