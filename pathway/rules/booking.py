"""Booking, moving and cancelling appointments. Gates block starting, never booking (rule 8)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.anchors import done, due_at, window_closes
from pathway.facts import BOOKABLE, Appointment, Step
from pathway.gates import current_treatment, require_ahead, signed, staffed_window
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.reminders import appointment_stem
from pathway.rules.course import close_for_step, close_tasks


@handle.register
def _(command: cmd.Book, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = current_treatment(journey, command)
    if command.replaces != treatment.revision(command.step):
        raise Refused(
            Reason.STALE_REVISION,
            f"The {command.step} appointment has changed since you looked (revision "
            f"{treatment.revision(command.step)} is the last). Look at the journey again.",
        )
    _may_stand(journey, treatment, command.step, command.at, command.minutes, command, now)
    yield from _booked(journey, command, treatment, command.step, command.at, command.minutes, now)
    if command.psychotherapy_at is not None:
        yield from _slot(journey, command, treatment, command.psychotherapy_at, now)


def _slot(
    journey: Journey, command: cmd.Book, treatment: Treatment, at: datetime, now: datetime
) -> Iterator[ev.Event]:
    """The psychotherapy slot that an infusion brings along, in the same act."""
    if command.step is not Step.INFUSION:
        raise Refused(Reason.NOT_BOOKABLE, "Only an infusion brings a psychotherapy slot along.")
    ends = command.at + journey.protocol.steps.infusion.planned.value
    closes = window_closes(journey, ends)
    if at < ends or (closes and at >= closes):
        raise Refused(
            Reason.NOT_BOOKABLE, "The psychotherapy slot must lie in the window after the infusion."
        )
    yield from _booked(journey, command, treatment, Step.PSYCHOTHERAPY, at, 60, now)


@handle.register
def _(command: cmd.Move, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = current_treatment(journey, command)
    standing = _standing(treatment, command.step, command.revision)
    _may_stand(journey, treatment, command.step, command.at, standing.minutes, command, now)
    yield from _booked(journey, command, treatment, command.step, command.at, standing.minutes, now)


@handle.register
def _(command: cmd.Cancel, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = current_treatment(journey, command)
    standing = _standing(treatment, command.step, command.revision)
    yield ev.AppointmentCancelled(
        at=now,
        treatment=treatment.number,
        step=command.step,
        revision=standing.revision,
        wish_of=command.wish_of,
        reason=command.reason,
        signed=signed(command, now),
    )
    yield from _about_nothing_now(journey, treatment, standing, command, now)


def _about_nothing_now(
    journey: Journey, treatment: Treatment, was: Appointment, command: cmd.Cancel, now: datetime
) -> Iterator[ev.Event]:
    """Take lines about a cancelled appointment off the work list."""
    stem = appointment_stem(treatment, was)
    for task in journey.tasks:
        # A session that did not take place must still be made up for.
        if task.key.startswith(f"{stem}/") and task.key != f"{stem}/no-show":
            yield ev.TaskClosed(at=now, key=task.key, reason="cancelled since", by=command.by)


def _standing(treatment: Treatment, step: Step, revision: int) -> Appointment:
    standing = treatment.appointment(step)
    if standing is None:
        raise Refused(Reason.NOT_BOOKED, f"No {step} appointment is booked: book one instead.")
    if standing.revision != revision:
        raise Refused(
            Reason.STALE_REVISION,
            f"Somebody moved the {step} appointment since you looked (revision "
            f"{standing.revision} stands). Look at the journey again.",
        )
    return standing


def _may_stand(
    journey: Journey,
    treatment: Treatment,
    step: Step,
    at: datetime,
    minutes: int,
    command: cmd.Book | cmd.Move,
    now: datetime,
) -> None:
    if step not in BOOKABLE:
        raise Refused(Reason.NOT_BOOKABLE, f"A {step} is recorded, not booked.")
    require_ahead(at, now, "This appointment")
    if done(treatment, step):
        raise Refused(Reason.ALREADY, f"The {step} of this treatment is already recorded.")
    if step is Step.INFUSION and not command.seen_by and not staffed_window(journey, at, minutes):
        raise Refused(
            Reason.NO_STAFFED_HOUR,
            "Within 24 hours of this infusion nobody is at work to hold psychotherapy. Choose "
            "another day, or name the clinician who will see her (seen_by).",
        )


def _booked(
    journey: Journey,
    command: cmd.Book | cmd.Move,
    treatment: Treatment,
    step: Step,
    at: datetime,
    minutes: int,
    now: datetime,
) -> Iterator[ev.Event]:
    standing = treatment.appointment(step)
    appointment = Appointment(
        step=step, at=at, minutes=minutes, revision=treatment.revision(step) + 1, booked_at=now
    )
    yield ev.AppointmentBooked(
        at=now,
        treatment=treatment.number,
        appointment=appointment,
        moved_from=standing.revision if standing else None,
        by=command.by,
    )
    if step is Step.PSYCHOTHERAPY and _window_over(journey, treatment, now):
        # A missed window is not healed by a booking: a person resolves it (rescheduled).
        yield from close_tasks(journey, step, treatment.number, command, now)
    else:
        yield from close_for_step(journey, command, step, treatment.number, now)


def _window_over(journey: Journey, treatment: Treatment, now: datetime) -> bool:
    due = due_at(journey, treatment, Step.PSYCHOTHERAPY)
    return due is not None and now >= due
