"""`waymark records`: compare the journal with the histories, mend it, rebuild the lists."""

from collections import Counter
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from cli import records_reseal
from cli.documents import RecordsCompared, RecordsRebuilt
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.render import row, table
from cli.running import AsJson, Patience, json_keys, reference_from, run
from cli.session import Session
from pathway.model import PathwayReference
from records import rebuilding
from records.rebuilding import Became

app = typer.Typer(
    name="records",
    no_args_is_help=True,
    help="Look after the records: histories in Temporal are the truth, records their copy.",
)

Only = Annotated[
    list[str] | None, typer.Option("--only", metavar="REF", help="This journey; may be repeated.")
]


@app.command(epilog=json_keys(RecordsRebuilt))
def rebuild(only: Only = None, as_json: AsJson = False) -> None:
    """Make work list, snapshots and contact attempts anew from the journal."""

    async def work(session: Session, output: Output) -> ExitCode:
        from workflows.outbox import snapshot_of

        done = [
            await rebuilding.rebuild(session.records, reference, snapshot_of)
            for reference in await journeys_of(session, only)
        ]
        document = RecordsRebuilt(journeys=tuple(done))
        output.show(document, *_pictures(document))
        bad = any(each.became in {Became.GAP, Became.UNREADABLE} for each in done)
        return ExitCode.SOME_ROWS_BAD if bad else ExitCode.OK

    run(work, as_json=as_json)


@app.command(epilog=json_keys(RecordsCompared))
def check(only: Only = None, patience: Patience = 60.0, as_json: AsJson = False) -> None:
    """Compare the journal with the histories in Temporal, which are the truth."""
    _compare(only, mended=False, patience=patience, as_json=as_json)


@app.command(epilog=json_keys(RecordsCompared))
def mend(only: Only = None, patience: Patience = 60.0, as_json: AsJson = False) -> None:
    """Compare, and make the journal follow the history. What it replaces is kept aside."""
    _compare(only, mended=True, patience=patience, as_json=as_json)


records_reseal.add_to(app)


def _compare(only: list[str] | None, *, mended: bool, patience: float, as_json: bool) -> None:
    async def work(session: Session, output: Output) -> ExitCode:
        from workers.watching import Watched, watch_journey

        client = await session.temporal()
        seen: list[Watched] = [
            await watch_journey(session.records, client, reference, mended=mended)
            for reference in await journeys_of(session, only)
        ]
        document = RecordsCompared(
            journeys=len(seen),
            differ=tuple(w.found for w in seen if w.found and not w.found.agree),
            not_compared={w.reference: w.reason for w in seen if w.reason},
            mended=mended,
        )
        output.show(document, *_compared(document))
        bad = document.not_compared or (document.differ and not mended)
        return ExitCode.SOME_ROWS_BAD if bad else ExitCode.OK

    run(work, as_json=as_json, patience=patience)


_WHY = {
    "gone": "its history is no longer kept",
    "busy": "it is at work just now: try again",
    "not_replayed": "its history does not fit this release",
    "unreadable": "a row of its journal does not open: put it back from a backup",
    "erased": "this patient was erased",
}


def _compared(document: RecordsCompared) -> list[RenderableType]:
    agree = document.journeys - len(document.differ) - len(document.not_compared)
    pictures: list[RenderableType] = [Text(f"{agree} of {document.journeys} journals agree.")]
    if document.differ:
        title = "Mended" if document.mended else "These differ: `waymark records mend`"
        picture = table(title, "journey", "missing", "different", "phantom")
        for each in document.differ:
            row(picture, each.reference, each.missing, each.different, each.phantom)
        pictures.append(picture)
    if document.not_compared:
        picture = table("Not compared", "journey", "why")
        for reference, reason in document.not_compared.items():
            row(picture, reference, _WHY.get(reason, reason))
        pictures.append(picture)
    return pictures


async def journeys_of(session: Session, only: list[str] | None) -> tuple[PathwayReference, ...]:
    """The journeys that were named, or all that have a journal."""
    if only:
        return tuple(reference_from(text) for text in only)
    return await rebuilding.references(session.records)


def _pictures(document: RecordsRebuilt) -> list[RenderableType]:
    counted = Counter(each.became for each in document.journeys)
    said = ", ".join(f"{count} {became}" for became, count in counted.items()) or "no journal yet"
    pictures: list[RenderableType] = [Text(f"{len(document.journeys)} journeys: {said}.")]
    left = [e for e in document.journeys if e.became in {Became.GAP, Became.UNREADABLE}]
    if left:
        picture = table("Left as they were", "journey", "why", "rows")
        for each in left:
            row(picture, each.reference, each.became, each.rows)
        pictures.append(picture)
    return pictures
