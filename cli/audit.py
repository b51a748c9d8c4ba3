"""`waymark audit`: whether the journal is as it was sealed, and where its chain ends."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.acting import By, InRole, acting
from cli.audit_documents import AuditHead, AuditVerified
from cli.audit_picture import pictures
from cli.exit_codes import ExitCode
from cli.output import Output, stderr
from cli.restricted import require_auditor
from cli.running import AsJson, json_keys, run
from cli.session import Session
from cli.trouble import wrong_usage
from records import anchors, auditing
from records.anchors import Kept

app = typer.Typer(
    name="audit",
    no_args_is_help=True,
    help="Prove that nothing in the journal was altered; for the privacy officer and for ops.",
)
_HEAD = re.compile(r"^([0-9]{1,18}):([0-9a-f]{64})$")

Outside = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|HEAD",
        help="What was kept outside: the file of anchors, or a line that `head` printed. "
        "WAYMARK_ANCHOR_FILE unless given.",
    ),
]


@app.command(epilog=json_keys(AuditVerified))
def verify(
    anchor: Outside = None, by: By = None, role: InRole = None, as_json: AsJson = False
) -> None:
    """Check every sealed row, and name the first of each journey that is not as it was."""

    async def work(session: Session, output: Output) -> ExitCode:
        require_auditor(acting(session, by, role)[1])
        name, kept = _outside(session, anchor)
        with stderr().status("Checking the journal") as status:
            found = await auditing.verify(
                session.records,
                session.records.ring,
                kept,
                told=lambda rows: status.update(f"Checking the journal: {rows} rows"),
            )
        good = not found.findings
        document = AuditVerified(**dict(found), good=good, anchor=name)
        output.show(document, *pictures(document, session.zone))
        return ExitCode.OK if good else ExitCode.ALTERED

    run(work, as_json=as_json)


@app.command(epilog=json_keys(AuditHead))
def head(by: By = None, role: InRole = None, as_json: AsJson = False) -> None:
    """Print where the chain ends, in one line to keep where nobody of the clinic can change it."""

    async def work(session: Session, output: Output) -> ExitCode:
        require_auditor(acting(session, by, role)[1])
        last = await anchors.last(session.records)
        if last is None:
            output.show(AuditHead(head=None))
            output.note("Nothing is sealed yet: a worker does it within a minute.")
            return ExitCode.OK
        line = f"{last.round}:{last.anchor}"
        document = AuditHead(head=line, round=last.round, at=last.at, key_id=last.key_id)
        output.sheets(document, line)
        return ExitCode.OK

    run(work, as_json=as_json)


def _outside(session: Session, given: str | None) -> tuple[str | None, Iterable[Sequence[Kept]]]:
    """What the anchor is called, and what it holds. Raises Trouble."""
    if given and (said := _HEAD.match(given.strip())):
        return given.strip(), [[Kept(round=int(said[1]), anchor=said[2])]]
    file = Path(given) if given else session.settings.anchor_file
    return (str(file), _of(file)) if file else (None, ())


def _of(file: Path) -> Iterable[Sequence[Kept]]:
    from workers.anchor_file import kept_in

    empty = True
    try:
        for page in kept_in(file):
            empty = False
            yield page
    except OSError as error:
        raise wrong_usage(
            f"--anchor: this is neither a file that can be read ({error.strerror}) nor a line of "
            "`waymark audit head`."
        ) from None
    if empty:
        raise wrong_usage("--anchor: this file holds no anchor.")
