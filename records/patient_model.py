"""What the records say of a patient, as values. Names and numbers stay out of their repr."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from pathway.model import Instant, Model, PathwayReference


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    NONE = "none"
    UNKNOWN = "unknown"
    """Numbers of the United States do not tell; treated as a mobile until a text fails."""


class Contact(Model):
    """How a patient may be reached."""

    phone_e164: str | None = Field(default=None, pattern=r"^\+[1-9]\d{6,14}$", repr=False)
    phone_kind: PhoneKind = PhoneKind.NONE
    zone: str | None = None
    """IANA name of where she lives; None when nobody has asked."""
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    text_consent: bool = False
    phone_with_others: bool = False
    """She has said that others read this phone too: she is called there, not texted."""

    @model_validator(mode="after")
    def _a_phone_has_a_kind(self) -> "Contact":
        if (self.phone_e164 is None) != (self.phone_kind is PhoneKind.NONE):
            raise ValueError("the phone's kind is none exactly when there is no phone")
        return self


class Companion(Model):
    """Somebody beside her: the emergency contact, or the escort who takes her home."""

    name: str = Field(min_length=1, max_length=100, repr=False)
    phone: str | None = Field(default=None, pattern=r"^\+[1-9]\d{6,14}$", repr=False)
    relation: str | None = Field(default=None, max_length=60, repr=False)
    may_be_told: str | None = Field(default=None, max_length=300, repr=False)
    """In her own words; None: nothing."""


class Details(Model):
    """What staff must know to reach and receive a patient. Nothing clinical."""

    address: str | None = Field(default=None, max_length=300, repr=False)
    whereabouts: str | None = Field(default=None, max_length=300, repr=False)
    """Where she is on `whereabouts_on`, when a session is held at a distance."""
    whereabouts_on: date | None = None
    treating_therapist: str | None = Field(default=None, max_length=100, repr=False)
    """A staff id, or the name of somebody outside the clinic."""
    safe_times: str | None = Field(default=None, max_length=200, repr=False)
    safe_ways: str | None = Field(default=None, max_length=200, repr=False)
    interpreter: str | None = Field(default=None, max_length=60)
    """The language to interpret; None when none is needed."""
    phone_confirmed_on: date | None = None
    emergency_contact: Companion | None = Field(default=None, repr=False)
    escort: Companion | None = Field(default=None, repr=False)

    @property
    def empty(self) -> bool:
        return self == Details()


class EnrolmentRow(Contact):
    """A referral, checked: what it takes to enrol a patient."""

    record_number: str | None = Field(default=None, min_length=1, max_length=60, repr=False)
    given_name: str = Field(min_length=1, max_length=100, repr=False)
    family_name: str = Field(min_length=1, max_length=100, repr=False)
    born: date = Field(repr=False)
    referred_by: str | None = Field(default=None, max_length=200, repr=False)
    note: str | None = Field(default=None, max_length=500, repr=False)
    """For coordinators: an interpreter, when to call. Nothing clinical."""
    antidepressant_trials: str | None = Field(default=None, max_length=500, repr=False)
    """In the referrer's words, kept apart from the patient's row; for clinicians."""
    substance_use: str | None = Field(default=None, max_length=500, repr=False)
    """Likewise."""
    details: Details = Details()


class Enrolled(Model):
    """What became of an enrolment."""

    reference: PathwayReference
    created: bool
    """False: she was enrolled already, and nothing was written."""
    shares_phone_with: tuple[PathwayReference, ...] = ()
    """Other patients on this phone. Their journeys must be told: they are called, not texted."""


class Otherwise(StrEnum):
    """What tells the patient of a record number from whoever a row gives it to."""

    BORN = "another birth date"
    NAMES = "another given and family name"


_MEND = {
    Otherwise.BORN: "if the date there is wrong, put it right with "
    "`waymark patient change {reference} --born DATE`",
    Otherwise.NAMES: "if it is the same patient under a new name, write that down with "
    "`waymark patient change {reference}`",
}


class NumberInUse(Model):
    """A row that enrols nobody: its record number is that of somebody else, or mistyped."""

    reference: PathwayReference
    """Who has the number."""
    otherwise: Otherwise

    @property
    def reason(self) -> str:
        """What is wrong with the number and what to do, without a name or a date."""
        mend = _MEND[self.otherwise].format(reference=self.reference)
        return (
            f"is that of {self.reference} already, with {self.otherwise}: compare the number; "
            f"`waymark patient show {self.reference}` shows whose it is; {mend}"
        )


class StoredPatient(Model):
    """A patient's row, without what only clinicians read."""

    reference: PathwayReference
    record_number: str | None = Field(repr=False)
    given_name: str = Field(repr=False)
    family_name: str = Field(repr=False)
    born: date = Field(repr=False)
    phone_e164: str | None = Field(repr=False)
    phone_kind: PhoneKind
    phone_shared: bool
    """With others or with another patient: she is called, not texted."""
    phone_with_others: bool
    zone: str | None
    language: str
    text_consent: bool
    texts_held: bool
    opted_out: bool
    deceased: bool
    in_hospital: bool
    phone_doubted: bool
    """Nobody has confirmed that the number is hers, since somebody doubted it."""
    referred_by: str | None = Field(repr=False)
    note: str | None = Field(repr=False)
    restricted_at: Instant | None = None
    """Since when only the privacy officer sees her, once no journey of hers is open."""
    enrolled_at: Instant
    started_at: Instant | None
    """When her workflow was started; None until then."""


class ReferralNotes(Model):
    """What the referral said for clinicians, in the referrer's words."""

    antidepressant_trials: str | None = Field(repr=False)
    substance_use: str | None = Field(repr=False)
