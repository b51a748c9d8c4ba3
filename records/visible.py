"""Which of a patient's fields a role sees. Roles see fields, not only pages."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pathway.roles import CLINICIANS, Role
from pathway.seen import seen_by
from records.done_today import DoneRow
from records.patient_model import Details, ReferralNotes, StoredPatient
from records.worklist import WorkRow

R = TypeVar("R", WorkRow, DoneRow)
NAMING = ("given_name", "family_name", "born", "phone_e164")

STATE = frozenset(
    {
        *("reference", "phone_kind", "phone_shared", "phone_with_others", "zone", "language"),
        *("text_consent", "texts_held", "opted_out", "deceased", "enrolled_at", "started_at"),
        *("in_hospital", "phone_doubted", "restricted_at"),
    }
)
"""What says nothing of who she is: all that somebody who runs the system needs."""
CLINICAL = frozenset(ReferralNotes.model_fields)
REACHING = frozenset({*StoredPatient.model_fields, *Details.model_fields})


def visible_to(role: Role) -> frozenset[str]:
    """The names of the fields that this role sees, and may change where they can be changed."""
    if role in CLINICIANS or role is Role.PRIVACY_OFFICER:
        return REACHING | CLINICAL
    if role is Role.COORDINATOR:
        return REACHING
    return STATE if role is Role.OPS else frozenset()


def only_visible(
    role: Role, fields: Mapping[str, Any], *, restricted: bool = False
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields for this role to see, and the names of those withheld from it."""
    seen = visible_to(role) & STATE if restricted else visible_to(role)
    shown = {name: value for name, value in fields.items() if name in seen}
    return shown, tuple(name for name in fields if name not in seen)


def visible_row(row: R, reader: Role | None) -> R:
    """A line as this reader may see it; None sees what a coordinator may.

    Of a restricted record others see no more than that either, and not who it is.
    """
    role = reader or Role.COORDINATOR
    hidden = row.restricted and role is not Role.PRIVACY_OFFICER
    seen = frozenset[str]() if hidden else visible_to(role)
    role = Role.COORDINATOR if hidden else role
    names = [n for n in NAMING if n in type(row).model_fields and n not in seen]
    update: dict[str, Any] = dict.fromkeys(names)
    if isinstance(row, WorkRow):
        update["owed"] = seen_by(row.owed, role)
    elif row.by_clinician and role not in CLINICIANS:
        update["note"] = None
    return row.model_copy(update=update)
