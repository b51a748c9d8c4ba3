"""`admit`: what a command does to a journey, as events or as a refusal with its reason.

Refusals stop plans, never facts (clinic-life rule 1): what already happened is always
recorded, and only a plan can be told no.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import singledispatch

from pathway import commands as cmd
from pathway import events as ev
from pathway.agenda import agenda
from pathway.apply import apply_all
from pathway.civil import is_zone
from pathway.gates import require_past, signed
from pathway.journey import Hold, Journey
from pathway.overview import details, overview
from pathway.refusals import Reason, Refused

Events = tuple[ev.Event, ...]


def admit(journey: Journey, command: cmd.Command, now: datetime) -> Events:
    """The events a command gives.

    Raises:
        Refused: with a code and a sentence, when the protocol forbids the plan.
    """
    if journey.over and not isinstance(command, _ALWAYS):
        raise Refused(Reason.ENDED, "This journey has ended. Nothing more can be planned in it.")
    require_past(command, now)
    return tuple(handle(command, journey, now))


_ALWAYS = (cmd.ReportDeath, cmd.HoldTexts)


def rehearse(journey: Journey, command: cmd.Command, now: datetime) -> Events:
    """`admit`, and then everything that follows from it on a copy.

    A validator calls this, so that a bug behind the gate rejects one command instead of
    freezing the journey of one patient.
    """
    happened = admit(journey, command, now)
    after = apply_all(journey, happened)
    agenda(after)
    overview(after)
    details(after)
    return happened


@singledispatch
def handle(command: cmd.Command, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    """One function for each command; registered in pathway.rules."""
    raise TypeError(f"no rule is written for {type(command).__name__}")


@handle.register
def _(command: cmd.HoldTexts, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    # Anyone may, unverified, and twice is once: the first reason stays readable.
    if journey.hold is None and not journey.over:
        hold = Hold(by=command.by, at=now, reason=command.reason)
        yield ev.TextsHeld(at=now, hold=hold)


@handle.register
def _(command: cmd.ReleaseTexts, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.hold is not None:
        yield ev.TextsReleased(at=now, signed=signed(command, now), reason=command.reason)


@handle.register
def _(command: cmd.ChangeContact, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    zone = command.contact.zone
    if zone is not None and not is_zone(zone):
        raise Refused(Reason.UNKNOWN_ZONE, "This time zone is not known. Use an IANA name.")
    if command.contact != journey.contact:
        yield ev.ContactChanged(at=now, contact=command.contact, signed=signed(command, now))


@handle.register
def _(command: cmd.ReportDeath, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.deceased_at is None:
        yield ev.DeathReported(at=now, signed=signed(command, now))


@handle.register
def _(command: cmd.Close, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.open_escalations:
        listed = ", ".join(e.id for e in journey.open_escalations)
        raise Refused(
            Reason.ESCALATION_OPEN,
            f"A journey does not end while an escalation is open ({listed}). Resolve it first.",
        )
    infusion = journey.treatment.infusion if journey.treatment else None
    if infusion and journey.treatment and journey.treatment.discharge is None:
        raise Refused(Reason.OUT_OF_ORDER, "She has not left yet: record the discharge first.")
    yield ev.JourneyEnded(at=now, outcome=command.outcome, reason=command.reason, by=command.by)
