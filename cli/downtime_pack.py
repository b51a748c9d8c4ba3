"""`waymark downtime-pack`: a day on paper, for when no screen answers."""

from datetime import date
from typing import Annotated

import typer

from cli import asking
from cli.acting import By, InRole, acting
from cli.documents import DowntimePack, OnCall, OnPaper, Planned
from cli.downtime_sheet import pages
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.running import AsJson, Patience, run
from cli.session import Session
from cli.times import day_typed
from pathway import civil
from pathway.journey import Treatment
from pathway.model import PathwayReference
from pathway.overview import Overview
from pathway.roles import Role
from pathway.seen import seen_by
from records import details, patients, worklist
from records.visible import only_visible


def downtime_pack(
    day: Annotated[str, typer.Option(metavar="DATE", help="As in 2026-12-24.")],
    by: By = None,
    role: InRole = None,
    patience: Patience = 60.0,
    as_json: AsJson = False,
) -> None:
    """Print a day for paper: patients, phones, what is planned, a blank sheet for the chair.

    Print it each morning, by a pipe to the printer. What was written on it is entered afterwards
    with the times at which it happened.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        document = await _pack(session, day_typed(day), acting(session, by, role)[1])
        output.sheets(document, pages(document))
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)


async def _pack(session: Session, day: date, role: Role) -> DowntimePack:
    found = [
        await _on_paper(session, reference, day, role) for reference in await _perhaps(session, day)
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
    )


async def _perhaps(session: Session, day: date) -> tuple[PathwayReference, ...]:
    """Whom the records know of who may have something that day; her journey says what."""
    rows = await worklist.rows(session.records, session.now)
    named = (
        row.reference
        for row in rows
        if (at := row.owed.shows.visit_at) and civil.local(at, session.zone).date() <= day
    )
    return tuple(dict.fromkeys(named))


async def _on_paper(
    session: Session, reference: PathwayReference, day: date, role: Role
) -> OnPaper | None:
    seen = seen_by(await asking.overview(session, reference), role)
    planned = tuple(_planned(session, seen, day))
    stored = await patients.get(session.records, reference)
    if not planned or stored is None:
        return None
    known = await details.get(session.records, reference)
    fields = {**stored.model_dump(mode="json"), **known.model_dump(mode="json")}
    shown, _ = only_visible(role, fields)
    return OnPaper(
        reference=reference,
        reach={name: shown.get(name) for name in _REACH},
        planned=planned,
    )


_REACH = (
    *("given_name", "family_name", "born", "phone_e164", "safe_times", "safe_ways"),
    *("interpreter", "address", "whereabouts", "escort", "emergency_contact", "note"),
)


def _planned(session: Session, seen: Overview, day: date) -> list[Planned]:
    found = [
        Planned(
            treatment=treatment.number,
            step=booked.step,
            at=booked.at,
            minutes=booked.minutes,
            dose=_dose(treatment),
        )
        for treatment in seen.treatments
        for booked in treatment.appointments
        if civil.local(booked.at, session.zone).date() == day
    ]
    return sorted(found, key=lambda each: each.at)


def _dose(treatment: Treatment) -> float | None:
    return treatment.orders.dose
