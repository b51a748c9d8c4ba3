"""`waymark patient`: who a patient is and how staff reach her, as far as a role may see it."""

from typing import Any

import typer

from cli import patient_amendments, patient_erasure
from cli.acting import By, InRole, acting
from cli.documents import CopyWritten, Disclosures, PatientChanged, PatientShown
from cli.exit_codes import ExitCode
from cli.output import Output
from cli.patient_changes import change as change_all
from cli.patient_copy import copy, disclosures
from cli.patient_options import DETAILS, IDENTITY, SHARED, WHEREABOUTS, takes
from cli.patient_picture import changed_line, patient_picture
from cli.restricted import known as known_patient
from cli.restricted import opened
from cli.running import AsJson, Patience, Ref, json_keys, reference_from, run
from cli.session import Session
from cli.trouble import Trouble, wrong_usage
from pathway.model import PathwayReference
from pathway.roles import Role
from records import details, patients, restriction
from records.visible import only_visible, visible_to

app = typer.Typer(
    name="patient",
    no_args_is_help=True,
    help="Who a patient is and how staff get in touch. How texts go: `do change-contact`.",
)


@app.command(epilog=json_keys(PatientShown))
def show(
    ref: Ref,
    by: By = None,
    role: InRole = None,
    as_json: AsJson = False,
) -> None:
    """Show what the records say of a patient. Each role sees its own fields."""

    async def work(session: Session, output: Output) -> ExitCode:
        _, acts_as = acting(session, by, role)
        document = await _shown(session, reference_from(ref), acts_as)
        output.show(document, *patient_picture(document, session.zone))
        return ExitCode.OK

    run(work, as_json=as_json)


async def _shown(session: Session, reference: PathwayReference, role: Role) -> PatientShown:
    stored = await known_patient(session, reference)
    known = await details.get(session.records, reference)
    fields = {**stored.model_dump(mode="json"), **known.model_dump(mode="json")}
    notes = await patients.referral_notes(session.records, reference)
    fields |= notes.model_dump() if notes else {}
    hidden = await restriction.hidden_from(session.records, reference, role)
    seen, withheld = only_visible(role, fields, restricted=hidden)
    changes = await details.changes(session.records, reference) if seen else ()
    return PatientShown(
        reference=reference, role=role, patient=seen, withheld=withheld, changes=changes
    )


@app.command(epilog=json_keys(PatientChanged))
@takes(IDENTITY, DETAILS, WHEREABOUTS, SHARED)
def change(
    ref: Ref,
    by: By = None,
    role: InRole = None,
    patience: Patience = 30.0,
    as_json: AsJson = False,
    **given: Any,
) -> None:
    """Change what is given; an empty text takes a field away. Who changed what is noted."""

    async def work(session: Session, output: Output) -> ExitCode:
        signed = acting(session, by, role)
        reference = reference_from(ref)
        await opened(session, reference, signed[1])
        wanted = {name: value for name, value in given.items() if value is not None}
        _require(wanted, signed[1])
        changed, not_told = await change_all(session, reference, wanted, signed)
        document = PatientChanged(reference=reference, changed=changed, not_told=not_told)
        output.show(document, changed_line(document))
        return ExitCode.NO_ANSWER if not_told else ExitCode.OK

    run(work, as_json=as_json, patience=patience)


def _require(wanted: dict[str, Any], role: Role) -> None:
    if not wanted:
        raise wrong_usage("Say what to change; `waymark patient change --help` lists it.")
    if "address" not in visible_to(role):
        raise Trouble(
            ExitCode.REFUSED,
            "not_in_this_role",
            f"This is not changed as {role}: a coordinator or a clinician does it.",
        )


app.command(epilog=json_keys(Disclosures))(disclosures)
app.command(epilog=json_keys(CopyWritten))(copy)
patient_amendments.add_to(app)
patient_erasure.add_to(app)
