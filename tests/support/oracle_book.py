"""What the oracle has written down for itself: only from commands taken up and from events."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pathway.journey import Contact


@dataclass(frozen=True)
class Stands:
    """An appointment as it stands in the calendar."""

    at: datetime
    minutes: int
    revision: int
    booked_at: datetime

    @property
    def ends(self) -> datetime:
        return self.at + timedelta(minutes=self.minutes)


@dataclass
class Cycle:
    """One treatment, as far as the order of its steps and its times go."""

    opened_at: datetime
    came_at: datetime | None = None
    prepared_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    left_at: datetime | None = None
    walked_out: list[datetime] = field(default_factory=list)
    """When she left visits at which nothing is known to have begun."""
    session_at: datetime | None = None
    talked: bool = False
    """The session took place, be it late."""
    decided: str | None = None
    in_force: bool = False
    stood: list[str] = field(default_factory=list)
    """Decisions in force that another was taken instead of."""
    ordered_days: int | None = None
    appointments: dict[str, Stands] = field(default_factory=dict)


@dataclass
class Climb:
    """An escalation that is open."""

    step: str | None
    about: str | None
    treatment: int | None
    ladder: str
    revision: int | None = None
    """Of the session's appointment as it stood then."""
    grave: bool = False
    """Only a clinician may stop its pages."""
    opened_at: datetime | None = None
    taken: tuple[str, datetime] | None = None
    """Who took it last, and when."""
    owned_until: datetime | None = None
    """Until when its owner said that she has it; None while it is nobody's."""


@dataclass(frozen=True)
class Flag:
    """A safety flag that nobody has lifted."""

    raised_at: datetime
    kind: str
    tier: str
    escalation: str | None = None

    @property
    def of_her_body(self) -> bool:
        return self.kind in OF_HER_BODY


@dataclass(frozen=True)
class Asked:
    """A direct screen that stands: what was not answered with no, and who may have asked."""

    at: datetime
    found: frozenset[str]
    by_an_assessor: bool


@dataclass(frozen=True)
class Named:
    """What an assessor said is long known of her, whatever screens say."""

    at: datetime
    found: frozenset[str]
    item9: int | None


OF_HER_BODY = {
    "symptomatic_high_blood_pressure",
    "respiratory_depression",
    "persistent_dissociation",
    "serious_adverse_event",
}


@dataclass(frozen=True)
class Judged:
    """What a clinician last said of her risk, by the time she said it of."""

    at: datetime
    until: datetime
    comes_back: bool
    """The start is shut again once it has run out."""


@dataclass(frozen=True)
class Buried:
    """What stood when her death was recorded; it stands again if that was a mistake."""

    climbs: dict[str, Climb]
    flags: dict[str, Flag]
    over: bool


ASSESSED_FOR, REVIEWED_FOR = timedelta(days=90), timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """What an assessment, or an interval review, said of her: findings by name."""

    at: datetime
    suitable: bool
    found: dict[str, str]


@dataclass
class Form:
    """What was asked and measured on one clinic day before a start."""

    day: date
    weighed: bool = False
    pressures: tuple[int, int] | None = None
    pressure_allowed: bool = False
    others_stop: bool = False
    """Saturation, heart or breath would stop an infusion."""
    answers: dict[str, str] = field(default_factory=dict)


@dataclass
class Sent:
    """A text that has gone, or may have."""

    key: str
    template: str
    at: datetime
    about: datetime | None
    agreed: tuple[int, int] = (0, 0)
    """Her phone and consent as they then were, each counted."""


@dataclass
class Book:
    now: datetime
    clinic: str
    country: tuple[str, ...]
    contact: Contact
    doubted: bool = False
    held: bool = False
    hospital: bool = False
    paused: bool = False
    leaving: bool = False
    over: bool = False
    dead: bool = False
    buried: Buried | None = None
    entry: Said | None = None
    """The assessment of the latest day, however late it was entered."""
    review: Said | None = None
    cleared: set[str] = field(default_factory=set)
    assessed: bool = False
    consents: bool = False
    consented_at: datetime | None = None
    contact_at: datetime | None = None
    assessment_at: Stands | None = None
    cycles: dict[int, Cycle] = field(default_factory=dict)
    returned: bool = False
    opened_early: set[int] = field(default_factory=set)
    """Treatments that only an infusion which has happened can have opened."""
    form: Form | None = None
    screened: list[tuple[int, date]] = field(default_factory=list)
    scored: dict[str, list[datetime]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    """Direct screens as they stand, the latest entry last."""
    item9: list[int] = field(default_factory=list)
    """Answers to item 9 as they stand, the latest entry last."""
    named: list[Named] = field(default_factory=list)
    flags: dict[str, Flag] = field(default_factory=dict)
    risk: Judged | None = None
    held_doses: set[str] = field(default_factory=set)
    climbs: dict[str, Climb] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    ended: dict[str, Climb] = field(default_factory=dict)
    """Escalations that were closed, as they last stood."""
    spoken_for: dict[tuple[int, int | None], datetime | None] = field(default_factory=dict)
    """Missed sessions that a person has dealt with, as they then stood in the calendar; until
    when, where a clinician has only said that it can wait."""
    wrote: list[datetime] = field(default_factory=list)
    unread: list[datetime] = field(default_factory=list)
    """When she wrote what no person has dealt with."""
    asked_after: set[int] = field(default_factory=set)
    """Treatments after which she was asked how she feels, or a person in her place."""
    missed_answers: set[int] = field(default_factory=set)
    """Treatments after which somebody was told that she has not answered."""
    felt: set[int] = field(default_factory=set)
    """Treatments after which she has said how she feels."""
    failed: set[str] = field(default_factory=set)
    """Texts that are known not to have reached her."""
    started: set[str] = field(default_factory=set)
    texts: dict[str, Sent] = field(default_factory=dict)
    agreements: int = 0
    """How often she has agreed to texts after she had not."""

    @property
    def agreed(self) -> tuple[int, int]:
        return self.contact.phone_changes, self.agreements

    @property
    def has_opt_in_text(self) -> bool:
        """Whether what texts are was sent to this phone for this consent, or is on its way."""
        arrived = (t for t in self.texts.values() if t.key not in self.failed)
        return any(t.template == "welcome" and t.agreed == self.agreed for t in arrived)

    @property
    def suitable(self) -> bool:
        last = self.review or self.entry
        return last is not None and last.suitable

    @property
    def found(self) -> set[str]:
        said = {**(self.entry.found if self.entry else {})}
        said |= self.review.found if self.review else {}
        return {name for name, found in said.items() if found == "present"}

    @property
    def good_until(self) -> datetime | None:
        """When the assessment goes stale."""
        if self.entry is None:
            return None
        review = self.review.at + REVIEWED_FOR if self.review else self.entry.at
        return max(self.entry.at + ASSESSED_FOR, review)

    @property
    def number(self) -> int:
        return max(self.cycles, default=0)

    @property
    def cycle(self) -> Cycle | None:
        return self.cycles.get(self.number)

    @property
    def course_over(self) -> bool:
        cycle = self.cycle
        ends = {"complete", "discontinue", "refer"}
        return cycle is not None and cycle.in_force and cycle.decided in ends

    @property
    def reachable(self) -> bool:
        c = self.contact
        return (
            c.mobile
            and c.text_consent
            and not c.opted_out
            and not c.phone_shared
            and not self.doubted
        )
