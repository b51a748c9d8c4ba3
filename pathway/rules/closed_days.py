"""Closing a day: nobody has missed anything, and no deadline moves with it (story 10)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import civil
from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.agenda_keys import step_stem
from pathway.anchors import done, due_at
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Appointment, Step
from pathway.facts.booking import Proposal
from pathway.facts.replies import ClosedVisit
from pathway.gates import require_role, signed
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, Role
from pathway.rules.booking import about_nothing_now
from pathway.rules.visits import look

CLOSERS = CLINICIANS | {Role.COORDINATOR, Role.OPS}


@handle.register
def _(command: cmd.CloseDay, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, CLOSERS, "Closing a day")
    if command.day < civil.local(now, journey.calendar.zone).date():
        raise Refused(Reason.PAST, "This day has passed. Check the date.")
    if (command.day in journey.calendar.shut) is command.opened_again:
        yield ev.BookingClosed(
            at=now,
            day=command.day,
            reason=command.reason,
            opened_again=command.opened_again,
            signed=signed(command, now),
        )
    if command.opened_again:
        return
    fell = tuple(_falling(journey, command, now))
    if journey.assessment_booked in fell:
        yield ev.AssessmentBooked(at=now, appointment=None, by=command.by)
    treatment = journey.treatment
    if treatment is not None:
        for was in _with_their_sessions(treatment, fell):
            yield from _cancelled(journey, treatment, was, command, now)
    yield from _proposals_freed(journey, command, now)
    if fell:
        visit = ClosedVisit(
            day=command.day,
            visit_at=min(a.at for a in fell),
            closed_at=now,
            treatment=treatment.number if treatment else None,
            reason=command.reason,
        )
        yield ev.DayClosed(at=now, visit=visit, signed=signed(command, now))
        yield _rebook(journey, fell, command, now)


def _falling(journey: Journey, command: cmd.CloseDay, now: datetime) -> Iterator[Appointment]:
    """What is booked on that day, by the clinic's calendar, and has not begun."""
    booked = [journey.assessment_booked] if journey.assessment is None else []
    treatment = journey.treatment
    if treatment is not None and not journey.course_over:
        booked += [a for a in treatment.appointments if not done(treatment, a.step)]
    for each in booked:
        if each and each.at > now and _day(journey, each.at) == command.day:
            yield each


def _day(journey: Journey, moment: datetime) -> object:
    return civil.local(moment, journey.calendar.zone).date()


def _with_their_sessions(
    treatment: Treatment, fell: tuple[Appointment, ...]
) -> Iterator[Appointment]:
    """Without its infusion there is no session after it, on whichever day that was."""
    session = treatment.appointment(Step.PSYCHOTHERAPY)
    yield from (a for a in fell if a.step is not Step.ASSESSMENT)
    if session and session not in fell and any(a.step is Step.INFUSION for a in fell):
        yield session


def _cancelled(
    journey: Journey,
    treatment: Treatment,
    was: Appointment,
    command: cmd.CloseDay,
    now: datetime,
) -> Iterator[ev.Event]:
    yield ev.AppointmentCancelled(
        at=now,
        treatment=treatment.number,
        step=was.step,
        revision=was.revision,
        wish_of=cmd.CancelledBy.CLINIC,
        reason=command.reason,
        signed=signed(command, now),
    )
    yield from about_nothing_now(journey, treatment, was, command, now)


def _proposals_freed(journey: Journey, command: cmd.CloseDay, now: datetime) -> Iterator[ev.Event]:
    """Nobody has been told of a proposal: no text, but a line for each that has lost its day."""
    freed = tuple(p for p in journey.proposals if _day(journey, p.at) == command.day)
    left = tuple(_without(journey, p, command) for p in journey.proposals if p not in freed)
    if left == journey.proposals:
        return
    yield ev.VisitsProposed(at=now, visits=left, by=command.by)
    closed = f"the clinic is closed on {command.day}"
    for each in freed:
        line = f"Propose the visit of treatment {each.treatment} anew: {closed}"
        yield look(_key(each, command), line, each.treatment, each.at, now)
    for each in (p for p in journey.proposals if p not in freed and p not in left):
        line = f"Plan the session of the visit proposed for treatment {each.treatment}: {closed}"
        yield look(_key(each, command), line, each.treatment, each.at, now)


def _key(each: Proposal, command: cmd.CloseDay) -> str:
    return f"proposals/{each.treatment}/r{each.revision}/closed/{command.day}"


def _without(journey: Journey, each: Proposal, command: cmd.CloseDay) -> Proposal:
    """A visit of another day keeps it, but not a session that was planned for this one."""
    times = {"psychotherapy_at": each.psychotherapy_at, "preparation_at": each.preparation_at}
    lost = [name for name, at in times.items() if at and _day(journey, at) == command.day]
    return each.model_copy(update=dict.fromkeys(lost)) if lost else each


def _rebook(
    journey: Journey, fell: tuple[Appointment, ...], command: cmd.CloseDay, now: datetime
) -> ev.TaskOpened:
    """One line for the rebooking list; it closes when its step is booked anew."""
    treatment = journey.treatment
    lead = next((a for a in fell if a.step is Step.INFUSION), fell[0])
    if treatment is None or lead.step is Step.ASSESSMENT:
        stem, due, number = "closed", None, None
    else:
        stem, number = step_stem(treatment, lead.step), treatment.number
        due = due_at(journey, treatment, lead.step)
    task = StaffTask(
        key=f"{stem}/closed/{command.day}",
        kind=TaskKind.NUDGE,
        to=Role.COORDINATOR,
        line=f"Rebook the {lead.step}: the clinic is closed on {command.day}",
        opened_at=now,
        treatment=number,
        due=due,
    )
    return ev.TaskOpened(at=now, task=task)
