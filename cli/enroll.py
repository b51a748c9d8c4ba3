"""`waymark enroll`: patients into the records first, then their journeys are started."""

from pathlib import Path
from typing import Annotated

import typer

from cli import enroll_one as one
from cli.acting import By, InRole, acting
from cli.contact_options import region_of
from cli.documents import Enrolment, NewPatient
from cli.enroll_file import Read, read_file
from cli.enroll_one import GivenPatient, enrolment_row
from cli.enroll_picture import enrolment_pictures
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.running import AsJson, Patience, run
from cli.session import Session
from cli.starting import ITSELF, sharing_with, start_waiting, tell_contact
from cli.trouble import wrong_usage
from pathway import civil
from pathway.model import StaffId
from pathway.roles import Role
from records.enrolment import enrol


def enroll(
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Referrals, one a line.")
    ] = None,
    start: Annotated[
        bool, typer.Option("--start", help="Only start journeys that are still to be started.")
    ] = False,
    given_name: one.GivenName = None,
    family_name: one.FamilyName = None,
    born: one.Born = None,
    phone: one.Phone = None,
    phone_kind: one.Kind = None,
    record_number: one.RecordNumber = None,
    zone: one.Zone = None,
    language: one.Language = None,
    text_consent: one.TextConsent = None,
    antidepressant_trials: one.Trials = None,
    substance_use: one.SubstanceUse = None,
    referred_by: one.ReferredBy = None,
    note: one.Note = None,
    by: By = None,
    role: InRole = None,
    patience: Patience = 30.0,
    as_json: AsJson = False,
) -> None:
    """Enrol patients, one by options or many by --csv, and start their journeys.

    Good rows go in, bad ones are reported. Running it again enrols nobody twice.
    """
    given = GivenPatient(
        given_name=given_name,
        family_name=family_name,
        born=born,
        phone=phone,
        phone_kind=phone_kind,
        record_number=record_number,
        zone=zone,
        language=language,
        text_consent=text_consent,
        antidepressant_trials=antidepressant_trials,
        substance_use=substance_use,
        referred_by=referred_by,
        note=note,
    )

    async def work(session: Session, output: Output) -> ExitCode:
        if (csv is not None) + start + (not given.empty) != 1:
            raise wrong_usage("Give --csv, or one patient by options, or --start: one of them.")
        signed = ITSELF if by is None else acting(session, by, role)
        read = Read()
        if csv is not None:
            read = await read_file(session, csv, progress=not as_json)
        elif not start:
            read = await _one(session, given)
        document = await _with_journeys(session, read, signed)
        output.show(document, *enrolment_pictures(document))
        return _ended(document)

    run(work, as_json=as_json, patience=patience)


async def _one(session: Session, given: GivenPatient) -> Read:
    today = civil.local(session.now, session.zone).date()
    row = enrolment_row(given, today, region_of(session))
    done = await enrol(session.records, row, session.now)
    return Read([NewPatient(line=None, reference=done.reference, enrolled=done.created)])


async def _with_journeys(session: Session, read: Read, signed: tuple[StaffId, Role]) -> Enrolment:
    """Start what is still to be started, and tell those whose phone is shared from now on."""
    others = await sharing_with(session, [row.reference for row in read.rows if row.enrolled])
    started, not_started = await start_waiting(session)
    # A journey that was started just now has read the records already.
    fresh = {*started, *not_started}
    told, not_told = await tell_contact(session, [o for o in others if o not in fresh], signed)
    return Enrolment(
        rows=tuple(read.rows),
        bad=tuple(read.bad),
        notes=read.notes,
        started=started,
        not_started=not_started,
        told=told,
        not_told=not_told,
    )


def _ended(document: Enrolment) -> ExitCode:
    if document.not_started or document.not_told:
        return ExitCode.NO_ANSWER
    return ExitCode.SOME_ROWS_BAD if document.bad else ExitCode.OK
