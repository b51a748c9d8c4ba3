"""The JSON documents of the commands. Their keys stay; new ones may be added."""

from datetime import date
from typing import Any

from pydantic import Field

from pathway.decision_page import DecisionPage
from pathway.facts import Step
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.overview import Comes, Overview
from pathway.preview import Preview
from pathway.protocol import Level
from records.comparing import Differences
from records.details import Change
from records.rebuilding import Rebuilt
from records.today import Today


class Version(Model):
    version: str
    build: str
    """Version and a hash of the code that decides what a journey does."""


class OfJourneys(Model):
    """A document about journeys, as far as it shows any."""

    demonstration: bool = False
    """True: the clinic or the protocol is invented, and nothing in it is for a real patient."""


class LinkGiven(OfJourneys):
    """A link to hand to somebody; whoever holds it answers in her name."""

    reference: PathwayReference
    asks: str
    """session, or recommendation."""
    whom: str
    """The staff id of the therapist, or treating_therapist where she is nobody's staff."""
    url: str
    expires_at: Instant


class RefusedWith(Model):
    code: str
    sentence: str


class Done(OfJourneys):
    """What became of a command."""

    reference: PathwayReference
    command: str
    key: str
    number: int | None
    """The number of the journey's last event; null when it was refused or had ended."""
    happened: tuple[str, ...] = ()
    """The kinds of the events it gave; empty when it changed nothing."""
    repeated: bool = False
    """True when this key had been answered before."""
    refused: RefusedWith | None = None
    note: str | None = None


class Previewed(OfJourneys):
    """What a command would do; it was not given."""

    reference: PathwayReference
    command: str
    preview: Preview


class NewPatient(Model):
    """One row that is in."""

    line: int | None
    """The file's line; null for a patient given by options."""
    reference: PathwayReference
    enrolled: bool
    """False: she was enrolled already."""


class BadLine(Model):
    """One row that is not in, and why; nothing of its content."""

    line: int | None
    field: str
    reason: str
    also: tuple[str, ...] = ()
    """Other columns of the row in which something is wrong."""


class Enrolment(OfJourneys):
    rows: tuple[NewPatient, ...]
    enrolled: int
    there: int
    """Enrolled already, by an earlier row or an earlier file."""
    bad: tuple[BadLine, ...]
    notes: tuple[str, ...]
    """What a person should know about how the file was read."""
    started: tuple[PathwayReference, ...]
    """Journeys started now, earlier patients' included."""
    not_started: tuple[PathwayReference, ...]
    """Enrolled, and not started within the command's patience: a worker's sweep does it."""
    unanswered: bool
    """True when Temporal gave no answer."""
    not_for_patients: str | None = None
    """Why the protocol may not treat this clinic's patients; no journey was started then."""
    told: tuple[PathwayReference, ...]
    """Other journeys that now know that their phone is shared."""
    not_told: tuple[PathwayReference, ...]


class RecordsRebuilt(Model):
    journeys: tuple[Rebuilt, ...]


class RecordsCompared(Model):
    journeys: int
    differ: tuple[Differences, ...]
    not_compared: dict[PathwayReference, str]
    """gone: the history is no longer kept; busy; not_replayed: this release is another; unreadable:
    a row of the journal does not open; erased."""
    mended: bool


class RecordsResealed(Model):
    writes: str
    """The id of the key that seals."""
    rows: dict[str, int]
    """How many rows were written anew, by table."""
    unreadable: dict[str, int]
    """Cells that do not open, by column; they stay as they are."""
    keys: dict[str, int]
    """How many cells need each key now, by its id."""


class PatientName(Model):
    given_name: str
    family_name: str
    born: date


class PatientShown(OfJourneys):
    reference: PathwayReference
    role: str
    patient: dict[str, Any] = Field(repr=False)
    """The fields that this role sees, by name; null where nothing is recorded."""
    withheld: tuple[str, ...]
    """The names of those it does not see."""
    changes: tuple[Change, ...]


class PatientChanged(OfJourneys):
    reference: PathwayReference
    changed: tuple[str, ...]
    """The fields that are different now."""
    not_told: tuple[PathwayReference, ...]
    """Her own reference, when her journey could not be told that her phone is shared."""


class DisclosureLine(Model):
    """Something that was told to somebody about her."""

    at: Instant
    to: str
    name: str | None = Field(repr=False)
    what: str = Field(repr=False)
    why: str = Field(repr=False)
    by: StaffId


class Disclosures(OfJourneys):
    reference: PathwayReference
    disclosures: tuple[DisclosureLine, ...]


class CopyWritten(OfJourneys):
    reference: PathwayReference
    file: str
    events: int
    """Entries of the journal that are in it."""


class Shown(OfJourneys):
    reference: PathwayReference
    patient: PatientName | None
    """null when nobody is enrolled under the reference."""
    clinic_zone: str
    journey: Overview
    withheld: tuple[str, ...] = ()
    """The fields that this reader does not see; they stand empty."""


class DecisionShown(OfJourneys):
    reference: PathwayReference
    clinic_zone: str
    page: DecisionPage
    """null stands for what was not recorded, or is withheld; it is never 0."""
    withheld: tuple[str, ...] = ()
    """The fields that this reader does not see; they stand empty."""


class PastEntry(Model):
    at: Instant
    local: str
    """`at` on the patient's wall clock."""
    what: str
    outcome: str
    """sent, deferred, skipped ...; refused for a command that was, handed_out for a link."""
    reason: str
    by: str | None = None


class Explained(OfJourneys):
    reference: PathwayReference
    zone: str
    """The patient's, or the clinic's when nobody knows hers."""
    zone_known: bool
    past: tuple[PastEntry, ...]
    to_come: tuple[Comes, ...]


