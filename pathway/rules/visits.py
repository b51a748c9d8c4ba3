"""A visit and the session that belongs to it are booked, moved and cancelled as one (rule 8)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.agenda_keys import booking_stem, step_prefix, step_stem
from pathway.anchors import due_at
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Appointment, Step
from pathway.gates import require_ahead, require_open_day
from pathway.journey import Journey, Treatment
from pathway.model import StaffId
from pathway.refusals import Reason, Refused
from pathway.reminders import rebook_before
from pathway.roles import Role
from pathway.rules.closing import close_for_step, close_lines, close_tasks
from pathway.slots import in_window, offers, session_slots, someone_sees_her, written

Booking = cmd.Book | cmd.Move


def book_visit(
    journey: Journey,
    treatment: Treatment,
    at: datetime,
    minutes: int,
    command: Booking,
    now: datetime,
) -> Iterator[ev.Event]:
    """Book or move an infusion, and its psychotherapy slot in the same act."""
    require_open_day(journey, at, "The visit")
    slot = _slot(journey, treatment, at, command)
    if slot is not None:
        _slot_may_stand(journey, at, slot, command, now)
    elif command.seen_by is None and not someone_sees_her(journey, at, None):
        raise _nobody(journey, at, now)
    yield from booked(journey, treatment, Step.INFUSION, at, minutes, command, now)
    standing = treatment.appointment(Step.PSYCHOTHERAPY)
    if slot is None:
        yield from _ask_for_slot(journey, treatment, at, now)
    elif standing is None or standing.at != slot:
        length = journey.protocol.steps.psychotherapy.minutes
        yield from booked(journey, treatment, Step.PSYCHOTHERAPY, slot, length, command, now)
    yield from _preparation_fits(journey, treatment, at, now)
    yield from _proposals_fit(journey, treatment, at, now)


def _slot(
    journey: Journey, treatment: Treatment, at: datetime, command: Booking
) -> datetime | None:
    """When the session would be: as said, else moved by as much as its infusion moves."""
    standing = treatment.appointment(Step.PSYCHOTHERAPY)
    if command.psychotherapy_at is not None or standing is None:
        return command.psychotherapy_at
    infusion = treatment.appointment(Step.INFUSION)
    return standing.at + (at - infusion.at) if infusion else standing.at


def _slot_may_stand(
    journey: Journey, begins: datetime, slot: datetime, command: Booking, now: datetime
) -> None:
    require_ahead(slot, now, "The psychotherapy slot")
    require_open_day(journey, slot, "The psychotherapy slot")
    if not in_window(journey, begins, slot):
        raise Refused(
            Reason.NOT_BOOKABLE,
            "The psychotherapy slot must lie in the window after the infusion, once the "
            f"patient may leave; {written(journey, slot)} does not. {offers(journey, begins, now)}",
        )
    if command.seen_by is None and not someone_sees_her(journey, begins, slot):
        raise _nobody(journey, begins, now, slot)


def _nobody(
    journey: Journey, begins: datetime, now: datetime, slot: datetime | None = None
) -> Refused:
    when = f"At {written(journey, slot)}" if slot else "Within the window after this infusion"
    return Refused(
        Reason.NO_STAFFED_HOUR,
        f"{when} nobody is at work to hold psychotherapy. {offers(journey, begins, now)} Say its "
        "time (psychotherapy_at), choose another day, or name the clinician who will see the "
        "patient (seen_by).",
    )


def _ask_for_slot(
    journey: Journey, treatment: Treatment, begins: datetime, now: datetime
) -> Iterator[ev.Event]:
    """No slot was agreed yet: the first that would do is proposed to the coordinator."""
    slot = next(session_slots(journey, begins), None)
    proposed = f"; {written(journey, slot)} would do" if slot else ""
    revision = treatment.revision(Step.INFUSION) + 1
    yield ev.TaskOpened(
        at=now,
        task=StaffTask(
            key=f"{step_stem(treatment, Step.PSYCHOTHERAPY)}/slot/a{revision}",
            kind=TaskKind.NUDGE,
            to=Role.COORDINATOR,
            line=f"Book the psychotherapy slot{proposed}",
            opened_at=now,
            treatment=treatment.number,
            due=begins,
        ),
    )


def _preparation_fits(
    journey: Journey, treatment: Treatment, begins: datetime, now: datetime
) -> Iterator[ev.Event]:
    """A preparation that the visit moved away from must be agreed anew, by a person."""
    session = treatment.appointment(Step.PREPARATION)
    if session is None or session.at <= now or treatment.preparation is not None:
        return
    valid = journey.protocol.steps.preparation.valid_for.value
    if session.at < begins <= session.at + valid:
        return
    moved = f"a{treatment.revision(Step.INFUSION) + 1}"
    yield look(
        f"{booking_stem(treatment, Step.PREPARATION)}/fits/{moved}",
        "Rebook the preparation session: its visit has moved away from it",
        treatment.number,
        begins,
        now,
    )


def _proposals_fit(
    journey: Journey, treatment: Treatment, begins: datetime, now: datetime
) -> Iterator[ev.Event]:
    """A visit that comes too near to the one proposed after it asks a person to look."""
    following = journey.proposal(treatment.number + 1)
    if following is None:
        return
    rules = journey.protocol
    if following.at - begins >= rules.course.gap_min.value + rules.steps.infusion.planned.value:
        return
    yield look(
        f"proposals/{following.treatment}/r{following.revision}/too-near",
        "Look at the proposed visits: the next one now comes too soon",
        treatment.number,
        following.at,
        now,
    )


def rebook_in_time(journey: Journey, treatment: Treatment, now: datetime) -> Iterator[ev.Event]:
    """A session that fell through while its window is open is rebooked, at once (rule 7).

    Args:
        treatment: with the appointment that fell through, where there was one.
    """
    step = Step.PSYCHOTHERAPY
    due = due_at(journey, treatment, step)
    if due is None or now >= due or treatment.psychotherapy is not None:
        return
    rules = journey.protocol.steps.psychotherapy.no_show
    task = StaffTask(
        key=f"{booking_stem(treatment, step)}/no-show",
        kind=TaskKind.NUDGE,
        to=rules.to if rules else Role.COORDINATOR,
        line=rebook_before(journey, due),
        opened_at=now,
        treatment=treatment.number,
        due=due,
    )
    yield ev.TaskOpened(at=now, task=task)


def look(key: str, line: str, treatment: int, due: datetime, now: datetime) -> ev.TaskOpened:
    """A line for the coordinator: a plan that no longer fits."""
    task = StaffTask(
        key=key,
        kind=TaskKind.NUDGE,
        to=Role.COORDINATOR,
        line=line,
        opened_at=now,
        treatment=treatment,
        due=due,
    )
    return ev.TaskOpened(at=now, task=task)


def booked(
    journey: Journey,
    treatment: Treatment,
    step: Step,
    at: datetime,
    minutes: int,
    command: cmd.Command,
    now: datetime,
) -> Iterator[ev.Event]:
    """An appointment comes to stand, under a new revision; what asked for it is answered."""
    standing = treatment.appointment(step)
    seen_by: StaffId | None = getattr(command, "seen_by", None)
    yield ev.AppointmentBooked(
        at=now,
        treatment=treatment.number,
        appointment=Appointment(
            step=step,
            at=at,
            minutes=minutes,
            revision=treatment.revision(step) + 1,
            booked_at=now,
            seen_by=seen_by if step is Step.PSYCHOTHERAPY else None,
        ),
        moved_from=standing.revision if standing else None,
        by=command.by,
        stated_by=getattr(command, "stated_by", None),
    )
    if step is Step.PSYCHOTHERAPY and _behind_the_window(journey, treatment, max(at, now)):
        # Its window is not kept by such a booking: a person resolves it (rescheduled).
        yield from close_tasks(journey, step, treatment.number, command, now)
    else:
        yield from close_for_step(journey, command, step, treatment.number, now)
    if step is Step.INFUSION:
        # What was said about the visit's former time is about nothing now.
        yield from close_lines(journey, _slot_prefix(treatment), command, now)


def _slot_prefix(treatment: Treatment) -> str:
    return f"{step_prefix(treatment.number, Step.PSYCHOTHERAPY)}slot/"


def _behind_the_window(journey: Journey, treatment: Treatment, moment: datetime) -> bool:
    due = due_at(journey, treatment, Step.PSYCHOTHERAPY)
    return due is not None and moment >= due
