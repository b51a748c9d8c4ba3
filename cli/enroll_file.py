"""A file of referrals, row by row into the records, with a bar for whoever waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from cli.contact_options import region_of
from cli.documents import BadLine, NewPatient
from cli.enroll_one import AGE_MIN
from cli.output import stderr
from cli.session import Session
from cli.trouble import as_trouble
from pathway import civil
from pathway.model import PathwayReference
from records.errors import RecordsUnavailableError
from records.referrals import BadRow, EnrolledRow, enrol_all, open_referrals


@dataclass
class Read:
    """What became of each row."""

    rows: list[NewPatient] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    enrolled: int = 0
    there: int = 0
    """Enrolled already, by an earlier row or an earlier file."""
    sharing: set[PathwayReference] = field(default_factory=set)
    """Earlier patients whose phone somebody new has too."""

    def add(self, row: NewPatient, *, keep: bool) -> None:
        """Count a row; a long file is not kept unless somebody asked for all of it."""
        self.enrolled += row.enrolled
        self.there += not row.enrolled
        if keep:
            self.rows.append(row)


async def read_file(session: Session, path: Path, *, progress: bool, keep: bool = True) -> Read:
    """Enrol the good rows of a file and report the bad ones; `keep` the good ones' references.

    Raises:
        ReferralFileError: when the file as a whole cannot be read; nothing was enrolled then.
        Trouble: when the records went away; the rows before stay enrolled.
    """
    today = civil.local(session.now, session.zone).date()
    referrals = open_referrals(path, today=today, age_min=AGE_MIN, region=region_of(session))
    read = Read(notes=referrals.notes)
    last = 0
    with _bar(shown=progress) as bar:
        task = bar.add_task("Reading referrals", total=referrals.count())
        try:
            async for row in enrol_all(session.records, referrals, session.now):
                _take(read, row, keep=keep)
                last = row.line
                bar.advance(task)
        except RecordsUnavailableError as error:
            trouble = as_trouble(error)
            if last:
                trouble.sentence += f" The rows up to line {last} are in: run it again."
            raise trouble from None
    return read


def _take(read: Read, row: EnrolledRow | BadRow, *, keep: bool) -> None:
    if isinstance(row, BadRow):
        bad = BadLine(line=row.line, field=row.field, reason=row.reason, also=row.also)
        read.bad.append(bad)
        return
    read.sharing.update(row.shares_phone_with)
    new = NewPatient(line=row.line, reference=row.reference, enrolled=row.created)
    read.add(new, keep=keep)


@contextmanager
def _bar(*, shown: bool) -> Iterator[Progress]:
    """On a terminal only, and gone when it is done."""
    console = stderr()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not (shown and console.is_terminal)
    ) as bar:
        yield bar
