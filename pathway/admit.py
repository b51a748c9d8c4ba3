"""`admit`: what a command does to a journey, as events or as a refusal with its reason.

Refusals stop plans, never facts (clinic-life rule 1): what already happened is always
recorded, and only a plan can be told no.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import singledispatch

from pathway import commands as cmd
from pathway import events as ev
from pathway.after_the_end import recorded_after_the_end, still_open
from pathway.agenda import agenda
from pathway.apply import apply_all
from pathway.gates import require_past
from pathway.journey import Journey
from pathway.overview import details, overview
from pathway.refusals import Reason, Refused

Events = tuple[ev.Event, ...]


def admit(journey: Journey, command: cmd.Command, now: datetime) -> Events:
    """The events a command gives.

    Raises:
        Refused: with a code and a sentence, when the protocol forbids the plan.
    """
    if journey.over and not recorded_after_the_end(journey, command):
        raise Refused(Reason.ENDED, "This journey has ended. Nothing more can be planned in it.")
    require_past(command, now)
    return still_open(journey, handle(command, journey, now))


def rehearse(journey: Journey, command: cmd.Command, now: datetime) -> Events:
    """`admit`, and then everything that follows from it on a copy.

    A validator calls this, so that a bug behind the gate rejects one command instead of
    freezing the journey of one patient.
    """
    happened = admit(journey, command, now)
    after = apply_all(journey, happened)
    items = agenda(after)
    overview(after, items)
    details(after, items)
    return happened


@singledispatch
def handle(command: cmd.Command, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    """One function for each command; registered in pathway.rules."""
    raise TypeError(f"no rule is written for {type(command).__name__}")
