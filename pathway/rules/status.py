"""In hospital, paused, leaving, transferred: facts are always taken, plans must be complete."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.agenda_keys import appointment_stem
from pathway.apply import apply
from pathway.clocks import Clock, open_clocks, require_answers, require_sense, unanswered
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Appointment
from pathway.facts.status import (
    ClockAnswer,
    HospitalStay,
    Leaving,
    LeavingKind,
    Pause,
    Shifted,
)
from pathway.gates import require_ahead, require_role, signed
from pathway.journey import Journey
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, Role
from pathway.rules.booking import about_nothing_now
from pathway.rules.closing import close_lines, decided
from pathway.rules.entering import opens_first
from pathway.rules.resuming import booked_anew
from pathway.status import decide_by

PLANNERS = CLINICIANS | {Role.COORDINATOR}


@handle.register
def _(command: cmd.ReportHospital, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    # Anyone may say it.
    yield from in_hospital(journey, command, command.reason, now)


def in_hospital(
    journey: Journey, command: cmd.Command, reason: str | None, now: datetime
) -> Iterator[ev.Event]:
    """Every text is paused and the prescriber told (rule 23); said twice, it is said once."""
    if journey.hospital is not None:
        return
    stay = HospitalStay(since=command.happened_at, reason=reason, signed=signed(command, now))
    yield ev.HospitalReported(at=now, stay=stay)
    line = "In hospital, with texts paused: decide about what is planned"
    due = decide_by(journey, now)
    yield from _line("hospital/reported", Role.PRESCRIBER, line, now, due=due)


@handle.register
def _(command: cmd.BackFromHospital, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.hospital is None:
        return
    yield ev.HospitalLeft(at=now, note=command.note, signed=signed(command, now))
    yield from close_lines(journey, "hospital/", command, now)
    yield from decided(journey, command, now)
    line = "Back from hospital: see what has changed before the next visit"
    due = decide_by(journey, now)
    yield from _line(f"hospital/back/{journey.events}", Role.PRESCRIBER, line, now, due=due)


@handle.register
def _(command: cmd.Pause, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PLANNERS, "A pause")
    if journey.pause or journey.leaving:
        raise Refused(
            Reason.ALREADY,
            "The journey is paused, or the patient is leaving, already. Resume it first.",
        )
    if command.until is not None:
        require_ahead(command.until, now, "The end of the pause (until)")
    clocks = open_clocks(journey)
    require_sense(clocks, command.clocks)
    require_answers(clocks, command.clocks)
    waiting = [c for c in clocks if command.clocks[c.key] is ClockAnswer.SHIFT]
    pause = Pause(
        since=now,
        until=command.until,
        reason=command.reason,
        shifted=tuple(
            Shifted(treatment=c.treatment, appointment=c.appointment)
            for c in waiting
            if c.appointment
        ),
        proposals=tuple(c.proposal for c in waiting if c.proposal),
        signed=signed(command, now),
    )
    yield ev.JourneyPaused(at=now, pause=pause)
    fall = [c for c in clocks if command.clocks[c.key] is not ClockAnswer.KEEP]
    yield from _given_up(journey, fall, command, now)


@handle.register
def _(command: cmd.Resume, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PLANNERS, "Going on")
    if not (journey.pause or journey.leaving):
        raise Refused(Reason.NOT_PAUSED, "The journey is neither paused nor left: it goes on.")
    resumed = ev.JourneyResumed(at=now, reason=command.reason, signed=signed(command, now))
    yield resumed
    yield from opens_first(apply(journey, resumed), now)
    yield from close_lines(journey, "pause/", command, now)
    yield from close_lines(journey, "leaving/", command, now)
    if journey.pause:
        yield from booked_anew(journey, journey.pause, command.by, now)


@handle.register
def _(command: cmd.Withdraw, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    yield from _leaves(journey, command, LeavingKind.WITHDRAWN, None, now)


@handle.register
def _(command: cmd.TransferCare, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    yield from _leaves(journey, command, LeavingKind.TRANSFERRED, command.to, now)


def _leaves(
    journey: Journey,
    command: cmd.Withdraw | cmd.TransferCare,
    kind: LeavingKind,
    to: str | None,
    now: datetime,
) -> Iterator[ev.Event]:
    """That she leaves is a fact (rule 1): what nobody spoke of becomes a line of the work list."""
    clocks = open_clocks(journey)
    require_sense(clocks, command.clocks)
    if ClockAnswer.SHIFT in command.clocks.values():
        raise Refused(Reason.CLOCKS, "Only a pause shifts: say keep or cancel for each.")
    leaving = Leaving(kind=kind, reason=command.reason, to=to, signed=signed(command, now))
    yield ev.LeavingRecorded(at=now, leaving=leaving)
    yield from close_lines(journey, "pause/", command, now)
    fall = [c for c in clocks if command.clocks.get(c.key) is ClockAnswer.CANCEL]
    yield from _given_up(journey, fall, command, now)
    for clock in unanswered(clocks, command.clocks):
        yield from _keep_or_cancel(journey, clock, now)
    if not any(task.key == "leaving/close" for task in journey.tasks):
        line = "The patient leaves the programme: close the journey once nothing of it is open"
        yield from _line("leaving/close", Role.COORDINATOR, line, now)


def _keep_or_cancel(journey: Journey, clock: Clock, now: datetime) -> Iterator[ev.Event]:
    if clock.appointment is None:
        # A window that runs is owned by its step; it runs on.
        return
    treatment = journey.numbered(clock.treatment or 0)
    stem = appointment_stem(treatment, clock.appointment) if treatment else "leaving/assessment"
    line = f"The patient leaves the programme: keep or cancel {clock.line}?"
    yield from _line(f"{stem}/keep-or-cancel", Role.COORDINATOR, line, now, clock)


def _given_up(
    journey: Journey, clocks: list[Clock], command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """What falls because of a pause or a leaving: never a no-show (rule 3)."""
    for clock in clocks:
        if clock.appointment is not None:
            yield from _cancelled(journey, clock.treatment, clock.appointment, command, now)
    freed = [c.proposal for c in clocks if c.proposal]
    if freed:
        left = tuple(p for p in journey.proposals if p not in freed)
        yield ev.VisitsProposed(at=now, visits=left, by=command.by)
        yield from close_lines(journey, "proposals/", command, now)


def _cancelled(
    journey: Journey,
    number: int | None,
    was: Appointment,
    command: cmd.Command,
    now: datetime,
) -> Iterator[ev.Event]:
    treatment = journey.numbered(number) if number else None
    if treatment is None:
        yield ev.AssessmentBooked(at=now, appointment=None, by=command.by)
        return
    yield ev.AppointmentCancelled(
        at=now,
        treatment=treatment.number,
        step=was.step,
        revision=was.revision,
        wish_of="clinic" if isinstance(command, cmd.Pause) else "patient",
        reason="the journey is paused" if isinstance(command, cmd.Pause) else "the patient leaves",
        signed=signed(command, now),
    )
    yield from about_nothing_now(journey, treatment, was, command, now)


def _line(
    key: str,
    to: Role,
    line: str,
    now: datetime,
    clock: Clock | None = None,
    *,
    due: datetime | None = None,
) -> Iterator[ev.Event]:
    task = StaffTask(
        key=key,
        kind=TaskKind.CHECK,
        to=to,
        line=line,
        opened_at=now,
        treatment=clock.treatment if clock else None,
        due=clock.at if clock else due,
    )
    yield ev.TaskOpened(at=now, task=task)
