"""`waymark show`: where one journey stands."""

from cli import asking
from cli.documents import PatientName, Shown
from cli.exit_codes import ExitCode
from cli.journey_picture import shown_pictures
from cli.output import Output
from cli.running import AsJson, Patience, Ref, reference_from, run
from cli.session import Session
from records import patients
from records.patient_model import StoredPatient


def show(ref: Ref, patience: Patience = 10.0, as_json: AsJson = False) -> None:
    """Show where a journey stands: treatments, appointments, escalations, tasks, what comes."""

    async def work(session: Session, output: Output) -> ExitCode:
        reference = reference_from(ref)
        journey = await asking.overview(session, reference)
        patient = _name(await patients.get(session.records, reference))
        shown = Shown(
            reference=reference, patient=patient, clinic_zone=session.zone, journey=journey
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
