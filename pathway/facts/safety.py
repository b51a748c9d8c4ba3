"""What is known of a patient's safety: screens, flags, a clinician's assessments."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from pathway.facts.common import Signature
from pathway.model import Instant, Model, Sentence, StaffId
from pathway.protocol import BODILY, FlagKind, ItemName, ScreenAt, Tier


class ScreenAnswers(Model):
    """The answers to the four suicide screening questions and the question about acuity.

    None is a question that was not answered; it never counts as a no.
    """

    wished_dead: bool | None = None
    better_off_dead: bool | None = None
    thoughts_of_killing: bool | None = None
    ever_tried: bool | None = None
    tried_within_days: int | None = Field(default=None, ge=0, le=36_500)
    """How long ago the last attempt was."""
    thoughts_now: bool | None = None
    """The acuity question, asked after any yes."""
    intent: bool = False
    """A plan or an intent, as the clinician heard it."""

    @property
    def not_no(self) -> tuple[str, ...]:
        """The questions that were not answered with no, by name."""
        return tuple(q.value for q in ScreenQuestion if getattr(self, q.value) is not False)

    @property
    def positive(self) -> bool:
        return bool(self.not_no) or bool(self.thoughts_now) or self.intent


class ScreenQuestion(StrEnum):
    """The four questions of the direct screen, as its answers name them."""

    WISHED_DEAD = "wished_dead"
    BETTER_OFF_DEAD = "better_off_dead"
    THOUGHTS_OF_KILLING = "thoughts_of_killing"
    EVER_TRIED = "ever_tried"


class SuicideScreen(Model):
    """A direct screen. Item 9 of a questionnaire never stands in for it."""

    answers: ScreenAnswers
    asked_at: ScreenAt
    remote: bool = False
    treatment: int | None = None
    signed: Signature


class ScreenResult(Model):
    """What a direct screen of a treatment came to."""

    asked_at: ScreenAt
    at: Instant
    positive: bool


def result_of(screen: SuicideScreen) -> ScreenResult:
    at, positive = screen.signed.happened_at, screen.answers.positive
    return ScreenResult(asked_at=screen.asked_at, at=at, positive=positive)


class RiskLevel(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class KnownFrom(Model):
    """Where what was known of a risk comes from, so that a corrected entry takes its part along."""

    named: tuple[str, ...] = ()
    """What assessors said of themselves is long known; no correction of a screen takes it."""
    screens_after: Instant | None = None
    """The screens after this moment were before the assessor; None is every one."""
    item9_named: bool = False
    """The assessor said it, and took it from no questionnaire."""


class RiskAssessment(Model):
    """A clinician's judgement after a flag: it alone lifts what the flag blocks (rule 18)."""

    level: RiskLevel
    plan: Sentence
    good_until: Instant
    known: tuple[str, ...] = ()
    """The screen's questions that were not answered with no when she was assessed."""
    item9: int | None = None
    """Item 9 of the depression questionnaire as it was then known."""
    known_from: KnownFrom = KnownFrom()
    acute: bool = False
    """It answered a flag of the highest tier."""
    signed: Signature

    @property
    def shuts_when_stale(self) -> bool:
        """Whether what it lifted comes back once it has run out."""
        return self.level is RiskLevel.HIGH or (self.acute and self.level is RiskLevel.MODERATE)


class SafetyFlag(Model):
    id: str
    kind: FlagKind
    tier: Tier
    raised_at: Instant
    raised_by: StaffId | None = None
    treatment: int | None = None
    escalation: str | None = None
    """The escalation it opened, if its tier pages at once."""
    assessed_at: Instant | None = None
    uncovered_since: Instant | None = None
    """When the escalation over it was closed without an assessment."""

    @property
    def open(self) -> bool:
        return self.assessed_at is None

    @property
    def bodily(self) -> bool:
        return self.kind in BODILY


class Seriousness(StrEnum):
    """What makes an adverse event a serious one."""

    DEATH = "death"
    LIFE_THREATENING = "life_threatening"
    HOSPITALISATION = "hospitalisation"
    PERSISTENT_DISABILITY = "persistent_disability"
    CONGENITAL_ANOMALY = "congenital_anomaly"
    MEDICALLY_IMPORTANT = "medically_important"


class Severity(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Relatedness(StrEnum):
    UNRELATED = "unrelated"
    POSSIBLE = "possible"
    PROBABLE = "probable"
    DEFINITE = "definite"
    NOT_JUDGED = "not_judged"


class AdverseEvent(Model):
    number: int = Field(ge=1)
    what: Sentence
    severity: Severity
    serious: tuple[Seriousness, ...] = ()
    related: Relatedness = Relatedness.NOT_JUDGED
    action: Sentence | None = None
    """What was done with the medicine, and for her."""
    outcome: Sentence | None = None
    treatment: int | None = None
    signed: Signature


class DoseHold(Model):
    """The next dose waits for a clinician's look at a finding (rule 24)."""

    item: ItemName
    since: Instant
    review_due: Instant | None = None
    signed: Signature


class ToldWhom(StrEnum):
    ESCORT = "escort"
    EMERGENCY_CONTACT = "emergency_contact"
    POLICE = "police"
    COURT = "court"
    OTHER_CLINICIAN = "other_clinician"
    OTHER = "other"


DisclosureId = Annotated[str, StringConstraints(pattern=r"^D-[0-9a-f]{16}$")]
"""The opaque name under which the records keep who was told what and why."""


class Disclosure(Model):
    """Something was told to somebody about her: who, what, why (rule 29).

    Whose name it was, what and why stand in the records alone, under `id`.
    """

    to: ToldWhom
    id: DisclosureId | None = None
    name: Sentence | None = None
    """This and the next two only in journals from before the records kept the words."""
    what: Sentence | None = None
    why: Sentence | None = None
    signed: Signature
