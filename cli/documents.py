"""The JSON documents of the commands. Their keys stay; new ones may be added."""

from datetime import date

from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.overview import Comes, Overview
from records.worklist import WorkRow


class Version(Model):
    version: str
    build: str
    """Version and a hash of the code that decides what a journey does."""


class RefusedWith(Model):
    code: str
    sentence: str


class Done(Model):
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


class Enrolment(Model):
    rows: tuple[NewPatient, ...]
    bad: tuple[BadLine, ...]
    notes: tuple[str, ...]
    """What a person should know about how the file was read."""
    started: tuple[PathwayReference, ...]
    """Journeys started now, earlier patients' included."""
    not_started: tuple[PathwayReference, ...]
    """Enrolled, but Temporal gave no answer: run it again."""
    told: tuple[PathwayReference, ...]
    """Other journeys that now know that their phone is shared."""
    not_told: tuple[PathwayReference, ...]


class PatientName(Model):
    given_name: str
    family_name: str
    born: date


class Shown(Model):
    reference: PathwayReference
    patient: PatientName | None
    """null when nobody is enrolled under the reference."""
    clinic_zone: str
    journey: Overview


class PastEntry(Model):
    at: Instant
    local: str
    """`at` on the patient's wall clock."""
    what: str
    outcome: str
    """sent, deferred, skipped ...; refused for a command that was."""
    reason: str
    by: str | None = None


class Explained(Model):
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


class Escalations(Model):
    as_of: Instant
    escalations: tuple[EscalationLine, ...]


class OnCall(Model):
    id: StaffId
    name: str
    phone: str


class Worklist(Model):
    as_of: Instant
    oldest: Instant | None
    """The age of the oldest line; null for an empty list."""
    on_call: tuple[OnCall, ...]
    groups: dict[str, tuple[WorkRow, ...]]
    """danger, building, today, next_day, waiting; within each the worst first."""
