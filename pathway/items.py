"""What can be due: the items of an agenda and what each would do."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Step
from pathway.facts.replies import Question
from pathway.model import Instant, Model, Sentence, StaffId
from pathway.protocol import LadderName, Lateness, Level, Template
from pathway.roles import Role


class TextAct(Model):
    """Text the patient."""

    kind: Literal["text"] = "text"
    template: Template
    appointment_at: Instant | None = None
    """The appointment it speaks of; no text leaves shortly before or after its start."""
    speaks_of: Instant | None = None
    """Another moment that its words name: the day that is closed, when people read."""
    wanted_at: Instant
    """When the protocol wants it, before quiet hours moved it."""
    moved_because: str | None = None
    expires: Instant | None = None
    """If it cannot leave before this, it is too late already."""
    answers_her: bool = False
    """It answers her own message: quiet hours do not hold it back (rule 27)."""
    words: str | None = None
    """Where the records keep what a member of staff wrote to her."""
    asks: Question | None = None
    """What its words ask her."""
    call_to: Role = Role.COORDINATOR
    """Whose call row it becomes when it cannot be a text."""


class PageAct(Model):
    """Page whoever fills a role now, or one person."""

    kind: Literal["page"] = "page"
    escalation: str
    role: Role
    person: StaffId | None = None
    level: Level
    what: Sentence
    since: Instant
    all_clear: bool = False
    """Nothing is needed any more: told to whom was paged, and not to be acknowledged."""


class TaskAct(Model):
    """Put a line on the work list."""

    kind: Literal["task"] = "task"
    task: StaffTask


class EscalateAct(Model):
    """Open an escalation: a step was missed."""

    kind: Literal["escalate"] = "escalate"
    ladder: LadderName
    what: Sentence
    step: Step | None = None
    treatment: int | None
    level: Level | None = None
    """Graver than its ladder: a flag raised in the chair."""
    about: str | None = None
    """What of the step calls, where it is not the step itself that was missed."""


class RaiseAgainAct(Model):
    """An acknowledged escalation is still open at its owner's next look."""

    kind: Literal["raise_again"] = "raise_again"
    escalation: str


class LookUpAct(Model):
    """Ask the provider about a text whose outcome nobody knows."""

    kind: Literal["look_up"] = "look_up"
    intent: str
    last: bool
    """The last time: after this a person is told."""


class AlertAct(Model):
    """Tell ops: nobody could be reached, or something of ours broke."""

    kind: Literal["alert"] = "alert"
    code: str
    detail: str
    """An escalation's id or an agenda key."""


Act = Annotated[
    TextAct | PageAct | TaskAct | EscalateAct | RaiseAgainAct | LookUpAct | AlertAct,
    Field(discriminator="kind"),
]


class Rung(Model):
    """Which rung of which escalation an item is."""

    escalation: str
    round: int
    index: int
    turn: int


class AgendaItem(Model):
    """One thing that is due at an instant, unless something happens first."""

    key: str
    """Stable, and different for another revision of the appointment it hangs on."""
    at: Instant
    line: Sentence
    """For a person: what will happen."""
    treatment: int | None = None
    act: Act
    late: Lateness = Lateness(within=timedelta(days=365), otherwise="skip")
    """What becomes of it when it could not run in its time."""
    rung: Rung | None = None


def nudge_item(
    key: str, at: datetime, to: Role, say: str, treatment: int | None, due: datetime | None = None
) -> AgendaItem:
    """A line for the work list, opened when it falls due."""
    task = StaffTask(
        key=key,
        kind=TaskKind.NUDGE,
        to=to,
        line=say,
        opened_at=at,
        treatment=treatment,
        due=due,
    )
    return AgendaItem(
        key=key, at=at, line=f"nudge {to}: {say}", treatment=treatment, act=TaskAct(task=task)
    )
