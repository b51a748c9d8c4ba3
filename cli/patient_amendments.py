"""`waymark patient amend` and its kin: what a patient says is wrong in her record (rule 29).

The clinic answers within 60 days of the request: 45 CFR 164.526(b)(2).
"""

from collections.abc import Iterator
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import RenderableType
from rich.text import Text

from cli.acting import By, InRole, acting
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.privacy_documents import Amendments
from cli.render import row, table, when
from cli.restricted import not_in, opened, require_reaching
from cli.running import AsJson, Ref, json_keys, reference_from, run
from cli.session import Session
from cli.times import clock, time_typed
from cli.trouble import Trouble, wrong_usage
from pathway.model import PathwayReference, Sentence
from pathway.roles import CLINICIANS, Role
from records import amendments as requests
from records.amendments import Decision, Verdict
from records.errors import AmendmentNotOpenError, UnknownAmendmentError

_WORDS: TypeAdapter[str] = TypeAdapter(Sentence)
_DECIDES = CLINICIANS | {Role.PRIVACY_OFFICER}

_LARGEST = 2**31 - 1
"""The largest number that a row can have: what is larger belongs elsewhere, as a phone's."""

Number = Annotated[
    int,
    typer.Argument(
        metavar="NUMBER", min=1, max=_LARGEST, help="As `waymark patient amendments` lists it."
    ),
]


def amend(
    ref: Ref,
    says: Annotated[str, typer.Option(help="What the patient says is wrong, word for word.")],
    asked_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it was asked; now unless given.")
    ] = None,
    by: By = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """Take down that a patient asks to have the record amended; it is decided within 60 days."""

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        require_reaching(acts_as)
        reference = reference_from(ref)
        # Whoever hears her may take it down: a restriction keeps her record from being read.
        words, at = _sentence("--says", says), session.now
        if asked_at is not None:
            at = time_typed("--asked-at", asked_at, session.zone, session.now)
        if at > session.now:
            raise wrong_usage("--asked-at: nobody can have asked in the future.")
        await requests.ask(session.records, reference, words, by=who, role=acts_as, at=at)
        return await _listed(session, output, reference, last_only=True)

    run(work, as_json=as_json)


def amendments(ref: Ref, by: By = None, role: InRole = None, as_json: AsJson = False) -> None:
    """List what a patient asked to have amended, and what was decided."""

    async def work(session: Session, output: Output) -> ExitCode:
        _, acts_as = acting(session, by, role)
        require_reaching(acts_as)
        reference = reference_from(ref)
        await opened(session, reference, acts_as)
        return await _listed(session, output, reference)

    run(work, as_json=as_json)


def decide_amendment(
    ref: Ref,
    number: Number,
    accept: Annotated[
        bool | None,
        typer.Option("--accept/--refuse", help="Accepting changes no entry: `do correct` does."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why; needed to refuse. The patient is told it in writing.")
    ] = None,
    corrected_by: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            min=1,
            max=_LARGEST,
            help="The journal's row that corrected it; may be said later too.",
        ),
    ] = None,
    by: By = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """Decide about a request to amend, or name the correction that followed it."""

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        if acts_as not in _DECIDES:
            raise not_in(acts_as, "a clinician or the privacy officer decides it")
        reference = reference_from(ref)
        await opened(session, reference, acts_as)
        if accept is None and (reason or corrected_by is None):
            raise wrong_usage("Give --accept or --refuse, or --corrected-by for one accepted.")
        if accept is False and (not reason or corrected_by is not None):
            raise wrong_usage("--refuse needs a --reason, and nothing was corrected by it.")
        try:
            if accept is not None:
                words = _sentence("--reason", reason) if reason else None
                verdict = Verdict.ACCEPTED if accept else Verdict.REFUSED
                said = Decision(verdict=verdict, reason=words, by=who, role=acts_as, at=session.now)
                await requests.decide(session.records, reference, number, said, corrected_by)
            elif corrected_by is not None:
                await requests.name_correction(session.records, reference, number, corrected_by)
        except (UnknownAmendmentError, AmendmentNotOpenError) as error:
            raise _trouble(error) from None
        return await _listed(session, output, reference)

    run(work, as_json=as_json)


def disagree(
    ref: Ref,
    number: Number,
    statement: Annotated[str, typer.Option(help="The patient's statement, word for word.")],
    by: By = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """Keep a patient's statement of disagreement with a refusal."""

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        require_reaching(acts_as)
        reference = reference_from(ref)
        await opened(session, reference, acts_as)
        words = _sentence("--statement", statement)
        try:
            await requests.disagree(
                session.records, reference, number, words, by=who, at=session.now
            )
        except (UnknownAmendmentError, AmendmentNotOpenError) as error:
            raise _trouble(error) from None
        return await _listed(session, output, reference)

    run(work, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """The commands, under `waymark patient`."""
    for command in (amend, amendments, decide_amendment, disagree):
        app.command(epilog=json_keys(Amendments))(command)


def _sentence(option: str, text: str) -> str:
    try:
        return _WORDS.validate_python(text)
    except ValidationError:
        raise wrong_usage(f"{option} takes some words, 500 letters at most.") from None


def _trouble(error: UnknownAmendmentError | AmendmentNotOpenError) -> Trouble:
    if isinstance(error, UnknownAmendmentError):
        return Trouble(ExitCode.NOT_FOUND, "not_found", f"Not found: {error}.")
    return Trouble(ExitCode.REFUSED, "not_open", f"Refused: {error}.")


async def _listed(
    session: Session, output: Output, reference: PathwayReference, *, last_only: bool = False
) -> ExitCode:
    found = await requests.for_reference(session.records, reference)
    document = Amendments(reference=reference, amendments=found[-1:] if last_only else found)
    output.show(document, *_pictures(document, session.zone))
    return ExitCode.OK


def _pictures(document: Amendments, zone: str) -> Iterator[RenderableType]:
    if not document.amendments:
        yield Text("No amendment was asked for.")
        return
    picture = table(
        "Amendments",
        "no.",
        "asked",
        "the patient says",
        "decide by",
        "decided",
        "reason",
        "corrected by",
    )
    for each in document.amendments:
        decided = f"{each.decision} {when(each.decided_at, zone)}" if each.decision else "OPEN"
        cells = (clock(each.asked_at, zone), each.request, clock(each.due, zone), decided)
        row(picture, each.number, *cells, each.reason, each.corrected_by)
    yield picture
    for each in document.amendments:
        if each.disagreement:
            yield Text(
                f"The patient disagrees with the refusal of {each.number}: {each.disagreement}"
            )
