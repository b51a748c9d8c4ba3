"""How a patient may be reached, as it is typed: what is not given stays as the records say."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import typer
from pydantic import Field

from cli.session import Session
from cli.trouble import not_found
from pathway.journey import Contact
from pathway.model import Model, PathwayReference, StaffId
from pathway.roles import Role
from records import journey_contact, patients, referral_values
from records.patient_model import Contact as StoredContact
from records.patient_model import PhoneKind, StoredPatient
from records.reach import TEXTABLE

T = TypeVar("T")


class GivenContact(Model):
    """The options that stand for a contact; the journey's own copy follows from the records."""

    phone: str | None = Field(default=None, repr=False)
    phone_kind: PhoneKind | None = None
    zone: str | None = None
    language: str | None = None
    text_consent: bool | None = None
    opted_out: bool | None = None


def given_contact(given: Mapping[str, Any]) -> GivenContact:
    return GivenContact.model_validate({n: given.get(n) for n in GivenContact.model_fields})


async def contact_to_be(
    session: Session, reference: PathwayReference, given: GivenContact
) -> Contact:
    """What her journey is told once the records have taken this; nothing is written yet.

    Raises:
        Trouble: when nobody is enrolled under the reference.
        typer.BadParameter: for a phone, zone or language that cannot be used.
    """
    patient = await patients.get(session.records, reference)
    if patient is None:
        raise not_found(reference)
    new = _stored(patient, given, region_of(session))
    phone = new.phone_e164
    on_phone = await patients.on_phone(session.records, phone) if phone else ()
    now = await contact_of(session, reference)
    return Contact(
        zone=new.zone,
        language=new.language,
        mobile=phone is not None and new.phone_kind in TEXTABLE,
        phone_changes=now.phone_changes + (phone != patient.phone_e164),
        phone_shared=new.phone_with_others or bool({*on_phone} - {reference}),
        text_consent=new.text_consent,
        opted_out=now.opted_out if given.opted_out is None else given.opted_out,
    )


async def change_contact(
    session: Session,
    reference: PathwayReference,
    given: GivenContact,
    by: tuple[StaffId, Role],
) -> tuple[PathwayReference, ...]:
    """Write the new contact into the records, as said by somebody in a role.

    Returns who else is, or was, on her phone: their journeys must learn whether it is shared.

    Raises:
        Trouble: when nobody is enrolled under the reference.
        typer.BadParameter: for a phone, zone or language that cannot be used.
    """
    patient = await patients.get(session.records, reference)
    if patient is None:
        raise not_found(reference)
    stored = _stored(patient, given, region_of(session))
    await patients.set_contact(session.records, reference, stored, by=by)
    if given.opted_out is not None:
        await patients.set_opt_out(session.records, reference, given.opted_out)
    others: dict[PathwayReference, None] = {}
    changed = {patient.phone_e164} ^ {stored.phone_e164}
    for phone in changed:
        if phone is not None:
            others |= dict.fromkeys(await patients.on_phone(session.records, phone))
    return tuple(other for other in others if other != reference)


async def contact_of(session: Session, reference: PathwayReference) -> Contact:
    """What the records say of reaching her, as her journey needs it."""
    return await journey_contact.contact_of(session.records, reference)


def region_of(session: Session) -> str:
    """The country whose phone numbers are written without a country code."""
    holidays = session.clinic.closed.holidays
    return holidays.country if holidays else "US"


def read_option(name: str, meaning: Callable[..., T], *arguments: Any) -> T:
    """What an option means. Raises typer.BadParameter with the option's name."""
    try:
        return meaning(*arguments)
    except ValueError as error:
        raise typer.BadParameter(f"{error}", param_hint=name) from None


def _stored(patient: StoredPatient, given: GivenContact, region: str) -> StoredContact:
    values = {name: getattr(patient, name) for name in StoredContact.model_fields}
    if given.text_consent is not None:
        values["text_consent"] = given.text_consent
    if given.language is not None:
        values["language"] = read_option("--language", referral_values.language, given.language)
    if given.zone is not None:
        values["zone"] = read_option("--zone", referral_values.zone, given.zone)
    if given.phone is not None:
        kind = given.phone_kind.value if given.phone_kind else ""
        values["phone_e164"], values["phone_kind"] = read_option(
            "--phone", referral_values.phone, given.phone, kind, region
        )
    elif given.phone_kind is not None:
        if (patient.phone_e164 is None) != (given.phone_kind is PhoneKind.NONE):
            raise typer.BadParameter("goes with --phone here", param_hint="--phone-kind")
        values["phone_kind"] = given.phone_kind
    return StoredContact.model_validate(values)
