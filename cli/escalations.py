"""`waymark escalations` and `waymark ack`: who owns what is open, and taking it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from cli.acting import By, InRole
from cli.documents import EscalationLine, Escalations
from cli.escalation_rows import closed_lines, open_lines
from cli.exit_codes import ExitCode
from cli.giving import Common, give
from cli.output import Output
from cli.render import row, table
from cli.running import AsJson, Patience, Ref, reference_from, run
from cli.session import Session
from cli.times import SHAPES, clock, lasting
from pathway.commands import AcknowledgeEscalation
from pathway.protocol import Level

CLOSED_SHOWN = timedelta(days=7)
"""How far --all looks back."""


def escalations(
    level: Annotated[Level | None, typer.Option(help="Only those of this level.")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Also those closed within the last seven days.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the open escalations of all journeys: who owns each, and since when it is open."""

    async def work(session: Session, output: Output) -> ExitCode:
        lines = await open_lines(session.records, session.now)
        if all_:
            lines += await closed_lines(session.records, session.now - CLOSED_SHOWN)
        # One whose level is not known yet is never filtered away.
        kept = tuple(line for line in lines if level is None or line.level in {level, None})
        document = Escalations(as_of=session.now, escalations=kept)
        output.show(document, *_pictures(document, session.zone))
        return ExitCode.OK

    run(work, as_json=as_json)


def _pictures(document: Escalations, zone: str) -> Iterator[RenderableType]:
    if not document.escalations:
        yield Text("No escalation is open.")
        return
    picture = table(
        "Escalations",
        *("journey", "id", "level", "patient", "born", "what", "since", "open", "owner", "next"),
    )
    for line in document.escalations:
        ends = line.closed_at or document.as_of
        row(
            picture,
            line.reference,
            line.escalation,
            line.level or "?",
            " ".join(filter(None, (line.given_name, line.family_name))) or "(not in the records)",
            line.born,
            line.what,
            clock(line.since, zone),
            lasting(ends - line.since),
            _owner(line),
            clock(line.next_look, zone) if line.next_look else "",
            style="bold red" if line.owner is None and line.closed is None else None,
        )
    yield picture


def _owner(line: EscalationLine) -> str:
    if line.closed is not None:
        return f"{line.closed} by {line.closed_by}"
    return line.owner or "NO OWNER"


def ack(
    ref: Ref,
    escalation: Annotated[
        str, typer.Argument(metavar="ESCALATION", help="As `waymark escalations` names it.")
    ],
    next_look: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=f"When you will look again: {SHAPES}."),
    ] = None,
    by: By = None,
    role: InRole = None,
    key: Annotated[str | None, typer.Option(help="Makes it one act however often sent.")] = None,
    patience: Patience = 30.0,
    as_json: AsJson = False,
) -> None:
    """Take an escalation: paging stops at once, and it is yours."""

    async def work(session: Session, output: Output) -> ExitCode:
        given = {"escalation": escalation, "next_look": next_look}
        common = Common(by=by, role=role, happened_at=None, key=key)
        reference = reference_from(ref)
        return await give(session, output, reference, AcknowledgeEscalation, given, common)

    run(work, as_json=as_json, patience=patience)
