"""`waymark inbox`: what people wrote and nobody has dealt with yet, also where nobody knows who."""

from collections.abc import Iterator
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import RenderableType
from rich.text import Text

from cli import asking
from cli.acting import By, InRole, acting
from cli.answer_words import said_at
from cli.do import DO_PATIENCE, Key
from cli.documents import Done, Inbox, InboxDone, InboxLine
from cli.exit_codes import ExitCode
from cli.giving import Common, give
from cli.kept_words import words_id
from cli.output import Output
from cli.render import row, table
from cli.restricted import require_reaching
from cli.running import AsJson, Patience, Ref, json_keys, reference_from, run
from cli.session import Session
from cli.times import clock, lasting
from cli.trouble import Trouble, not_found, wrong_usage
from config.text_check import check_answer
from pathway.commands import AnswerMessages
from pathway.escalation import TaskKind
from pathway.lint.finding import Finding
from pathway.model import PathwayReference
from pathway.roles import CLINICIANS, Role
from records import inbound, journeys, patients, restriction
from records.errors import DoesNotOpenError
from records.inbound import InboundState, StoredInbound
from records.readable import CANNOT_BE_READ
from records.visible import visible_to

app = typer.Typer(
    name="inbox",
    no_args_is_help=True,
    help="What people wrote and nobody has dealt with. A patient's: `answer` it, or "
    "`do handle-messages`.",
)


@app.command(name="list", epilog=json_keys(Inbox))
def show(by: By = None, role: InRole = None, as_json: AsJson = False) -> None:
    """List it, the oldest first. Bodies are for those who may reach a patient.

    That of a patient whose record is restricted is for the privacy officer, and where somebody was
    paged about danger in it for clinicians too.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        _, acts_as = acting(session, by, role)
        open_ones = await inbound.not_handled(session.records)
        lines = [await _line(session, each, acts_as) for each in open_ones]
        document = Inbox(as_of=session.now, messages=tuple(lines))
        output.show(document, *_picture(document, session.zone))
        return ExitCode.OK

    run(work, as_json=as_json)


@app.command(epilog=json_keys(InboxDone))
def done(
    sid: Annotated[str, typer.Argument(metavar="ID", help="As `waymark inbox list` names it.")],
    by: By = None,
    role: InRole = None,
    patience: Patience = DO_PATIENCE,
    as_json: AsJson = False,
) -> None:
    """Say that a message of nobody we know, or of a patient who has left, is dealt with.

    For those who may read it. While an open journey waits for it to be read it is answered, or
    handled, there.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        require_reaching(acts_as)
        stored = await inbound.get(session.records, sid)
        if stored is None:
            unknown = "No message of this id is known; `waymark inbox list` shows them."
            raise Trouble(ExitCode.NOT_FOUND, "not_found", unknown)
        if (await _whose(session, stored, acts_as))[1]:
            raise Trouble(ExitCode.REFUSED, "restricted", _RESTRICTED)
        if stored.state is InboundState.RECEIVED:
            raise Trouble(
                ExitCode.REFUSED,
                "not_routed",
                "This message has reached nobody yet. Wait for it, and see that a worker runs.",
            )
        if stored.state is InboundState.ROUTED:
            await _require_nobody_waits(session, stored)
        changed = await inbound.mark_handled(session.records, sid, who)
        output.show(InboxDone(id=sid, changed=changed), Text("Done."))
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)


async def _require_nobody_waits(session: Session, text: StoredInbound) -> None:
    """Raises Trouble while an open journey has its patient's words on the work list.

    Put away here they would be out of reach, and the line would stay. A journey that does not
    answer is trouble too: then nobody knows.
    """
    for reference in await journeys.open_among(session.records, text.references):
        seen = await asking.overview(session, reference)
        if seen.ended is None and any(t.kind is TaskKind.MESSAGE for t in seen.tasks):
            raise Trouble(
                ExitCode.REFUSED,
                "journey_waits",
                f"{reference} is open and waits for this to be read. Answer the patient with "
                f"`waymark inbox answer {reference} WORDS`, or after a call say so with "
                f"`waymark do handle-messages {reference} --note NOTE`: either puts it away.",
            )


