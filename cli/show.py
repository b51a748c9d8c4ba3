"""`waymark show`: where one journey stands."""

from cli import asking
from cli.acting import By, InRole, reads_as
from cli.documents import PatientName, Shown
from cli.exit_codes import ExitCode
from cli.journey_picture import shown_pictures
from cli.output import Output
from cli.running import AsJson, Patience, Ref, reference_from, run
from cli.session import Session
from pathway.overview import Overview
from pathway.seen import seen_by, withheld_from
from records import patients, restriction
from records.patient_model import StoredPatient


def show(
    ref: Ref,
    by: By = None,
    role: InRole = None,
    patience: Patience = 10.0,
    as_json: AsJson = False,
) -> None:
    """Show where a journey stands: treatments, appointments, escalations, tasks, what comes.

    What was found, given and measured is shown to clinicians; anybody else sees what is open or
    shut, and what is booked.
    """

    async def work(session: Session, output: Output) -> ExitCode:
        reference = reference_from(ref)
        reader = reads_as(session, by, role)
        hidden = await restriction.hidden_from(session.records, reference, reader)
        reader = None if hidden else reader
        journey = seen_by(await asking.overview(session, reference), reader)
        patient = None if hidden else _name(await patients.get(session.records, reference))
        shown = Shown(
            reference=reference,
            patient=patient,
            clinic_zone=session.zone,
            journey=journey,
            withheld=withheld_from(Overview, reader),
            demonstration=journey.demonstration,
        )
        output.show(shown, *shown_pictures(shown))
        return ExitCode.OK

    run(work, as_json=as_json, patience=patience)


def _name(stored: StoredPatient | None) -> PatientName | None:
    if stored is None:
        return None
    return PatientName(
        given_name=stored.given_name, family_name=stored.family_name, born=stored.born
    )
