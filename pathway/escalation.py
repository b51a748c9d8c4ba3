"""An escalation: something missed or dangerous that climbs until a person owns it."""

from enum import StrEnum

from pydantic import Field

from pathway.facts import Step
from pathway.model import Instant, Model, Sentence, StaffId
from pathway.protocol import LadderName, Level
from pathway.roles import Role

UNPLANNED = "unplanned"
"""What an escalation is about: a start against the rules, until a prescriber has signed or closed
it."""


class Acknowledgement(Model):
    by: StaffId
    at: Instant
    next_look: Instant
    """When the owner said she would look again; then it is raised anew if still open."""


class RungBegun(Model):
    """A rung that has started: its page or text is on its way, or has gone."""

    round: int = Field(ge=1)
    index: int = Field(ge=0)
    turn: int = Field(default=0, ge=0)
    """How often the last rung has been repeated."""
    at: Instant
    nobody: bool = False
    """Nobody filled the role, or no text could go: the next rung follows at once."""

    @property
    def turn_key(self) -> str:
        return f"r{self.round}/{self.index}/{self.turn}"


class Ending(StrEnum):
    """How a person closed it. `done` is the missed step itself, recorded after all."""

    REACHED = "reached"
    RESCHEDULED = "rescheduled"
    ASSESSED = "assessed"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    EMERGENCY = "emergency"
    DONE = "done"
    CORRECTED = "corrected"
    """What set it off was a wrong entry."""
    MOOT = "moot"
    """Nothing is left to be done: she has died, or the visit will not take place."""


NOTHING_NEEDED = frozenset({Ending.DONE, Ending.CORRECTED, Ending.MOOT})
"""What everybody who was paged is told of: it was done, or there was nothing to do (rule 4)."""


class Escalation(Model):
    id: str
    ladder: LadderName
    level: Level
    what: Sentence
    """What is wrong, in words that may stand in a page: never clinical, never a name."""
    step: Step | None = None
    about: str | None = None
    """What of the step called, where it is not the step itself that was missed."""
    treatment: int | None = None
    opened_at: Instant
    round: int = Field(default=1, ge=1)
    """A round ends when somebody acknowledges; a new one begins if it stays open too long."""
    round_from: Instant
    begun: tuple[RungBegun, ...] = ()
    acknowledged: Acknowledgement | None = None
    owner: StaffId | None = None
    """Who acknowledged or took it over; kept when it is raised again."""
    closed: Ending | None = None
    closed_at: Instant | None = None
    closed_by: StaffId | None = None
    note: Sentence | None = None
    good_until: Instant | None = None
    """Until when what a clinician closed it as assessed with holds; then it comes back."""
    paged: tuple[StaffId, ...] = ()
    """Everybody who had a page of it."""
    helping: tuple[StaffId, ...] = ()
    """Who sees to it meanwhile, without being one whose taking it stops the pages."""
    named_at: Instant | None = None
    """When it was handed to its owner by name, while it was nobody's: she is paged."""

    @property
    def open(self) -> bool:
        return self.closed is None

    @property
    def climbing(self) -> bool:
        """Open and nobody's: its rungs are due."""
        return self.open and self.acknowledged is None


class StandDown(Model):
    """Somebody was paged about what has been done after all: she is told so, once (rule 4)."""

    escalation: str
    person: StaffId
    level: Level
    what: Sentence
    since: Instant
    at: Instant
    treatment: int | None = None

    @property
    def key(self) -> str:
        return f"{self.escalation}/stand-down/{self.person}"


class TaskKind(StrEnum):
    CALL = "call"
    """A text that could not go, as a call at the same time."""
    NUDGE = "nudge"
    CHECK = "check"
    """Something of ours that staff must look at: a text in doubt, a broken item."""
    MESSAGE = "message"
    """She wrote, and a person reads it."""


class StaffTask(Model):
    """A line on the work list until a person closes it."""

    key: str
    kind: TaskKind
    to: Role
    line: Sentence
    opened_at: Instant
    treatment: int | None = None
    due: Instant | None = None
    sleeps_until: Instant | None = None
    attempts: int = 0
    owner: StaffId | None = None
    """Who has taken it, or was handed it by name; None while it is anybody's."""
