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
from records.errors import RecordsUnavailableError
from records.referrals import BadRow, enrol_all, open_referrals


@dataclass
class Read:
    """What became of each row."""

    rows: list[NewPatient] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    notes: tuple[str, ...] = ()


async def read_file(session: Session, path: Path, *, progress: bool) -> Read:
    """Enrol the good rows of a file and report the bad ones.

    Raises:
        ReferralFileError: when the file as a whole cannot be read; nothing was enrolled then.
        Trouble: when the records went away; the rows before stay enrolled.
    """
    today = civil.local(session.now, session.zone).date()
    referrals = open_referrals(path, today=today, age_min=AGE_MIN, region=region_of(session))
    read = Read(notes=referrals.notes)
    with _bar(shown=progress) as bar:
        task = bar.add_task("Reading referrals", total=sum(1 for _ in referrals.rows()))
        try:
            async for row in enrol_all(session.records, referrals, session.now):
                if isinstance(row, BadRow):
                    bad = BadLine(line=row.line, field=row.field, reason=row.reason, also=row.also)
                    read.bad.append(bad)
                else:
                    read.rows.append(
                        NewPatient(line=row.line, reference=row.reference, enrolled=row.created)
                    )
                bar.advance(task)
        except RecordsUnavailableError as error:
            trouble = as_trouble(error)
            if read.rows:
                trouble.sentence += (
                    f" The rows up to line {read.rows[-1].line} are in: run it again."
                )
            raise trouble from None
    return read


@contextmanager
def _bar(*, shown: bool) -> Iterator[Progress]:
    """On a terminal only, and gone when it is done."""
    console = stderr()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not (shown and console.is_terminal)
    ) as bar:
        yield bar
