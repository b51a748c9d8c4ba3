"""Booking, moving and cancelling appointments. Gates block starting, never booking (rule 8)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.facts import Appointment, Step
from pathway.gates import bookable, current_treatment, signed, staffed_window
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.rules.course import close_for_step


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
    if not ends <= at < ends + timedelta(hours=24):
        raise Refused(
            Reason.NOT_BOOKABLE, "The psychotherapy slot must lie within 24 hours of the infusion."
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
    if not bookable(step):
        raise Refused(Reason.NOT_BOOKABLE, f"A {step} is recorded, not booked.")
    if at <= now:
        raise Refused(Reason.PAST, "An appointment lies in the future. Check the date.")
    if step is Step.INFUSION and treatment.infusion is not None:
        raise Refused(Reason.ALREADY, "The infusion of this treatment has already begun.")
    if step is Step.PSYCHOTHERAPY and treatment.psychotherapy is not None:
        raise Refused(Reason.ALREADY, "The psychotherapy session already has its outcome.")
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
    if step is not Step.PSYCHOTHERAPY or not _window_over(journey, treatment, now):
        yield from close_for_step(journey, command, step, treatment.number, now)


def _window_over(journey: Journey, treatment: Treatment, now: datetime) -> bool:
    """A missed window is not healed by a booking: a person resolves it (rescheduled)."""
    del journey
    ended = treatment.infusion_ended_at
    return ended is not None and now >= ended + timedelta(hours=24)
