"""Options of `waymark patient change` into the records, and into the journey where it must know."""

from collections.abc import Mapping
from typing import Any

from cli.contact_options import region_of
from cli.enroll_one import AGE_MIN
from cli.patient_options import IDENTITY, cells_of, unreadable
from cli.session import Session
from cli.starting import tell_contact
from cli.trouble import not_found
from pathway import civil
from pathway.model import PathwayReference, StaffId
from pathway.roles import Role
from records import corrections, details, patients
from records.corrections import Identity
from records.details import COMPANIONS
from records.errors import RecordNumberTakenError
from records.patient_model import Contact, Details, StoredPatient
from records.referral_columns import Meaning, detail_meanings, identity_meanings

Signed = tuple[StaffId, Role]
Given = Mapping[str, Any]


async def change_identity(
    session: Session, reference: PathwayReference, given: Given, signed: Signed
) -> tuple[str, ...]:
    """Correct who she is. Raises Trouble and typer.BadParameter."""
    if not given.keys() & IDENTITY.keys():
        return ()
    stored = await _known(session, reference)
    today = civil.local(session.now, session.zone).date()
    read = _read(given, identity_meanings(today, AGE_MIN), today.isoformat())
    old = {name: getattr(stored, name) for name in Identity.model_fields}
    new = Identity.model_validate({**old, **read})
    by, role = signed
    try:
        return await corrections.correct(
            session.records, reference, new, by=by, role=role, at=session.now
        )
    except RecordNumberTakenError as error:
        raise unreadable("record_number", str(error)) from None


async def change_details(
    session: Session, reference: PathwayReference, given: Given, signed: Signed
) -> tuple[str, ...]:
    """Change how staff reach and receive her. Raises Trouble and typer.BadParameter."""
    today = civil.local(session.now, session.zone).date()
    meanings = detail_meanings(today, region_of(session))
    if not given.keys() & meanings.keys():
        return ()
    await _known(session, reference)
    old = await details.get(session.records, reference)
    read = _read(given, meanings, today.isoformat())
    if "whereabouts" in read:
        read["whereabouts_on"] = today if read["whereabouts"] else None
    by, role = signed
    return await details.change(
        session.records, reference, _merged(old, read), by=by, role=role, at=session.now
    )


async def change_sharing(
    session: Session, reference: PathwayReference, given: Given, signed: Signed
) -> tuple[list[str], tuple[PathwayReference, ...]]:
    """Say whether others read her phone, and tell her journey.

    Returns what changed, and her reference if the journey could not be told yet.
    """
    shared = given.get("phone_shared")
    if shared is None:
        return [], ()
    stored = await _known(session, reference)
    if shared == stored.phone_with_others:
        return [], ()
    old = {name: getattr(stored, name) for name in Contact.model_fields}
    new = Contact.model_validate({**old, "phone_with_others": shared})
    await patients.set_contact(session.records, reference, new)
    by, role = signed
    await details.note(
        session.records, reference, ("phone_with_others",), by=by, role=role, at=session.now
    )
    _, not_told = await tell_contact(session, [reference], signed)
    return ["phone_with_others"], not_told


async def _known(session: Session, reference: PathwayReference) -> StoredPatient:
    stored = await patients.get(session.records, reference)
    if stored is None:
        raise not_found(reference)
    return stored


def _read(given: Given, meanings: Mapping[str, Meaning], today: str) -> dict[str, Any]:
    cells = cells_of({name: given[name] for name in meanings if name in given}, today)
    read: dict[str, Any] = {}
    for column, cell in cells.items():
        try:
            read[column] = meanings[column](cell)
        except ValueError as error:
            raise unreadable(column, str(error)) from None
    return read


def _merged(old: Details, read: Mapping[str, Any]) -> Details:
    values = {**old.model_dump(), **{n: v for n, v in read.items() if n in Details.model_fields}}
    for kind in COMPANIONS:
        parts = {n.removeprefix(f"{kind}_"): v for n, v in read.items() if n.startswith(f"{kind}_")}
        if not parts:
            continue
        person = {**(values[kind] or {}), **parts}
        if not person.get("name") and "name" not in parts:
            raise unreadable(kind, "is needed too: say who it is")
        values[kind] = person if person.get("name") else None
    return Details.model_validate(values)
