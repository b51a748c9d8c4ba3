"""`waymark enroll`: patients into the records first, then their journeys are started."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.acting import By, InRole, acting
from cli.contact_options import region_of
from cli.documents import Enrolment, NewPatient
from cli.enroll_file import Read, read_file
from cli.enroll_one import enrolment_row
from cli.enroll_picture import enrolment_pictures
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.patient_options import CLINICAL, CONTACT, DETAILS, IDENTITY, SHARED, takes
from cli.running import AsJson, Patience, run
from cli.session import Session
from cli.starting import ITSELF, start_within_patience, tell_contact
from cli.trouble import Trouble, wrong_usage
from pathway import civil
from pathway.model import StaffId
from pathway.roles import Role
from records.enrolment import enrol
from records.errors import RecordNumberTakenError


@takes(IDENTITY, CONTACT, CLINICAL, SHARED, DETAILS)
def enroll(
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Referrals, one a line.")
    ] = None,
    start: Annotated[
        bool, typer.Option("--start", help="Only start journeys that are still to be started.")
    ] = False,
    by: By = None,
    role: InRole = None,
    patience: Patience = 30.0,
    as_json: AsJson = False,
    **given: Any,
) -> None:
    """Enrol patients, one by options or many by --csv, and start their journeys.

    Good rows go in, bad ones are reported: also one with the record number of somebody who has
    another birth date, or other names altogether. Running it again enrols nobody twice.
    """
    one = any(value is not None for value in given.values())

    async def work(session: Session, output: Output) -> ExitCode:
        if (csv is not None) + start + one != 1:
            raise wrong_usage("Give --csv, or one patient by options, or --start: one of them.")
        signed = ITSELF if by is None else acting(session, by, role)
        read = Read()
        if csv is not None:
            read = await read_file(session, csv, progress=not as_json, keep=as_json)
        elif not start:
            read = await _one(session, given)
        document = await _with_journeys(session, read, signed)
        output.show(document, *enrolment_pictures(document))
        return _ended(document)

    run(work, as_json=as_json, patience=patience)


async def _one(session: Session, given: Mapping[str, Any]) -> Read:
    today = civil.local(session.now, session.zone).date()
    row = enrolment_row(given, today, region_of(session))
    try:
        done = await enrol(session.records, row, session.now)
    except RecordNumberTakenError as error:
        sentence = f"Nobody was enrolled. This record number {error}."
        raise Trouble(ExitCode.REFUSED, "record_number_taken", sentence) from None
    read = Read(sharing=set(done.shares_phone_with))
    read.add(NewPatient(line=None, reference=done.reference, enrolled=done.created), keep=True)
    return read


async def _with_journeys(session: Session, read: Read, signed: tuple[StaffId, Role]) -> Enrolment:
    """Start what is still to be started, and tell those whose phone is shared from now on."""
    starts = await start_within_patience(session)
    # A journey that was started just now has read the records already.
    fresh = {*starts.started, *starts.left}
    told, not_told = await tell_contact(session, sorted(read.sharing - fresh), signed)
    return Enrolment(
        rows=tuple(read.rows),
        enrolled=read.enrolled,
        there=read.there,
        bad=tuple(read.bad),
        notes=read.notes,
        started=starts.started,
        not_started=starts.left,
        unanswered=starts.unanswered,
        not_for_patients=starts.refused,
        told=told,
        not_told=not_told,
    )


def _ended(document: Enrolment) -> ExitCode:
    if document.not_for_patients:
        return ExitCode.REFUSED
    if document.unanswered or document.not_told:
        return ExitCode.NO_ANSWER
    return ExitCode.SOME_ROWS_BAD if document.bad else ExitCode.OK
