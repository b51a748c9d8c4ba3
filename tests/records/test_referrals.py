"""Referral files as clinics have them."""

import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records import patients
from records.database import Records
from records.patient_model import PhoneKind
from records.referral_file import ReferralFileError
from records.referrals import BadRow, EnrolledRow, GoodRow, enrol_all, open_referrals

EXAMPLE = Path(__file__).parents[2] / "examples" / "referrals.csv"
TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEADER = "given_name,family_name,born,phone"
ROW = "Ada,Quill,1985-03-03,(415) 555-0132"


def rows(file: Path, content: str | bytes) -> list[GoodRow | BadRow]:
    path = file / "referrals.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(open_referrals(path, today=TODAY).rows())


def only_good(found: list[GoodRow | BadRow]) -> list[GoodRow]:
    assert [row for row in found if isinstance(row, BadRow)] == []
    return [row for row in found if isinstance(row, GoodRow)]


def value(file: Path, column: str, cell: str) -> tuple[object, str | None]:
    """What a cell is read as, or why it is not."""
    base = {"given_name": "Ada", "family_name": "Quill", "born": "1985-03-03", "phone": ""}
    base[column] = f'"{cell}"'
    (row,) = rows(file, f"{','.join(base)}\n{','.join(base.values())}\n")
    if isinstance(row, BadRow):
        assert row.field == column
        return None, row.reason
    return getattr(row.enrolment, "phone_e164" if column == "phone" else column), None


def test_the_twenty_referrals_of_the_example_go_in_and_three_are_reported() -> None:
    found = list(open_referrals(EXAMPLE, today=TODAY).rows())
    assert sum(isinstance(row, GoodRow) for row in found) == 20
    bad = [(row.line, row.field) for row in found if isinstance(row, BadRow)]
    assert bad == [(23, "born"), (24, "phone"), (25, "born")]


def test_every_number_of_the_example_is_fictional() -> None:
    found = open_referrals(EXAMPLE, today=TODAY).rows()
    numbers = [row.enrolment.phone_e164 for row in found if isinstance(row, GoodRow)]
    assert all(number is None or number[5:10] == "55501" for number in numbers)


async def test_the_example_enrols_each_patient_once(records: Records) -> None:
    for created in (True, False):
        referrals = open_referrals(EXAMPLE, today=TODAY)
        done = [row async for row in enrol_all(records, referrals, NOON)]
        enrolled = [row for row in done if isinstance(row, EnrolledRow)]
        assert [row.created for row in enrolled] == [created] * 20
        assert len(done) == 23
    assert len(await patients.not_started(records)) == 20
    shared = [(await patients.contact(records, row.reference)).phone_shared for row in enrolled]
    assert [row.line for row, one in zip(enrolled, shared, strict=True) if one] == [10, 11]


async def test_a_row_twice_in_a_file_enrols_once(records: Records, tmp_path: Path) -> None:
    path = tmp_path / "referrals.csv"
    path.write_text(f"{HEADER}\n{ROW}\n{ROW}\n", encoding="utf-8")
    done = [row async for row in enrol_all(records, open_referrals(path, today=TODAY), NOON)]
    assert [row.created for row in done if isinstance(row, EnrolledRow)] == [True, False]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{ROW}\n",
        f"\ufeff{HEADER}\r\n{ROW}\r\n",
        f"{HEADER}\n{ROW}",
        f"\n\n{HEADER}\n\n{ROW}\n,,,\n\n",
        f"{HEADER}\n{ROW}\n".replace(",", ";"),
        f"{HEADER}\n{ROW}\n".replace(",", "\t"),
        f"First Name,Last-Name,DOB,Mobile\n{ROW}\n",
        f"{HEADER},shoe size\n{ROW},38\n",
    ],
)
def test_the_same_referral_in_many_dresses(tmp_path: Path, content: str) -> None:
    (row,) = only_good(rows(tmp_path, content))
    assert row.enrolment.family_name == "Quill"
    assert row.enrolment.phone_e164 == "+14155550132"


def test_a_file_of_windows_is_read_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "referrals.csv"
    path.write_bytes(f"{HEADER}\n{ROW.replace('Quill', 'Muñoz')}\n".encode("cp1252"))
    referrals = open_referrals(path, today=TODAY)
    (row,) = only_good(list(referrals.rows()))
    assert row.enrolment.family_name == "Muñoz"
    assert "Windows-1252" in referrals.notes[0]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    content = f'{HEADER},note\n{ROW},"one\ntwo\nthree"\n\n{ROW},\nBob,,1985-03-03,,\n'
    found = rows(tmp_path, content)
    assert [row.line for row in found] == [2, 6, 7]
    assert isinstance(found[0], GoodRow)
    assert found[0].enrolment.note == "one\ntwo\nthree"
    assert isinstance(found[2], BadRow)