@app.command(epilog=json_keys(Done))
def answer(
    reference: Ref,
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="What the patient shall read, in quotes.")
    ],
    by: By = None,
    role: InRole = None,
    key: Key = None,
    patience: Patience = DO_PATIENCE,
    as_json: AsJson = False,
) -> None:
    """Answer what a patient wrote, by a text; the messages are then read."""

    async def work(session: Session, output: Output) -> ExitCode:
        known = reference_from(reference)
        acting(session, by, role)
        patient = await patients.get(session.records, known)
        if patient is None:
            raise not_found(known)
        said = " ".join(words.split())
        _require_fit(check_answer(said, patient.language, session.clinic))
        given_key = key or str(uuid4())
        # The same key is the same answer, kept once however often it is sent.
        words_kept = words_id(known, given_key)
        at = await said_at(session, words_kept, said) or session.now
        common = Common(by, role, at.isoformat(), given_key)
        given = {"words": words_kept, "said": said}
        return await give(session, output, known, AnswerMessages, given, common)

    run(work, as_json=as_json, patience=patience)


def _require_fit(found: tuple[Finding, ...]) -> None:
    if found:
        first = found[0]
        wrong = f"expected {first.expected}; found {first.found}. {first.do}"
        raise wrong_usage(f"These words cannot go out as a text: {wrong} Or call the patient.")


_RESTRICTED = (
    "This message is of a restricted record: only the privacy officer reads it and says that it is "
    "dealt with. Tell the privacy officer that it waits."
)


async def _line(session: Session, text: StoredInbound, reader: Role) -> InboxLine:
    names, restricted = await _whose(session, text, reader)
    may_read = "address" in visible_to(reader) and not restricted
    return InboxLine(
        id=text.sid,
        received_at=text.received_at,
        references=text.references,
        names=names if may_read else (),
        sender=text.sender if may_read else None,
        body=text.body if may_read else None,
        routed=text.state is not InboundState.RECEIVED,
        from_staff=text.from_staff,
        restricted=restricted,
    )


async def _whose(
    session: Session, text: StoredInbound, reader: Role
) -> tuple[tuple[str, ...], bool]:
    """Who is on its phone, as far as this reader may see it; whether it is closed to the reader.

    It is closed where their records are restricted. On a phone that is another's too it stays open,
    without their names: the words may be those of somebody who is being treated.
    """
    hidden: set[PathwayReference] = set()
    # Whoever is paged about danger has to read what it is, and to reach the patient.
    if text.danger_paged_at is None or reader not in CLINICIANS:
        for each in text.references:
            if await restriction.hidden_from(session.records, each, reader):
                hidden.add(each)
    open_ones = [each for each in text.references if each not in hidden]
    known = [await _name(session, each) for each in open_ones]
    names = tuple(name for name in known if name is not None)
    return names, bool(hidden) and not names


async def _name(session: Session, reference: PathwayReference) -> str | None:
    """A row that does not open keeps no message from being read."""
    try:
        patient = await patients.get(session.records, reference)
    except DoesNotOpenError:
        return CANNOT_BE_READ
    return f"{patient.given_name} {patient.family_name}" if patient else None


def _journey(line: InboxLine) -> str:
    staff = (f"staff: {line.from_staff}",) if line.from_staff else ()
    return ", ".join((*staff, *line.references)) or "(nobody we know)"


def _picture(document: Inbox, zone: str) -> Iterator[RenderableType]:
    if not document.messages:
        yield Text("Nothing is waiting to be read.")
        return
    picture = table("Inbox", "id", "came", "ago", "from", "journey", "message")
    for line in document.messages:
        withheld = "(restricted)" if line.restricted else "(withheld)"
        row(
            picture,
            line.id,
            clock(line.received_at, zone),
            lasting(document.as_of - line.received_at),
            ", ".join(line.names) or line.sender or withheld,
            _journey(line),
            line.body if line.body is not None else withheld,
            style=None if line.routed else "yellow",
        )
    yield picture
