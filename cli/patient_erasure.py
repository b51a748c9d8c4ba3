"""`waymark patient restrict` and `erase`: the privacy officer's two acts (rule 29)."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text
from temporalio.service import RPCError

from cli.acting import By, InRole, acting
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.privacy_documents import Erased, Restricted
from cli.render import row, table
from cli.restricted import known, require_privacy_officer
from cli.running import AsJson, Patience, Ref, json_keys, reference_from, run
from cli.session import Session
from cli.trouble import Trouble, wrong_usage
from pathway import civil
from pathway.model import PathwayReference
from pathway.privacy import erasable_from
from records import erasing, restriction
from records.errors import CareIsOpenError
from workers.connection import UnreachableError
from workers.forgetting import forget_history


def restrict(
    ref: Ref,
    lift: Annotated[bool, typer.Option("--lift", help="Show it to all roles again.")] = False,
    by: By = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """Show a patient's record to the privacy officer alone, once no journey is open."""

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        require_privacy_officer(acts_as)
        reference = reference_from(ref)
        await known(session, reference)
        changed = await restriction.restrict(
            session.records, reference, restricted=not lift, by=who, role=acts_as, at=session.now
        )
        document = Restricted(
            reference=reference,
            restricted=not lift,
            changed=changed,
            cared_for=await restriction.is_cared_for(session.records, reference),
        )
        output.show(document, _restricted(document))
        return ExitCode.OK

    run(work, as_json=as_json)


def erase(
    ref: Ref,
    yes: Annotated[
        bool, typer.Option("--yes", help="Erase; without it this only previews.")
    ] = False,
    confirm: Annotated[
        str | None, typer.Option(metavar="REF", help="The same, by the reference typed again.")
    ] = None,
    by: By = None,
    role: InRole = None,
    patience: Patience = 30.0,
    as_json: AsJson = False,
) -> None:
    """Erase a patient after the time for which the law wants the record kept.

    Names, numbers, dates and words leave every table and Temporal; opaque ids, counts and the fact
    of the erasure stay. Without --yes or --confirm it shows what would go.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        require_privacy_officer(acts_as)
        reference = reference_from(ref)
        await known(session, reference)
        if confirm is not None and reference_from(confirm) != reference:
            raise wrong_usage("--confirm names another journey; nothing was erased.")
        first = await _possible_from(session, reference)
        if not (yes or confirm):
            rows = await erasing.counted(session.records, reference)
            preview = Erased(reference=reference, erased=False, possible_from=first, rows=rows)
            output.show(preview, *_pictures(preview))
            return ExitCode.OK
        try:
            rows = await erasing.erase(
                session.records,
                reference,
                by=who,
                role=acts_as,
                at=session.now,
            )
        except CareIsOpenError as error:
            raise _open(error) from None
        gone = await _history_gone(session, reference)
        document = Erased(
            reference=reference, erased=True, possible_from=first, rows=rows, history_deleted=gone
        )
        output.show(document, *_pictures(document))
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)


def add_to(app: typer.Typer) -> None:
    """The commands, under `waymark patient`."""
    app.command(epilog=json_keys(Restricted))(restrict)
    app.command(epilog=json_keys(Erased))(erase)


async def _possible_from(session: Session, reference: PathwayReference) -> date:
    """The first day on which she may be erased. Raises Trouble when that is still to come."""
    kept = session.clinic.records_kept_years
    if kept is None or kept.value == 0:
        raise Trouble(
            ExitCode.REFUSED,
            "retention_not_set",
            "The clinic's file does not say for how long records are kept: set records_kept_years.",
        )
    try:
        last = await erasing.last_entry(session.records, reference, session.zone)
    except CareIsOpenError as error:
        raise _open(error) from None
    first = erasable_from(last, kept.value)
    if civil.local(session.now, session.zone).date() < first:
        raise Trouble(
            ExitCode.REFUSED,
            "kept_by_law",
            f"Not erased: the law wants the record kept. It can be erased from {first} on, "
            f"{kept.value} years after its last entry; `waymark patient restrict` hides it until "
            "then.",
            possible_from=first.isoformat(),
        )
    return first


def _open(error: CareIsOpenError) -> Trouble:
    sentence = f"Not erased: {error}. Whoever treats the patient needs the record."
    return Trouble(ExitCode.REFUSED, "care_is_open", sentence)


async def _history_gone(session: Session, reference: PathwayReference) -> bool:
    """Whether Temporal has forgotten her too; otherwise a worker's sweep sees to it."""
    try:
        return await forget_history(session.records, await session.temporal(), reference)
    except (UnreachableError, RPCError, TimeoutError):
        return False


def _restricted(document: Restricted) -> Text:
    if not document.restricted:
        return Text(f"{document.reference}: shown to all roles again, each its own fields.")
    if document.cared_for:
        return Text(
            f"{document.reference}: noted. A journey is open: whoever treats the patient sees "
            "the record until it has ended.",
            style="yellow",
        )
    return Text(f"{document.reference}: shown to the privacy officer alone.", style="green")


def _pictures(document: Erased) -> Iterator[RenderableType]:
    title = "Erased" if document.erased else "What would be erased"
    picture = table(f"{title}: {document.reference}", "rows", "of")
    for name, count in document.rows.items():
        if count:
            row(picture, count, name.replace("_", " "))
    yield picture
    if not document.erased:
        yield Text("Nothing was erased. It cannot be taken back: --yes, or --confirm REF, does it.")
    elif not document.history_deleted:
        yield Text("Temporal still has the history, without a name; a worker's sweep deletes it.")