def test_an_open_quote_costs_one_row(tmp_path: Path) -> None:
    found = rows(tmp_path, f'{HEADER}\n{ROW}\n"Bob,Quill,1985-03-03,\n{ROW}\n{ROW}\n')
    assert [type(row) for row in found] == [GoodRow, BadRow, GoodRow, GoodRow]
    assert [row.line for row in found] == [2, 3, 4, 5]


def test_a_row_of_another_length_is_not_guessed_at(tmp_path: Path) -> None:
    long, short = rows(tmp_path, f"{HEADER}\nQuill, Jr.,{ROW}\nAda,Quill,1985-03-03\n")
    assert isinstance(long, BadRow)
    assert isinstance(short, BadRow)
    assert (long.field, short.field) == ("row", "row")
    assert "6 values" in long.reason
    assert "3 values" in short.reason


def test_all_that_is_wrong_in_a_row_is_named_at_once(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, f"{HEADER}\nAda,,1985-13-03,12\n")
    assert isinstance(row, BadRow)
    assert (row.field, row.also) == ("family_name", ("born", "phone"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("\n  \n", "empty"),
        (f"{ROW}\n", "does not name these columns: given_name"),
        ("given_name,family_name,born\n", "does not name these columns: phone"),
        (f"{HEADER},Phone\n", "twice: phone"),
        (f'"{HEADER}\n', "quotes in the header"),
        (b"PK\x03\x04\x14\x00", "workbook"),
        (f"{HEADER}\n".encode("utf-16"), "UTF-16"),
        (HEADER.encode() + b"\n\x81\x8d\x8f", "encoding is unknown"),
        (HEADER.encode() + b"\n\0", "encoding is unknown"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(ReferralFileError, match=message):
        rows(tmp_path, content)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReferralFileError, match="cannot be read"):
        open_referrals(tmp_path / "none.csv", today=TODAY)


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("1985-03-03", date(1985, 3, 3)),
        ("1985-3-3", date(1985, 3, 3)),
        ("1985-03-03 00:00:00", date(1985, 3, 3)),
        ("3/4/1985", date(1985, 3, 4)),
        ("12/31/1985", date(1985, 12, 31)),
        ("3 Mar 1985", date(1985, 3, 3)),
        ("03-MAR-1985", date(1985, 3, 3)),
        ("March 3, 1985", date(1985, 3, 3)),
        ("Sept. 9 1985", date(1985, 9, 9)),
        ("31109", date(1985, 3, 3)),
        ("31109.0", date(1985, 3, 3)),
        ("2/29/1984", date(1984, 2, 29)),
        ("2008-03-02", date(2008, 3, 2)),
    ],
)
def test_dates_as_people_write_them(tmp_path: Path, cell: str, born: date) -> None:
    assert value(tmp_path, "born", cell) == (born, None)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "is empty"),
        ("1985", "not a date"),
        ("3/4/85", "not a date"),
        ("31/12/1985", "no day"),
        ("2/29/1985", "no day"),
        ("3 Mal 1985", "no day"),
        ("3.4.1985", "not a date"),
        ("2026-03-03", "future"),
        ("2008-03-03", "younger than 18"),
        ("1899-01-01", "older than"),
        ("99999", "future"),
    ],
)
def test_dates_that_are_refused(tmp_path: Path, cell: str, reason: str) -> None:
    read, why = value(tmp_path, "born", cell)
    assert read is None
    assert why is not None
    assert reason in why


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("(415) 555-0132", "+14155550132"),
        ("1-415-555-0132", "+14155550132"),
        ("4155550132.0", "+14155550132"),
        ("+44 20 7946 0958", "+442079460958"),
        ("", None),
    ],
)
def test_phones_as_people_write_them(tmp_path: Path, cell: str, number: str | None) -> None:
    assert value(tmp_path, "phone", cell) == (number, None)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("555-0132", "digit missing"),
        ("4.15555E+09", "shortened"),
        ("(415) 555-0132 ext. 7", "extension"),
        ("ask her mother", "not a phone"),
        ("999-999-9999", "in use nowhere"),
        ("1-800-356-9377", "service"),
    ],
)
def test_phones_that_are_refused(tmp_path: Path, cell: str, reason: str) -> None:
    read, why = value(tmp_path, "phone", cell)
    assert read is None
    assert why is not None
    assert reason in why


