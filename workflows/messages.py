"""What crosses the line between the workflow and its activities.

Activities are called by these names with one model and answer with one model, so that
workflows never import a driver or a client, and a field can be added later.
"""

from datetime import date
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from pathway.calendar import Calendar
from pathway.facts.entering import LinkedJourney
from pathway.journey import Contact, Journey
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.overview import OwedRow
from pathway.protocol import Protocol, Template

TASK_QUEUE = "waymark"
"""Workflows, records and pages."""


def text_queue(task_queue: str) -> str:
    """The queue of patients' texts alone, rate-limited to what the sender's number may send."""
    return f"{task_queue}-texts"


WRITE_JOURNAL = "write_journal"
SEND_TEXT = "send_text"
LOOK_UP_TEXT = "look_up_text"
SEND_PAGE = "send_page"
ALERT_OPS = "alert_ops"
WATCH_JOURNEYS = "watch_journeys"
WATCH_BACKLOG = "watch_backlog"
WATCH_ENDED = "watch_ended"

NOT_SENT = "NotSent"
"""The type of the error by which a text's activity says: certainly not sent, try again."""


class JournalRow(Model):
    """One event of a journey, as the records keep it."""

    number: int = Field(ge=1)
    kind: str
    at: Instant
    """When the journey took the event up (workflow time)."""
    payload: str
    """The event as canonical JSON."""
    content_hash: str
    """SHA-256 over kind, instant and payload: tells a rewritten row from a repeated one."""


class JourneySnapshot(Model):
    """The journey as lists show it; replaces the one before."""

    stage: str
    treatment: int | None = None
    escalation: str | None = None
    """The highest level of an open escalation."""
    waits_for: str
    due: Instant | None = None
    texts_held: bool = False
    opted_out: bool = False
    deceased: bool = False
    ended: bool = False
    owed: tuple[OwedRow, ...] = ()
    next_at: Instant | None = None
    """When the next item of the agenda is due; by this the watch sees what is late."""
    next_act: str | None = None
    """What that item does; `nothing` when nothing is due by itself."""


class JournalBatch(Model):
    """Rows to write in one transaction, numbered without gaps."""

    reference: PathwayReference
    rows: tuple[JournalRow, ...]
    confirmed_through: int = Field(ge=0)
    """Rows up to this number are known to stand in the workflow's history.

    A row above it is provisional: its workflow task may still be lost, and the next command
    would then take the same number.
    """
    snapshot: JourneySnapshot
    as_of: Instant


class JournalWritten(Model):
    through: int
    """The highest number that the records now hold from this batch."""
    replaced: tuple[int, ...] = ()
    """Numbers whose row held other content and was set aside."""


class SendText(Model):
    """One text to one patient. Numbers, names and words are looked up where it is sent."""

    reference: PathwayReference
    intent: str
    """Stable over every attempt: the agenda's key under the journey's reference."""
    template: Template
    appointment_at: Instant | None = None
    """The moment that its words name."""
    digits: dict[str, str] = Field(default_factory=dict)
    """The digit that she answers with, by what it means, where the text asks for one."""
    words: str | None = None
    """Where the records keep what a member of staff wrote, where the text says that."""
    as_of: Instant
    """The journey's own time; all times outside the workflow are measured from it."""


class TextStatus(StrEnum):
    SENT = "sent"
    WITHHELD = "withheld"
    """Not sent because the records forbid it now: a hold, an opt-out, no number."""
    REFUSED = "refused"
    """The provider said no for good."""
    AMBIGUOUS = "ambiguous"
    """Nobody knows: the provider may have taken it. Never sent again blindly."""


class TextOutcome(Model):
    status: TextStatus
    reason: str
    """A short code: delivered_to_provider, opted_out, landline, number_invalid, timeout ..."""
    provider_code: int | None = None


class LookUpText(Model):
    reference: PathwayReference
    intent: str
    last: bool
    """The last time: if the provider knows no single match, a person takes it over."""
    withdrawn: bool = False
    """It is no longer due: what has not left does not leave, and nobody does it instead."""
    as_of: Instant


class LookUpOutcome(Model):
    found: Literal["one", "none", "several", "not_posted"]
    """`not_posted`: it certainly never left us."""


class SendPage(Model):
    """A page to whoever fills a role at this moment, or to one named person."""

    reference: PathwayReference
    escalation: str
    key: str
    """The rung's agenda key: two attempts of one page are one page."""
    role: str
    person: StaffId | None = None
    level: str
    what: str
    """A reference, what is due, since when. Never a name, never anything clinical."""
    since: Instant
    as_of: Instant
    all_clear: bool = False
    """Nothing is needed any more: told to whom was paged before."""


class PageOutcome(Model):
    reached: tuple[StaffId, ...]
    """Those who were paged; empty when nobody fills the role now."""


class OpsAlert(Model):
    reference: PathwayReference
    code: str
    """What went wrong, as a code: nobody_reachable, task_failed ..."""
    detail: str
    """An agenda key or the name of an exception's type; never its message."""
    as_of: Instant


class OpsAlerted(Model):
    pass


class WatchPage(Model):
    """Some of the open journeys, in the order of their references."""

    after: str = ""
    """The last reference of the page before."""
    as_of: Instant
    """When the round began: what is late is measured by it."""


class WatchedPage(Model):
    last: str | None
    """None when no journey is left."""
    journeys: int
    mended: int
    """Journals that were made to follow their history again."""


class WatchRound(Model):
    """A whole round of the watch, without a gap."""

    as_of: Instant
    """When it began."""
    journeys: int
    mended: int


class WatchEnded(Model):
    open: int
    """Findings that are open now."""


class PatientContact(Model):
    """What the journey must know about reaching the patient; the rest stays in the records."""

    zone: str | None
    """IANA name; None holds texts to hours that are decent in every zone of the country."""
    language: str = "en"
    mobile: bool
    """False: landline or no number, so every text becomes a call."""
    phone_shared: bool = False
    text_consent: bool
    born: date | None = None


class Answered(Model):
    """A command that was taken up: the same key gives the same answer, without acting again."""

    fingerprint: str
    """SHA-256 of the command, to tell a repetition from a key used twice."""
    number: int
    """The number of the journey's last event after it."""


class Answer(Model):
    """What a command's caller is told."""

    number: int
    """The number of the journey's last event: the records are up to date from there on."""
    happened: tuple[str, ...] = ()
    """The kinds of the events it gave; empty when it changed nothing."""
    repeated: bool = False
    """True when this key had been answered before."""


class Opening(Model):
    """What a new journey begins with; the whole protocol and calendar travel with it."""

    reference: PathwayReference
    protocol: Protocol
    calendar: Calendar
    contact: Contact
    linked: LinkedJourney | None = None
    """The journey she had before, where this one readmits her."""


class Carried(Model):
    """What a run hands to the next when it continues as new."""

    journey: Journey
    answers: dict[str, Answered]
    confirmed_through: int = 0
    """The journal rows that history vouches for; a run ends only when they are all written."""


class JourneyStart(Model):
    """The workflow's one argument: an opening, or what the run before carried over."""

    opening: Opening | None = None
    carried: Carried | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.opening is None) is (self.carried is None):
            raise ValueError("a journey is either opened or carried over")
        return self


class JourneyOutcome(Model):
    """How a journey ended, as a business status: a journey never fails."""

    reference: PathwayReference
    outcome: str
    treatments: int
    events: int
