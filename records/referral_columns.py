"""The columns of a referral file: their names, how each is read, what a row of them makes."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from records import referral_values as values
from records.details import COMPANIONS
from records.patient_model import Companion, Details, EnrolmentRow

Meaning = Callable[[str], object]

REQUIRED = ("given_name", "family_name", "born", "phone")
_OF_COMPANION = ("name", "phone", "relation", "may_be_told")
_DETAILS = tuple(name for name in Details.model_fields if name not in COMPANIONS)
# Where she is on a day is said on that day, not in a referral.
_NOT_REFERRED = frozenset({"whereabouts", "whereabouts_on"})
OPTIONAL = (
    "record_number",
    "phone_kind",
    "phone_shared",
    "zone",
    "language",
    "text_consent",
    "antidepressant_trials",
    "substance_use",
    "referred_by",
    "note",
    *(name for name in _DETAILS if name not in _NOT_REFERRED),
    *(f"{kind}_{part}" for kind in COMPANIONS for part in _OF_COMPANION),
)
ALIASES = {
    "mrn": "record_number",
    "first_name": "given_name",
    "last_name": "family_name",
    "dob": "born",
    "birth_date": "born",
    "date_of_birth": "born",
    "phone_number": "phone",
    "mobile": "phone",
    "time_zone": "zone",
    "timezone": "zone",
    "notes": "note",
    "emergency_contact": "emergency_contact_name",
    "escort": "escort_name",
    "therapist": "treating_therapist",
}


class CellError(Exception):
    """Cells that cannot be read: (column, why), the first being the one to show."""

    def __init__(self, wrong: list[tuple[str, str]]) -> None:
        super().__init__("a cell cannot be read")
        self.wrong = wrong


def enrolment_of(
    cells: Mapping[str, str], *, today: date, age_min: int, region: str
) -> EnrolmentRow:
    """What the cells of a row say; a column that the file does not have is read as empty.

    Raises CellError with everything that is wrong in the row.
    """
    meanings = _meanings(cells.get("phone_kind", ""), today, age_min, region)
    read: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for column, meaning in meanings.items():
        try:
            read[column] = meaning(cells.get(column, ""))
        except ValueError as error:
            wrong.append((column, str(error)))
    wrong += _without_a_name(cells)
    if wrong:
        raise CellError(wrong)
    read["phone_e164"], read["phone_kind"] = read.pop("phone")
    read["phone_with_others"] = read.pop("phone_shared")
    return EnrolmentRow(details=_details(read), **read)


def _meanings(kind: str, today: date, age_min: int, region: str) -> dict[str, Meaning]:
    return {
        **identity_meanings(today, age_min),
        "phone": partial(values.phone, kind=kind, region=region),
        "phone_shared": values.yes_or_no,
        "zone": values.zone,
        "language": values.language,
        "text_consent": values.yes_or_no,
        "antidepressant_trials": partial(values.words, longest=500),
        "substance_use": partial(values.words, longest=500),
        **detail_meanings(today, region),
    }


def identity_meanings(today: date, age_min: int) -> dict[str, Meaning]:
    """How the columns are read that say who she is."""
    return {
        "record_number": partial(values.words, longest=60),
        "given_name": values.person_name,
        "family_name": values.person_name,
        "born": partial(values.birth_date, today=today, age_min=age_min),
        "referred_by": partial(values.words, longest=200),
        "note": partial(values.words, longest=500),
    }


def detail_meanings(today: date, region: str) -> dict[str, Meaning]:
    """How the columns are read that say how staff reach and receive her."""
    return {
        "address": partial(values.words, longest=300),
        "whereabouts": partial(values.words, longest=300),
        "treating_therapist": partial(values.words, longest=100),
        "safe_times": partial(values.words, longest=200),
        "safe_ways": partial(values.words, longest=200),
        "interpreter": partial(values.words, longest=60),
        "phone_confirmed_on": partial(values.past_date, today=today),
        **{
            f"{kind}_{part}": meaning
            for kind in COMPANIONS
            for part, meaning in _companion_meanings(region).items()
        },
    }


def _companion_meanings(region: str) -> dict[str, Meaning]:
    return {
        "name": values.name_or_none,
        "phone": partial(values.other_phone, region=region),
        "relation": partial(values.words, longest=60),
        "may_be_told": partial(values.words, longest=300),
    }


def _without_a_name(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """Somebody of whom much is said, but not who it is."""
    return [
        (f"{kind}_name", "is empty, but the row says more of this person")
        for kind in COMPANIONS
        if not cells.get(f"{kind}_name")
        and any(cells.get(f"{kind}_{part}") for part in _OF_COMPANION)
    ]


def _details(read: dict[str, Any]) -> Details:
    """Takes the details out of what was read."""
    people = {
        kind: {part: read.pop(f"{kind}_{part}") for part in _OF_COMPANION} for kind in COMPANIONS
    }
    known = {kind: Companion.model_validate(said) for kind, said in people.items() if said["name"]}
    rest = {name: read.pop(name) for name in _DETAILS if name in read}
    return Details.model_validate({**rest, **known})
