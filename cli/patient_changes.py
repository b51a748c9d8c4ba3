"""Options of `waymark patient change` into the records, and into the journey where it must know."""

from collections.abc import Mapping
from typing import Any

from cli.contact_options import region_of
from cli.enroll_one import AGE_MIN
from cli.patient_options import IDENTITY, cells_of, unreadable
from cli.session import Session
from cli.starting import References, tell_contact
from cli.trouble import not_found
from pathway import civil
from pathway.model import PathwayReference, StaffId
from pathway.roles import Role
from records import changing, details, patients
from records.changing import SHARED, Wanted
from records.corrections import Identity
from records.details import COMPANIONS
from records.errors import RecordNumberTakenError
from records.patient_model import Details, StoredPatient
from records.referral_columns import Meaning, detail_meanings, identity_meanings

Signed = tuple[StaffId, Role]
Given = Mapping[str, Any]


async def change(
    session: Session, reference: PathwayReference, given: Given, signed: Signed
) -> tuple[tuple[str, ...], References]:
    """Change all that was given in one go, and tell her journey what it must know.

    Returns the fields that changed, and her reference if the journey could not be told yet.
    Raises Trouble and typer.BadParameter, and then nothing is changed.
    """
    wanted = await _wanted(session, reference, given)
    by, role = signed
    try:
        changed = await changing.change(
            session.records, reference, wanted, by=by, role=role, at=session.now
        )
    except RecordNumberTakenError as error:
        raise unreadable("record_number", str(error)) from None
    if SHARED not in changed:
        return changed, ()
    _, not_told = await tell_contact(session, [reference], signed)
    return changed, not_told


async def _wanted(session: Session, reference: PathwayReference, given: Given) -> Wanted:
    """All that was given, read before any of it is written."""
    stored = await _known(session, reference)
    return Wanted(
        identity=_identity(session, stored, given),
        details=await _details(session, reference, given),
        phone_with_others=given.get("phone_shared"),
    )


def _identity(session: Session, stored: StoredPatient, given: Given) -> Identity | None:
    """Who she is, corrected; None where nothing of it was given."""
    if not given.keys() & IDENTITY.keys():
        return None
    today = civil.local(session.now, session.zone).date()
    read = _read(given, identity_meanings(today, AGE_MIN), today.isoformat())
    old = {name: getattr(stored, name) for name in Identity.model_fields}
    return Identity.model_validate({**old, **read})


async def _details(session: Session, reference: PathwayReference, given: Given) -> Details | None:
    """How staff reach and receive her, changed; None where nothing of it was given."""
    today = civil.local(session.now, session.zone).date()
    meanings = detail_meanings(today, region_of(session))
    if not given.keys() & meanings.keys():
        return None
    old = await details.get(session.records, reference)
    read = _read(given, meanings, today.isoformat())
    if "whereabouts" in read:
        read["whereabouts_on"] = today if read["whereabouts"] else None
    return _merged(old, read)


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
