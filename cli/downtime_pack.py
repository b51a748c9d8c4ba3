"""`waymark downtime-pack`: a day on paper, for when no screen answers."""

import asyncio
from collections.abc import Awaitable
from datetime import date
from typing import Annotated, Any

import typer

from cli import asking
from cli.acting import By, InRole, acting
from cli.documents import DowntimePack, OnCall, OnPaper
from cli.downtime_plan import planned_on
from cli.downtime_sheet import pages
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.running import AsJson, Patience, run
from cli.session import Session
from cli.times import day_typed
from cli.trouble import Trouble
from pathway.model import Model, PathwayReference
from pathway.overview import Overview
from pathway.roles import Role
from pathway.seen import seen_by
from records import details, journeys, patients
from records.errors import DoesNotOpenError
from records.patient_model import Details, StoredPatient
from records.readable import CANNOT_BE_READ
from records.visible import only_visible

_AT_ONCE = 20
"""Journeys that are asked at a time: one that does not answer holds up few of the others."""


def downtime_pack(
    day: Annotated[str, typer.Option(metavar="DATE", help="As in 2026-12-24.")],
    by: By = None,
    role: InRole = None,
    patience: Patience = 60.0,
    as_json: AsJson = False,
) -> None:
    """Print a day for paper: patients, phones, what is planned, a blank sheet for the chair.

    Print it each morning, by a pipe to the printer. What was written on it is entered afterwards
    with the times at which it happened. Every open journey is asked; one that does not answer is
    named on the pack as not read, and the command ends with 4. Where only the records of a patient
    do not open, the pack has the reference and what is planned, and the command ends with 3.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        on = day_typed(day)
        document = await _pack(session, output, on, acting(session, by, role)[1])
        output.sheets(document, pages(document))
        if document.not_read:
            return ExitCode.NO_ANSWER
        return ExitCode.SOME_ROWS_BAD if document.not_opened else ExitCode.OK

    run(work, as_json=as_json, patience=patience)


async def _pack(session: Session, output: Output, day: date, role: Role) -> DowntimePack:
    asked = await _asked(session, output)
    found = [
        await _on_paper(session, output, seen_by(journey, role), day, role)
        for journey in asked.values()
        if journey is not None and journey.ended is None
    ]
    of_the_day = (each for each in found if each is not None)
    return DowntimePack(
        day=day,
        role=role,
        printed_at=session.now,
        clinic_zone=session.zone,
        callback_phone=session.clinic.callback_phone,
        on_call=tuple(
            OnCall(id=who.id, name=who.name, phone=who.phone)
            for who in session.clinic.on_shift(Role.ON_CALL_CLINICIAN, session.now)
        ),
        patients=tuple(sorted(of_the_day, key=lambda each: (each.planned[0].at, each.reference))),
        not_read=tuple(reference for reference, journey in asked.items() if journey is None),
    )


async def _asked(session: Session, output: Output) -> dict[PathwayReference, Overview | None]:
    """Every open journey as it stands; None for one that gave no answer.

    All of them are asked, since only the journey knows what is booked in it.
    """
    references = await journeys.open_ones(session.records)
    if references:
        await session.temporal()  # one connection for all
    places = asyncio.Semaphore(_AT_ONCE)

    async def ask(reference: PathwayReference) -> Overview | None:
        async with places:
            try:
                return await asking.overview(session, reference)
            except Trouble as trouble:
                output.note(f"{reference}: {trouble.sentence}")
                return None

    return dict(zip(references, await asyncio.gather(*map(ask, references)), strict=True))


async def _on_paper(
    session: Session, output: Output, seen: Overview, day: date, role: Role
) -> OnPaper | None:
    planned = planned_on(seen, day, session.zone)
    if not planned:
        return None
    records, reference = session.records, seen.reference
    who = await _opened(output, reference, StoredPatient, patients.get(records, reference))
    if not who:
        return None
    fields = who | await _opened(output, reference, Details, details.get(records, reference))
    shown, _ = only_visible(role, fields)
    return OnPaper(
        reference=reference,
        reach={name: shown.get(name) for name in _REACH},
        planned=planned,
        opened=CANNOT_BE_READ not in fields.values(),
    )


async def _opened(
    output: Output, reference: PathwayReference, of: type[Model], read: Awaitable[Model | None]
) -> dict[str, Any]:
    """The fields of a row, none without one; where it does not open, each says so.

    One patient's spoilt row takes nobody else off the paper.
    """
    try:
        row = await read
    except DoesNotOpenError as error:
        output.note(f"{reference}: {error}.")
        return dict.fromkeys(of.model_fields, CANNOT_BE_READ)
    return row.model_dump(mode="json") if row is not None else {}


_REACH = (
    *("given_name", "family_name", "born", "phone_e164", "safe_times", "safe_ways"),
    *("interpreter", "address", "whereabouts", "escort", "emergency_contact", "note"),
)
