"""What happens on the day of treatment, from the preparation to leaving."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from pathway.facts.common import Signature
from pathway.model import Instant, Model, Sentence, StaffId
from pathway.protocol import EscortWay


class Preparation(Model):
    """The session before an infusion; `signed.happened_at` is when it was held."""

    was_psychotherapy_of: int | None = None
    """The treatment whose psychotherapy session was this one too (rule 10)."""
    stated_by: Sentence | None = None
    """Whoever held it where she has no sign-in; `signed.by` has taken it down (rule 9)."""
    signed: Signature


Chair = Annotated[str, StringConstraints(pattern=r"^[\w][\w .-]{0,19}$")]
"""A chair or room, as the clinic calls it."""


class Arrival(Model):
    """She is in the building; `signed.happened_at` is when she came."""

    chair: Chair | None = None
    nurse: StaffId | None = None
    """Who looks after her."""
    for_visit: bool = False
    """Her visit stood in the calendar on that day; if it falls, she is not waiting for it."""
    gone: Signature | None = None
    """When she went home without an infusion."""
    gone_because: Sentence | None = None
    signed: Signature


class Pause(Model):
    """The medicine stood still; what it took does not count as observation (rule 13)."""

    since: Instant
    until: Instant | None = None
    """None while it lasts."""
    reason: Sentence | None = None
    signed: Signature


class StopReason(StrEnum):
    """Why an infusion was not given to its end."""

    BLOOD_PRESSURE = "blood_pressure"
    SYMPTOMS_WITH_BLOOD_PRESSURE = "symptoms_with_blood_pressure"
    CHEST_PAIN = "chest_pain"
    SATURATION = "saturation"
    BREATHING = "breathing"
    SEDATION = "sedation"
    DISSOCIATION = "dissociation"
    AGITATION = "agitation"
    ALLERGY = "allergy"
    VOMITING = "vomiting"
    LINE_FAILED = "line_failed"
    PATIENT_ASKED = "patient_asked"
    OTHER = "other"


class Infusion(Model):
    dose_mg_per_kg: float | None = Field(default=None, gt=0)
    """None where the protocol doses in milligrams."""
    milligrams: float | None = Field(default=None, gt=0)
    """As shown, and confirmed by two people (rule 12)."""
    confirmed_by: StaffId | None = None
    supervisor: StaffId | None = None
    """The clinician who supervises it, where that is not the one who started it."""
    started_at: Instant
    start_signed: Signature
    override: Sentence | None = None
    """Why a prescriber opened a gate that was shut."""
    overridden: tuple[Sentence, ...] = ()
    """The gates that were shut when she did."""
    deviations: tuple[Sentence, ...] = ()
    """What the protocol would have refused, had it not already happened."""
    already_running: Sentence | None = None
    """How it came to run, as whoever recorded the start has stated it."""
    pauses: tuple[Pause, ...] = ()
    ended_at: Instant | None = None
    complete: bool | None = None
    milligrams_given: float | None = Field(default=None, ge=0)
    """0 if no medicine reached her; None if the amount is not recorded."""
    stopped_for: StopReason | None = None
    end_reason: Sentence | None = None
    end_signed: Signature | None = None

    @property
    def paused_since(self) -> Instant | None:
        """Since when it stands still; None while it runs, or has ended."""
        last = self.pauses[-1] if self.pauses else None
        return last.since if last and last.until is None and self.ended_at is None else None

    def stood_still(self, until: datetime) -> timedelta:
        """How long it had been paused by then."""
        spans = ((p.since, min(p.until or until, until)) for p in self.pauses)
        return sum((max(ends - since, timedelta(0)) for since, ends in spans), timedelta(0))

    @property
    def ran_for(self) -> timedelta | None:
        """How long the medicine ran, without its pauses; None while it runs."""
        if self.ended_at is None:
            return None
        return self.ended_at - self.started_at - self.stood_still(self.ended_at)

    @property
    def no_drug_given(self) -> bool:
        return self.milligrams_given == 0


class LeavingBy(StrEnum):
    """How a patient left the building. The last two are facts that nothing may refuse."""

    SIGNED_OFF = "signed_off"
    AGAINST_ADVICE = "against_advice"
    TRANSFERRED = "transferred"


class Discharge(Model):
    way: LeavingBy
    note: Sentence | None = None
    padss: int | None = Field(default=None, ge=0, le=10)
    """The discharge score that the signing clinicians saw."""
    pressure_note: Sentence | None = None
    """A clinician's word on a blood pressure that is still up (rule 14)."""
    escort: EscortWay | None = None
    escort_named: bool = False
    """Another adult than the preflight knows stands in the records by name (rule 12)."""
    escort_reached: bool = False
    """That adult's phone was reached."""
    printed_sheet: bool = False
    """She took the printed sheet, and was told the numbers to call in person (rule 19)."""
    deviations: tuple[Sentence, ...] = ()
    """What was missing when she left."""
    also_signed: tuple[Signature, ...] = ()
    signed: Signature
