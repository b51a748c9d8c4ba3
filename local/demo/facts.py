"""What people did, each on one line of the diary."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pathway import civil
from pathway import events as ev

_SAID: dict[type[ev.BaseEvent], Callable[[Any], str]] = {
    ev.AssessmentRecorded: lambda e: (
        f"assessed: {'' if e.assessment.suitable else 'not '}suitable. {e.assessment.reason}"
    ),
    ev.ClearanceRecorded: lambda e: f"cleared: {_plain(e.clearance.item)}. {e.clearance.reason}",
    ev.AppointmentCancelled: lambda e: (
        f"{'no-show' if e.no_show else f'cancelled by the {e.wish_of}'}: "
        f"{e.step} of treatment {e.treatment}. {e.reason}"
    ),
    ev.PsychotherapyRecorded: lambda e: f"psychotherapy: {_plain(e.psychotherapy.outcome)}",
    ev.RiskAssessed: lambda e: f"risk assessed: {e.assessment.level}. {e.assessment.plan}",
    ev.FlagRaised: lambda e: f"SAFETY FLAG ({e.flag.tier}): {_plain(e.flag.kind)}",
    ev.MoodReported: lambda e: f"the answer: {e.answer.mood}",
    ev.DecisionRecorded: lambda e: (
        f"decision: {_plain(e.decision.choice)}. {e.decision.reason}"
        f"{'' if e.decision.in_force else '; waits for a second signature'}"
    ),
    ev.JourneyEnded: lambda e: f"the journey ends: {_plain(e.outcome)}. {e.reason}",
    ev.DeathReported: lambda _: "DEATH reported: everything stops",
    ev.DeathRetracted: lambda e: f"the death is taken back: {e.reason}",
}


def fact(event: ev.Event, zone: str) -> str:
    """An act in words, with its time on the clinic's clock where it plans one."""
    if isinstance(event, ev.AppointmentBooked):
        return _booked(event, zone)
    said = _SAID.get(type(event))
    return said(event) if said else _plain(event.kind)


def _booked(event: ev.AppointmentBooked, zone: str) -> str:
    verb = "booked" if event.moved_from is None else "MOVED"
    at: datetime = civil.local(event.appointment.at, zone)
    step = event.appointment.step
    return f"{verb}: {step} of treatment {event.treatment}, {at:%A %d %B %H:%M}"


def _plain(code: str) -> str:
    return code.replace("_", " ")