@pytest.mark.parametrize(
    ("phone", "kind", "read"),
    [
        ("(415) 555-0132", "", PhoneKind.UNKNOWN),
        ("(415) 555-0132", "Cell", PhoneKind.MOBILE),
        ("(415) 555-0132", "landline", PhoneKind.LANDLINE),
        ("+44 7911 123456", "", PhoneKind.MOBILE),
        ("+44 20 7946 0958", "", PhoneKind.LANDLINE),
        ("", "", PhoneKind.NONE),
        ("", "none", PhoneKind.NONE),
        ("", "mobile", None),
        ("(415) 555-0132", "none", None),
        ("(415) 555-0132", "carrier pigeon", None),
    ],
)
def test_the_kind_of_a_phone(tmp_path: Path, phone: str, kind: str, read: PhoneKind | None) -> None:
    (row,) = rows(tmp_path, f"{HEADER},phone_kind\nAda,Quill,1985-03-03,{phone},{kind}\n")
    assert (row.enrolment.phone_kind if isinstance(row, GoodRow) else None) == read


@pytest.mark.parametrize(
    ("column", "cell", "read"),
    [
        ("zone", "america/new_york", "America/New_York"),
        ("zone", "America/New York", "America/New_York"),
        ("zone", "US/Eastern", "US/Eastern"),
        ("zone", "", None),
        ("language", "Spanish", "es"),
        ("language", "ES", "es"),
        ("language", "", "en"),
        ("text_consent", "Yes", True),
        ("text_consent", "", False),
        ("given_name", "  Ana  María ", "Ana María"),
        ("given_name", "Zoe\u0308", "Zoë"),
        ("record_number", "0042", "0042"),
        ("record_number", "", None),
    ],
)
def test_other_cells(tmp_path: Path, column: str, cell: str, read: object) -> None:
    assert value(tmp_path, column, cell) == (read, None)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("zone", "EST"),
        ("zone", "Etc/GMT+5"),
        ("zone", "Eastern"),
        ("zone", "../../etc/passwd"),
        ("language", "klingon"),
        ("text_consent", "perhaps"),
        ("given_name", "=HYPERLINK(1)"),
        ("given_name", "12"),
        ("given_name", "x" * 101),
        ("note", "x" * 501),
    ],
)
def test_other_cells_that_are_refused(tmp_path: Path, column: str, cell: str) -> None:
    read, why = value(tmp_path, column, cell)
    assert read is None
    assert why is not None
    assert cell not in why


CELLS = st.text(st.characters(exclude_characters='",\r\n\0', codec="utf-8"), max_size=30)


@given(st.lists(CELLS, min_size=4, max_size=4))
def test_no_row_breaks_the_reading_or_is_quoted(cells: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found = rows(Path(folder), f"{HEADER}\n{','.join(cells)}\n{ROW}\n")
    assert isinstance(found[-1], GoodRow)
    for row in found[:-1]:
        if isinstance(row, BadRow):
            assert all(len(cell) < 9 or cell not in row.reason for cell in cells)


def test_a_long_file_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "referrals.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER},note\n")
        file.writelines(f"{ROW},{'x' * 400}\n" for _ in range(10_000))
    referrals = open_referrals(path, today=TODAY)
    next(referrals.rows())
    tracemalloc.start()
    count = sum(1 for _ in referrals.rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 1_000_000


async def test_a_long_file_goes_in_but_for_its_bad_rows(records: Records, tmp_path: Path) -> None:
    """Byte order mark, breaks inside quotes, four forms of dates, three rows in a hundred bad."""
    born = ("1985-03-03", "3/4/1985", "3 Mar 1985", '"March 3, 1985"')
    path = tmp_path / "referrals.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(f"{HEADER},note\r\n")
        for n in range(300):
            name = f"Ada{chr(97 + n % 26)}{chr(97 + n // 26)}"
            day = "31/12/1985" if n % 100 in {7, 41, 83} else born[n % 4]
            file.write(f'{name},Quill,{day},,"Call late,\nnot early"\r\n')
    referrals = open_referrals(path, today=TODAY)
    assert referrals.count() == 300
    done = [row async for row in enrol_all(records, referrals, NOON)]
    bad = [row.line for row in done if isinstance(row, BadRow)]
    assert bad == [2 + 2 * n for n in range(300) if n % 100 in {7, 41, 83}]
    good = [row for row in done if isinstance(row, EnrolledRow)]
    assert len({row.reference for row in good if row.created}) == 291
    assert [row.line for row in done] == sorted(row.line for row in done)
    again = [row async for row in enrol_all(records, referrals, NOON)]
    assert not any(row.created for row in again if isinstance(row, EnrolledRow))
