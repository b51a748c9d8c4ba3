"""Referrals from a CSV file: good rows are enrolled, bad ones reported; no row stops another."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import cast

from pathway.model import Instant, PathwayReference
from records import referral_values as values
from records.database import Records
from records.enrolment import enrol
from records.patient_model import EnrolmentRow
from records.referral_file import ReferralFile, ReferralFileError, Row, open_referral_file

Meaning = Callable[[str], object]

REQUIRED = ("given_name", "family_name", "born", "phone")
OPTIONAL = (
    "record_number",
    "phone_kind",
    "zone",
    "language",
    "text_consent",
    "antidepressant_trials",
    "substance_use",
    "referred_by",
    "note",
)
ALIASES = {
    "mrn": "record_number",
    "first_name": "given_name",
    "last_name": "family_name",
    "dob": "born",
    "birth_date": "born",
    "date_of_birth": "born",
    "phone_number": "phone",
    "mobile": "phone",
    "time_zone": "zone",
    "timezone": "zone",
    "notes": "note",
}


@dataclass(frozen=True)
class GoodRow:
    line: int
    """The file's line on which the row begins, counted from 1."""
    enrolment: EnrolmentRow


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be enrolled, and why; nothing of its content."""

    line: int
    field: str
    """The column, or `row` when the row as such is broken."""
    reason: str
    also: tuple[str, ...] = ()
    """Other columns of the row in which something is wrong."""


@dataclass(frozen=True)
class EnrolledRow:
    line: int
    reference: PathwayReference
    created: bool
    """False: already enrolled, by an earlier row or an earlier file."""


@dataclass(frozen=True)
class Referrals:
    """A referral file whose header is understood."""

    file: ReferralFile
    columns: tuple[str | None, ...]
    """What each column means; None for one that is not read."""
    notes: tuple[str, ...]
    """What a person should know about how the file was read."""
    today: date
    age_min: int
    region: str

    def rows(self) -> Iterator[GoodRow | BadRow]:
        """Every row, in order, read as it is asked for."""
        lines = self.file.rows()
        next(lines)
        for row in lines:
            yield _checked(row, self)


def open_referrals(path: Path, *, today: date, age_min: int = 18, region: str = "US") -> Referrals:
    """Open a CSV file of referrals.

    `today` decides who is of age, `region` reads phone numbers without a country code.
    Raises ReferralFileError when the file as a whole cannot be read.
    """
    file = open_referral_file(path)
    header = next(file.rows())
    if header.cells is None:
        raise ReferralFileError("the quotes in the header do not match")
    names = [_column(cell) for cell in header.cells]
    known = [name for name in names if name in REQUIRED or name in OPTIONAL]
    if missing := [name for name in REQUIRED if name not in known]:
        raise ReferralFileError(f"the header does not name these columns: {', '.join(missing)}")
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise ReferralFileError(f"the header names these columns twice: {', '.join(twice)}")
    notes = []
    if file.encoding != "utf-8-sig":
        notes.append("the file is not in UTF-8 and was read as Windows-1252; check the names")
    if unread := len(names) - len(known):
        notes.append(f"{unread} of the columns are not known and were not read")
    columns = tuple(name if name in known else None for name in names)
    return Referrals(file, columns, tuple(notes), today, age_min, region)


async def enrol_all(
    records: Records, referrals: Referrals, as_of: Instant
) -> AsyncIterator[EnrolledRow | BadRow]:
    """Enrol the good rows one by one, each in its own transaction, and say what became of each.

    Reading the same file again enrols nobody twice. Raises RecordsUnavailableError; the rows
    before it stay enrolled.
    """
    for row in referrals.rows():
        if isinstance(row, BadRow):
            yield row
        else:
            done = await enrol(records, row.enrolment, as_of)
            yield EnrolledRow(row.line, done.reference, done.created)


def _column(cell: str) -> str:
    name = "_".join(cell.strip().casefold().replace("-", " ").replace("_", " ").split())
    return ALIASES.get(name, name)


def _checked(row: Row, referrals: Referrals) -> GoodRow | BadRow:
    if row.cells is None:
        return BadRow(row.line, "row", "the quotes in this row do not match")
    if len(row.cells) != len(referrals.columns):
        found, expected = len(row.cells), len(referrals.columns)
        reason = f"has {found} values where the header has {expected}; is a comma not quoted?"
        return BadRow(row.line, "row", reason)
    named = zip(referrals.columns, row.cells, strict=True)
    cells = {name: cell.strip() for name, cell in named if name is not None}
    read: dict[str, object] = {}
    wrong: list[tuple[str, str]] = []
    for column, meaning in _meanings(cells, referrals).items():
        try:
            read[column] = meaning(cells.get(column, ""))
        except ValueError as error:
            wrong.append((column, str(error)))
    if wrong:
        (field, reason), *others = wrong
        return BadRow(row.line, field, reason, tuple(name for name, _ in others))
    read["phone_e164"], read["phone_kind"] = cast(tuple[object, object], read.pop("phone"))
    return GoodRow(row.line, EnrolmentRow.model_validate(read))


def _meanings(cells: dict[str, str], referrals: Referrals) -> dict[str, Meaning]:
    """How each column is read; a column that the file does not have is read as empty."""
    today, age_min, region = referrals.today, referrals.age_min, referrals.region
    kind = cells.get("phone_kind", "")
    return {
        "record_number": partial(values.words, longest=60),
        "given_name": values.person_name,
        "family_name": values.person_name,
        "born": partial(values.birth_date, today=today, age_min=age_min),
        "phone": partial(values.phone, kind=kind, region=region),
        "zone": values.zone,
        "language": values.language,
        "text_consent": values.yes_or_no,
        "antidepressant_trials": partial(values.words, longest=500),
        "substance_use": partial(values.words, longest=500),
        "referred_by": partial(values.words, longest=200),
        "note": partial(values.words, longest=500),
    }
