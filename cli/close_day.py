"""`waymark close-day`: a day on which the clinic stays shut, for every journey at once."""

from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

import typer

from cli import asking
from cli.acting import By, InRole, acting
from cli.close_day_picture import pictures
from cli.command_options import built
from cli.documents import ClosedDay, FallsThatDay
from cli.exit_codes import ExitCode
from cli.foreseeing import request_for
from cli.not_there import EndedError, StrandedError
from cli.output import Output
from cli.running import AsJson, Patience, run
from cli.session import Session
from cli.times import day_typed
from cli.trouble import Trouble
from pathway.commands import CloseDay
from pathway.decision_page import DecisionPage
from pathway.facts.safety import RiskLevel
from pathway.model import PathwayReference
from pathway.overview import Overview
from pathway.protocol import Level
from pathway.refusals import Refused
from pathway.roles import Role
from records import journeys, patients, restriction
from records.errors import DoesNotOpenError
from records.readable import CANNOT_BE_READ
from records.visible import NAMING, only_visible

_VISIT, _PROPOSAL = "day_closed", "visits_proposed"
"""What a preview says where something of hers falls."""
_GRAVITY = [*Level]


def close_day(
    day: Annotated[str, typer.Argument(metavar="DAY", help="As in 2026-12-24.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence; patients do not read it.")],
    preview: Annotated[
        bool, typer.Option("--preview", help="Show whose visits would fall; close nothing.")
    ] = False,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="It opens after all: it may be booked again.")
    ] = False,
    by: By = None,
    role: InRole = None,
    patience: Patience = 60.0,
    as_json: AsJson = False,
) -> None:
    """Close a day: every visit of it falls, each patient is told once, by a text or a call.

    Nobody counts as a no-show, no safety deadline moves, and nothing more is booked on it. The
    list is the rebooking list: who presses most clinically first, then by escalation and deadline.
    A proposed visit falls without a text. Repeat it when somebody could not be told: what fell
    stays as it is. Who is enrolled later learns of it from clinic.yaml alone.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        who, acts_as = acting(session, by, role)
        values = {
            "key": str(uuid4()),
            "by": who,
            "role": acts_as,
            "happened_at": session.now,
            "day": day_typed(day),
            "reason": reason,
            "opened_again": reopen,
        }
        return await _close(session, output, built(CloseDay, values), preview=preview)

    run(work, as_json=as_json, patience=patience)


async def _close(
    session: Session,
    output: Output,
    command: CloseDay,
    *,
    preview: bool,
) -> ExitCode:
    falls: list[FallsThatDay] = []
    silent: list[PathwayReference] = []
    stranded: list[PathwayReference] = []
    for reference in await journeys.open_ones(session.records):
        fell, trouble = await _one(session, reference, command, preview=preview)
        if trouble is not None:
            output.note(f"{reference}: {trouble.sentence}")
            (stranded if isinstance(trouble, StrandedError) else silent).append(reference)
        if fell is not None:
            falls.append(fell)
    document = ClosedDay(
        day=command.day,
        closed=not (preview or command.opened_again),
        opened_again=command.opened_again and not preview,
        falls=tuple(sorted(falls, key=_urgency)),
        silent=tuple(silent),
        stranded=tuple(stranded),
    )
    output.show(document, *pictures(document, session.zone, reopen=command.opened_again))
    return ExitCode.NO_ANSWER if silent or stranded else ExitCode.OK


async def _one(
    session: Session,
    reference: PathwayReference,
    command: CloseDay,
    *,
    preview: bool,
) -> tuple[FallsThatDay | None, Trouble | None]:
    """What the closed day takes from one patient, and why her journey was not told.

    Raises Trouble for what is wrong with the day itself: each journey would say so.
    """
    fell = None
    try:
        fell = await _falls(session, reference, command)
        if preview:
            await asking.require_at_work(session, reference)
        else:
            await _given(session, reference, command)
    except EndedError:
        return None, None  # its visits have fallen with its end
    except Trouble as trouble:
        if trouble.exit_code is ExitCode.REFUSED:
            raise
        return fell and fell.model_copy(update={"not_told": True}), trouble
    return fell, None


async def _falls(
    session: Session, reference: PathwayReference, command: CloseDay
) -> FallsThatDay | None:
    """What falls with the day; None where nothing of hers is booked on it."""
    seen = await asking.preview(session, reference, request_for(command))
    if seen.refused is not None:
        raise Trouble(ExitCode.REFUSED, "refused", seen.refused)
    falls = {_VISIT, _PROPOSAL} & {*seen.happens}
    if not falls:
        return None
    before = await asking.overview(session, reference)
    page = await asking.decision_page(session, reference)
    return FallsThatDay(
        reference=reference,
        **await _named(session, reference, command.role),
        stage=before.stage,
        proposed=_VISIT not in falls,
        first=_presses(page),
        here=_in_building(before),
        level=before.highest_level,
        due=before.due,
    )


async def _named(session: Session, reference: PathwayReference, role: Role) -> dict[str, Any]:
    """Who it is, as far as this role sees it: closing a day shows no more than other pages do.

    A row that does not open keeps nobody from being told.
    """
    try:
        stored = await patients.get(session.records, reference)
    except DoesNotOpenError:
        return {**dict.fromkeys(NAMING), "given_name": CANNOT_BE_READ}
    if stored is None:
        return dict.fromkeys(NAMING)
    hidden = await restriction.hidden_from(session.records, reference, role)
    shown, _ = only_visible(role, stored.model_dump(), restricted=hidden)
    return {name: shown.get(name) for name in NAMING}


async def _given(session: Session, reference: PathwayReference, command: CloseDay) -> None:
    try:
        await asking.give(session, reference, command)
    except Refused as refused:
        raise Trouble(ExitCode.REFUSED, refused.code, refused.sentence) from None


def _presses(page: DecisionPage) -> bool:
    """An open flag, or a risk that a clinician called high; the list does not say which."""
    return bool(page.flags) or (page.risk is not None and page.risk.level is RiskLevel.HIGH)


def _in_building(before: Overview) -> bool:
    return any(row.group == "building" for row in before.owed)


def _urgency(fell: FallsThatDay) -> tuple[bool, int, bool, datetime | None, str]:
    """Who presses first, then an open escalation, then a deadline that runs, the nearest first."""
    gravity = _GRAVITY.index(fell.level) + 1 if fell.level else 0
    return (not fell.first, -gravity, fell.due is None, fell.due, fell.reference)
