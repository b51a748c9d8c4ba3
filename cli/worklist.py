"""`waymark worklist`: what is owed today, in the order of the Today page."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from cli.acting import By, reads_as
from cli.documents import OnCall, Worklist
from cli.exit_codes import ExitCode
from cli.output import Output, stdout
from cli.running import AsJson, run
from cli.session import Session
from cli.times import day_typed
from cli.trouble import wrong_usage
from cli.typed_words import nobody_has
from cli.worklist_picture import pictures
from config.calendar import calendar_from
from pathway.model import Instant, StaffId
from pathway.roles import Role
from records import today
from records.errors import RecordsUnavailableError
from records.today import TodayQuery
from records.worklist import WorkRow

EVERY_SECONDS = 5.0


def worklist(
    role: Annotated[
        Role | None,
        typer.Option(help="Only this role's lines, as this role reads them; danger stays in view."),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="STAFF-ID", help="Only what this person owns; danger stays in view."),
    ] = None,
    day: Annotated[
        str | None, typer.Option(metavar="DATE", help="Of this day, as 2026-12-01, not of today.")
    ] = None,
    by: By = None,
    full: Annotated[
        bool, typer.Option("--full", help="Every line, not one for each patient.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep it on the screen and up to date until Ctrl-C.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is owed, the worst first, and what was done: the Today page.

    Pressures and what a clinician noted are shown to clinicians: give --by, or --role.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        if watch and as_json:
            raise wrong_usage("--watch is for a screen and --json for a program: give one.")
        # Whoever says who she is reads in her own role, whichever role's lines she looks at.
        reader = reads_as(session, by, None if by else role)
        query = TodayQuery(
            role=role,
            person=_known(session, person),
            day=day_typed(day) if day else None,
            reader=reader,
        )
        if watch:
            await _watch(session, query, full=full)
        document = await _read(session, query, session.now)
        output.show(document, *pictures(document, session.zone, full=full))
        return ExitCode.OK

    run(work, as_json=as_json)


def _known(session: Session, person: str | None) -> str | None:
    """An id that nobody has would show an empty list, which looks like a quiet day."""
    if person is not None and session.roles_of(person) is None:
        raise wrong_usage(nobody_has(person))
    return person


async def _read(session: Session, query: TodayQuery, as_of: Instant) -> Worklist:
    calendar = calendar_from(session.clinic, as_of)
    seen = await today.read(session.records, calendar, as_of, query)
    lines = [row for rows in seen.groups.values() for row in rows]
    return Worklist(
        **dict(seen),
        oldest=min((row.as_of for row in lines), default=None),
        on_call=tuple(
            OnCall(id=who.id, name=who.name, phone=who.phone)
            for who in session.clinic.on_shift(Role.ON_CALL_CLINICIAN, as_of)
        ),
        off_shift=_off_shift(session, lines, as_of),
    )


def _off_shift(session: Session, lines: list[WorkRow], as_of: Instant) -> tuple[StaffId, ...]:
    owners = sorted({row.owed.owner for row in lines if row.owed.owner is not None})
    return tuple(who for who in owners if not session.clinic.works(who, as_of))


async def _watch(session: Session, query: TodayQuery, *, full: bool) -> None:
    """Until Ctrl-C. A list that could not be renewed says so: an old one must not look new."""
    seen = Group()
    with Live(seen, console=stdout(), screen=True, auto_refresh=False) as live:
        while True:
            try:
                document = await _read(session, query, datetime.now(UTC))
                seen = Group(*pictures(document, session.zone, full=full))
                live.update(seen, refresh=True)
            except RecordsUnavailableError:
                old = Text("The records do not answer: what follows is OLD.", style="bold red")
                live.update(Group(old, seen), refresh=True)
            await asyncio.sleep(EVERY_SECONDS)