class EscalationLine(Model):
    reference: PathwayReference
    escalation: str
    level: str | None
    """null when the records do not know it yet."""
    what: str
    given_name: str | None
    family_name: str | None
    born: date | None
    since: Instant
    owner: StaffId | None
    next_look: Instant | None
    closed: str | None = None
    """With --all: the outcome of one that is closed."""
    closed_at: Instant | None = None
    closed_by: StaffId | None = None


class Escalations(OfJourneys):
    as_of: Instant
    escalations: tuple[EscalationLine, ...]


class OwnedLine(Model):
    """An escalation or a line that somebody owns, and what became of handing it over."""

    reference: PathwayReference
    item: str
    """The escalation's id or the line's key."""
    is_escalation: bool
    given_name: str | None = Field(repr=False)
    family_name: str | None = Field(repr=False)
    born: date | None = Field(repr=False)
    what: str
    due: Instant | None
    outcome: str
    """owned (only listed), handed_over, nothing_changed, refused or no_answer."""
    refused: RefusedWith | None = None


class RotaLine(Model):
    """A weekly shift that goes on, or an absence in which she covers."""

    role: str | None
    """null for an absence that she covers."""
    when: str


class Handover(OfJourneys):
    as_of: Instant
    owner: StaffId
    to: StaffId | None
    """null when it went back to the queue, or was only listed."""
    key: str | None
    """The key of the call, which makes repeating it harmless; null when it was only listed."""
    items: tuple[OwnedLine, ...]
    rota: tuple[RotaLine, ...] = ()
    """With --leaving: where clinic.yaml still counts on her."""
    treats: tuple[PathwayReference, ...] = ()
    """With --leaving: patients whose treating therapist she is."""
    first: tuple[str, ...] = ()
    """With --leaving: what is to be done before she is taken out of clinic.yaml."""


class OnCall(Model):
    id: StaffId
    name: str
    phone: str


class InboxLine(Model):
    """A message that nobody has dealt with."""

    id: str
    received_at: Instant
    references: tuple[PathwayReference, ...]
    """Whose phone it came from; empty for somebody nobody knows."""
    names: tuple[str, ...] = Field(repr=False)
    sender: str | None = Field(repr=False)
    body: str | None = Field(repr=False)
    """null, as the sender, in a role that does not reach patients and where it is restricted."""
    routed: bool
    """Whether its journeys have it."""
    from_staff: StaffId | None = None
    """Whose phone of the staff it came from; no journey has it."""
    restricted: bool = False
    """Whether it is closed to this reader, because the patient's record is restricted."""


class Inbox(Model):
    as_of: Instant
    messages: tuple[InboxLine, ...]


class InboxDone(Model):
    id: str
    changed: bool
    """false when somebody had done so before."""


class Worklist(Today, OfJourneys):
    oldest: Instant | None
    """The age of the oldest line; null for an empty list."""
    on_call: tuple[OnCall, ...]
    off_shift: tuple[StaffId, ...] = ()
    """Who owns a line and is on no shift now: it is to be handed over, or goes back (rule 6)."""


class FallsThatDay(Model):
    """A patient whose visit falls with a closed day."""

    reference: PathwayReference
    given_name: str | None = Field(repr=False)
    """null, as the next three, in a role that does not see it."""
    family_name: str | None = Field(repr=False)
    born: date | None = Field(repr=False)
    phone_e164: str | None = Field(repr=False)
    stage: str
    proposed: bool = False
    """Nothing was booked: a proposed visit falls, of which nobody has told her."""
    here: bool = False
    """She has come already: somebody tells her in person."""
    not_told: bool = False
    """Her journey is stranded, or gave no answer: as far as is known nobody tells her of it."""
    first: bool = False
    """To be rebooked before all others: a clinician has called her case pressing."""
    level: Level | None
    """The gravest escalation that is open."""
    due: Instant | None
    """By when her step is owed, whatever falls."""


class ClosedDay(OfJourneys):
    """The rebooking list of a closed day, the most urgent first."""

    day: date
    closed: bool
    """False: a preview, and nothing was closed; or the day was opened again."""
    opened_again: bool = False
    """The day may be booked again."""
    falls: tuple[FallsThatDay, ...]
    silent: tuple[PathwayReference, ...] = ()
    """Journeys that did not answer: repeat it for them."""
    stranded: tuple[PathwayReference, ...] = ()
    """Journeys that were ended from outside: tell these patients yourself, have them brought back,
    and repeat it."""


class Planned(Model):
    """One appointment of the day, or an infusion that has begun and that nobody has left."""

    treatment: int | None = None
    """null for an assessment."""
    step: Step
    at: Instant
    """When it is booked for; of an infusion that has begun, its start."""
    minutes: int | None
    """How long it is booked for; null for an infusion that has begun."""
    dose: float | None = None
    """What the last decision ordered, in the protocol's unit; null: as before, or withheld."""


class OnPaper(Model):
    reference: PathwayReference
    reach: dict[str, Any] = Field(repr=False)
    """Who she is and how she is reached, as far as the role sees it; null: not recorded."""
    planned: tuple[Planned, ...]
    opened: bool = True
    """false: what stands in `reach` as `(cannot be read)` does not open in the records."""


class DowntimePack(OfJourneys):
    """A day for paper, the earliest patient first."""

    day: date
    role: str
    printed_at: Instant
    clinic_zone: str
    callback_phone: str
    on_call: tuple[OnCall, ...]
    patients: tuple[OnPaper, ...]
    not_read: tuple[PathwayReference, ...] = ()
    """Journeys that did not answer: whether they have something that day is not known."""

    @property
    def not_opened(self) -> tuple[PathwayReference, ...]:
        """Patients of the day of whom something in the records does not open."""
        return tuple(each.reference for each in self.patients if not each.opened)
