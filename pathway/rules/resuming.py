"""What a pause had shifted, booked anew when the journey goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from pathway import civil
from pathway import events as ev
from pathway.anchors import done
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Appointment, Step
from pathway.facts.booking import Proposal
from pathway.facts.status import Pause, Shifted
from pathway.journey import Journey, Treatment
from pathway.model import StaffId
from pathway.roles import Role
from pathway.slots import someone_sees_her

_WEEK = timedelta(weeks=1)


def booked_anew(journey: Journey, pause: Pause, by: StaffId, now: datetime) -> Iterator[ev.Event]:
    """Each shifted appointment at the same hour, whole weeks later; a line where it cannot be.

    Whole weeks, because a therapist's Tuesday is a Tuesday.
    """
    weeks = max(1, ceil((now - pause.since) / _WEEK))
    for each in pause.shifted:
        was = each.appointment
        new = was.model_copy(update={"at": _later(journey, was.at, weeks), "booked_at": now})
        if not _can_be(journey, new):
            yield _book_by_hand(each, now)
        elif each.treatment is None:
            again = new.model_copy(update={"revision": was.revision + 1})
            yield ev.AssessmentBooked(at=now, appointment=again, by=by)
        elif (treatment := _still_to_come(journey, each)) is not None:
            again = new.model_copy(update={"revision": treatment.revision(was.step) + 1})
            yield ev.AppointmentBooked(at=now, treatment=treatment.number, appointment=again, by=by)
    if pause.proposals:
        visits = _proposed_anew(journey, pause, weeks)
        yield ev.VisitsProposed(at=now, visits=visits, by=by)


def _later(journey: Journey, at: datetime, weeks: int) -> datetime:
    zone = journey.calendar.zone
    wall = civil.local(at, zone)
    return civil.instant(wall.date() + weeks * _WEEK, wall.time(), zone)


def _can_be(journey: Journey, new: Appointment) -> bool:
    if journey.calendar.next_staffed(new.at) != new.at or journey.calendar.is_shut(new.at):
        return False
    if new.step is not Step.INFUSION:
        return True
    return someone_sees_her(journey, new.at, None)


def _still_to_come(journey: Journey, each: Shifted) -> Treatment | None:
    """Its treatment, unless that has moved on or somebody has booked it again meanwhile."""
    treatment, step = journey.treatment, each.appointment.step
    if treatment is None or treatment.number != each.treatment:
        return None
    return None if treatment.appointment(step) or done(treatment, step) else treatment


def _proposed_anew(journey: Journey, pause: Pause, weeks: int) -> tuple[Proposal, ...]:
    """The visits to come, in order; what somebody proposed meanwhile stands."""
    standing = {p.treatment: p for p in journey.proposals}
    last = journey.treatment.number if journey.treatment else 0
    for each in pause.proposals:
        if each.treatment in standing or each.treatment <= last:
            continue
        times = ("at", "psychotherapy_at", "preparation_at")
        moved = {t: _later(journey, v, weeks) for t in times if (v := getattr(each, t))}
        new = each.model_copy(update={**moved, "revision": journey.events + 1})
        standing[each.treatment] = new
    return tuple(standing[number] for number in sorted(standing))


def _stem(each: Shifted) -> str:
    step = each.appointment.step
    return f"t{each.treatment}/{step}" if each.treatment else f"{step}"


def _book_by_hand(each: Shifted, now: datetime) -> ev.TaskOpened:
    step = each.appointment.step
    task = StaffTask(
        key=f"{_stem(each)}/shifted/{now:%Y%m%dT%H%M%S}",
        kind=TaskKind.NUDGE,
        to=Role.COORDINATOR,
        line=f"Book the {step} again: nobody is at work at its shifted time",
        opened_at=now,
        treatment=each.treatment,
    )
    return ev.TaskOpened(at=now, task=task)
