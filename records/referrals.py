"""Referrals from a CSV file: good rows are enrolled, bad ones reported; no row stops another."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from pathway.model import Instant, PathwayReference
from records.database import Records
from records.enrolment import enrol_many
from records.patient_model import Enrolled, EnrolmentRow, NumberInUse
from records.referral_columns import ALIASES, OPTIONAL, REQUIRED, CellError, enrolment_of
from records.referral_file import ReferralFile, ReferralFileError, Row, open_referral_file

_AT_ONCE = 100
"""Rows in a transaction: as many as are surely written within the patience of the records."""


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
    shares_phone_with: tuple[PathwayReference, ...] = ()
    """Other patients on this phone: their journeys must be told that it is shared."""


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

    def count(self) -> int:
        """How many rows there are, the bad ones included; only looks where each one ends."""
        return sum(1 for _ in self.file.rows()) - 1

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
    """Enrol the good rows, some in each transaction, and say in order what became of each.

    Reading the same file again enrols nobody twice. Raises RecordsUnavailableError; the rows
    that were yielded stay enrolled.
    """
    rows = referrals.rows()
    while some := tuple(islice(rows, _AT_ONCE)):
        good = [row for row in some if isinstance(row, GoodRow)]
        done = iter(await enrol_many(records, [row.enrolment for row in good], as_of))
        for row in some:
            yield row if isinstance(row, BadRow) else _became(row.line, next(done))


def _became(line: int, done: Enrolled | NumberInUse) -> EnrolledRow | BadRow:
    if isinstance(done, NumberInUse):
        return BadRow(line, "record_number", done.reason)
    return EnrolledRow(line, done.reference, done.created, done.shares_phone_with)


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
    try:
        enrolment = enrolment_of(
            cells, today=referrals.today, age_min=referrals.age_min, region=referrals.region
        )
    except CellError as error:
        (field, reason), *others = error.wrong
        return BadRow(row.line, field, reason, tuple(name for name, _ in others))
    return GoodRow(row.line, enrolment)
