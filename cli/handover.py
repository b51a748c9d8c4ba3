"""`waymark handover`: what somebody owns, handed to another by name or back to the queue."""

import re
from typing import Annotated
from uuid import uuid4

import typer

from cli.acting import By, InRole, acting, reads_as
from cli.documents import Handover, OwnedLine
from cli.exit_codes import ExitCode
from cli.handing import HandingOver, item_of, line_of
from cli.handover_picture import pictures
from cli.leaving import first_steps, rota_lines
from cli.output import Output
from cli.running import AsJson, Patience, run
from cli.session import Session
from cli.times import time_typed
from cli.trouble import wrong_usage
from cli.typed_words import nobody_has
from pathway.model import StaffId
from pathway.roles import Role
from records import details, worklist
from records.worklist import WorkRow

_ITEM = re.compile(r"J-[0-9A-HJKMNP-TV-Z]{10}/[a-z0-9_/.:T-]{1,80}")
"""How a list names one; anything else that was typed is not said again."""


def handover(
    by: By = None,
    role: InRole = None,
    leaving: Annotated[
        str | None,
        typer.Option(
            metavar="STAFF-ID",
            help="What another owns who leaves or is ill, not what you own; alone it lists also "
            "that person's shifts and patients. Exit code 0 only if nothing is owned.",
        ),
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="STAFF-ID", help="Hand all of it to this person.")
    ] = None,
    to_queue: Annotated[
        bool,
        typer.Option("--to-queue", help="Back to the queue: escalations climb again at once."),
    ] = False,
    note: Annotated[
        str | None, typer.Option(help="What the next one must know; needed to hand over.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="REF/ITEM", help="Only this one, as the list names it; repeatable."),
    ] = None,
    happened_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it happened; now unless given.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="Makes it one act however often sent, with the same --happened-at."),
    ] = None,
    patience: Patience = 30.0,
    as_json: AsJson = False,
) -> None:
    """List what you own over all journeys, or hand it over at the end of your shift.

    Without --to and --to-queue it only lists.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        owner = leaving or by
        if not owner:
            raise wrong_usage(
                "Say whose: give --by with your staff id, or --leaving with another's."
            )
        _checked(session, owner, to, to_queue=to_queue, note=note)
        rows, strange = _chosen(await _owned(session, owner), only)
        if not (to or to_queue):
            _require_owned(strange)
            reader = reads_as(session, by, role)
            document = await _listed(session, owner, rows, reader, leaving=leaving is not None)
            output.show(document, *pictures(document, session.zone))
            return ExitCode.REFUSED if leaving and document.items else ExitCode.OK
        signed = acting(session, by, role)
        at = session.now
        if happened_at is not None:
            at = time_typed("--happened-at", happened_at, session.zone, session.now)
        call = HandingOver(session, output, owner, to, note or "", signed, at, key or str(uuid4()))
        # Only a line that is given again can have done something already.
        before = await _done_before(call, strange) if key else {}
        _require_owned([each for each in strange if each not in before])
        document = await call.hand(rows, [*before.values()])
        output.show(document, *pictures(document, session.zone))
        return call.ended(document)

    run(work, as_json=as_json, patience=patience)


def _checked(
    session: Session, owner: StaffId, to: str | None, *, to_queue: bool, note: str | None
) -> None:
    if to and to_queue:
        raise wrong_usage("Give --to or --to-queue, not both.")
    if not (to or to_queue):
        if note:
            raise wrong_usage("A note goes with --to or --to-queue.")
        return
    if not note:
        raise wrong_usage("Say with --note what the next one must know.")
    if to == owner:
        raise wrong_usage("--to: this person owns it already.")
    if to and session.roles_of(to) is None:
        raise wrong_usage(nobody_has(to))


async def _owned(session: Session, owner: StaffId) -> list[WorkRow]:
    """Hers alone. Somebody may own lines whom clinic.yaml no longer lists."""
    rows = await worklist.rows(session.records, session.now, owner=owner)
    hers = [row for row in rows if row.owed.owner == owner]
    if not hers and session.roles_of(owner) is None:
        raise wrong_usage(nobody_has(owner))
    return hers


def _chosen(rows: list[WorkRow], only: list[str] | None) -> tuple[list[WorkRow], list[str]]:
    """The lines that --only names, and what it names beside them."""
    if not only:
        return rows, []
    named = _named(rows)
    typed = [f"{ref.upper()}/{item}" for ref, _, item in (each.partition("/") for each in only)]
    wanted = dict.fromkeys(typed)
    strange = [each for each in wanted if each not in named]
    return [named[each] for each in wanted if each in named], strange


def _named(rows: list[WorkRow]) -> dict[str, WorkRow]:
    return {f"{line.reference}/{item_of(line)}": line for line in rows}


def _require_owned(strange: list[str]) -> None:
    """Raises Trouble, as wrong usage, for an item that is not the owner's."""
    if strange:
        known = ", ".join(each for each in strange if _ITEM.fullmatch(each)) or "what --only names"
        raise wrong_usage(f"Not owned: {known}; nothing was handed over.")


async def _done_before(call: HandingOver, strange: list[str]) -> dict[str, OwnedLine]:
    """What the same call did with these before, by their names; the others are left out."""
    now = _named(await worklist.rows(call.session.records, call.session.now)) if strange else {}
    done = {}
    for each in filter(_ITEM.fullmatch, strange):
        reference, _, item = each.partition("/")
        line = await call.done_before((reference, item), now.get(each))
        if line is not None:
            done[each] = line
    return done


async def _listed(
    session: Session, owner: StaffId, rows: list[WorkRow], reader: Role | None, *, leaving: bool
) -> Handover:
    lines = tuple(line_of(row, reader, "owned") for row in rows)
    document = Handover(as_of=session.now, owner=owner, to=None, key=None, items=lines)
    if not leaving:
        return document
    document = document.model_copy(
        update={
            "rota": rota_lines(session.clinic, owner, session.now),
            "treats": await details.treated_by(session.records, owner),
        }
    )
    return document.model_copy(update={"first": tuple(first_steps(document))})
