"""`waymark ops decodes`: who had whose payloads opened at the codec endpoint."""

from collections.abc import Iterable, Iterator
from datetime import time, timedelta
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from cli.exit_codes import ExitCode
from cli.ops_documents import Decoded, OpsDecodes
from cli.output import Output
from cli.render import row, table
from cli.running import AsJson, run
from cli.session import Session
from cli.times import day_typed
from pathway import civil
from records import decodes as book
from records.decodes import Noted

Day = Annotated[
    str | None, typer.Option(metavar="DATE", help="This day of the clinic, as 2026-12-01; today.")
]
Days = Annotated[int, typer.Option(min=1, max=3660, help="So many days, of which it is the last.")]
Who = Annotated[
    str | None, typer.Option(metavar="ID", help="Only this person, by the name of the sign-in.")
]


def decodes(day: Day = None, days: Days = 1, who: Who = None, as_json: AsJson = False) -> None:
    """Print who opened whose payloads in the Temporal UI, and who was refused."""

    async def work(session: Session, output: Output) -> ExitCode:
        last = day_typed(day) if day else civil.local(session.now, session.zone).date()
        first = last - timedelta(days=days - 1)
        begins, ends = (
            civil.instant(each, time(), session.zone) for each in (first, last + timedelta(days=1))
        )
        noted = await book.between(session.records, begins, ends, who)
        found = tuple(counted(noted, session.zone))
        output.show(OpsDecodes(days=(first, last), decodes=found), *_pictures(found, session.zone))
        return ExitCode.OK

    run(work, as_json=as_json)


def counted(noted: Iterable[Noted], zone: str) -> Iterator[Decoded]:
    """What was noted, one line for each day, person, journey and outcome, in order of the first."""
    groups: dict[tuple[object, ...], list[Noted]] = {}
    for each in noted:
        key = (civil.local(each.at, zone).date(), each.who, each.role, each.reference, each.outcome)
        groups.setdefault(key, []).append(each)
    for same in groups.values():
        one = same[0]
        yield Decoded(
            day=civil.local(one.at, zone).date(),
            who=one.who,
            role=one.role,
            reference=one.reference,
            outcome=one.outcome,
            requests=len(same),
            payloads=sum(each.payloads for each in same),
            first=one.at,
            last=same[-1].at,
        )


def _pictures(found: tuple[Decoded, ...], zone: str) -> Iterator[RenderableType]:
    if not found:
        yield Text("Nothing was opened or refused.")
        return
    title = f"Opened at the codec endpoint ({zone})"
    columns = ("day", "from", "until", "who", "as", "journey", "came of it", "requests", "payloads")
    picture = table(title, *columns)
    for each in found:
        first, last = (f"{civil.local(at, zone):%H:%M}" for at in (each.first, each.last))
        who, outcome = each.who or "nobody known", each.outcome.replace("_", " ")
        counts = (each.requests, each.payloads)
        row(picture, each.day, first, last, who, each.role, each.reference, outcome, *counts)
    yield picture
