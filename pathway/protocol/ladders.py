"""Ladders: whom to turn to, in which order, until a person owns it."""

from typing import Literal

from pydantic import Field

from pathway.durations import Duration
from pathway.model import Model
from pathway.protocol.sourced import Sourced
from pathway.protocol.vocabulary import LadderName, Level, Template
from pathway.roles import Role


class Rung(Model):
    """One step of a ladder: whom to turn to, and how long to wait for an answer."""

    to: Role
    wait: Duration
    text: Template | None = None
    hours: Literal["any", "staffed"] = "any"
    expects: Literal["decision"] | None = None
    """What this person is turned to for, beyond taking it on."""


class Ladder(Model):
    """The last rung repeats until a person acknowledges."""

    level: Level
    rungs: tuple[Rung, ...] = Field(min_length=1)
    why: Sourced | None = None
    """What its waits rest on."""


class Ladders(Model):
    follow_up: Ladder
    follow_up_high_risk: Ladder
    no_show: Ladder
    decision: Ladder
    inbox: Ladder
    urgent_call: Ladder
    safety: Ladder
    chair: Ladder
    acknowledged_but_open: Duration
    """The longest an owner may leave an escalation before it is raised again."""
    why: Sourced | None = None
    """What `acknowledged_but_open` rests on."""

    def named(self, name: LadderName) -> Ladder:
        ladder = getattr(self, name.value)
        assert isinstance(ladder, Ladder)  # noqa: S101 - each name is a field above
        return ladder
