"""`waymark worklist`: what is owed today, in the order of the Today page."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from cli.documents import OnCall, Worklist
from cli.exit_codes import ExitCode
from cli.output import Output, stdout
from cli.running import AsJson, run
from cli.session import Session
from cli.trouble import wrong_usage
from cli.worklist_picture import pictures
from config.calendar import calendar_from
from pathway.model import Instant
from pathway.roles import Role
from records import worklist as records_worklist
from records.errors import RecordsUnavailableError

EVERY_SECONDS = 5.0


def worklist(
    role: Annotated[
        Role | None, typer.Option(help="Only this role's lines; danger stays in view.")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="STAFF-ID", help="Only what she owns; danger stays in view."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Every line, not one for each patient.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep it on the screen and up to date until Ctrl-C.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is owed, the worst first: danger, in the building, today, next day, waiting."""

    async def work(session: Session, output: Output) -> ExitCode:
        if watch and as_json:
            raise wrong_usage("--watch is for a screen and --json for a program: give one.")
        if watch:
            await _watch(session, role, person, full=full)
        document = await _read(session, role, person, session.now)
        output.show(document, *pictures(document, session.zone, full=full))
        return ExitCode.OK

    run(work, as_json=as_json)


async def _read(
    session: Session, role: Role | None, person: str | None, as_of: Instant
) -> Worklist:
    calendar = calendar_from(session.clinic, as_of)
    rows = await records_worklist.rows(session.records, as_of, role, person, calendar)
    names = dict.fromkeys((*records_worklist.GROUPS, *(row.owed.group for row in rows)))
    return Worklist(
        as_of=as_of,
        oldest=min((row.as_of for row in rows), default=None),
        on_call=tuple(
            OnCall(id=who.id, name=who.name, phone=who.phone)
            for who in session.clinic.on_shift(Role.ON_CALL_CLINICIAN, as_of)
        ),
        groups={name: tuple(r for r in rows if r.owed.group == name) for name in names},
    )


async def _watch(session: Session, role: Role | None, person: str | None, *, full: bool) -> None:
    """Until Ctrl-C. A list that could not be renewed says so: an old one must not look new."""
    seen = Group()
    with Live(seen, console=stdout(), screen=True, auto_refresh=False) as live:
        while True:
            try:
                document = await _read(session, role, person, datetime.now(UTC))
                seen = Group(*pictures(document, session.zone, full=full))
                live.update(seen, refresh=True)
            except RecordsUnavailableError:
                old = Text("The records do not answer: what follows is OLD.", style="bold red")
                live.update(Group(old, seen), refresh=True)
            await asyncio.sleep(EVERY_SECONDS)
