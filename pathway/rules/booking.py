"""Booking, moving and cancelling appointments. Gates block starting, never booking (rule 8)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.agenda_keys import appointment_stem, step_prefix
from pathway.anchors import done
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import BOOKABLE, Appointment, Step
from pathway.gates import current_treatment, require_ahead, require_open_day, signed
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import Role
from pathway.rules.closing import close_lines
from pathway.rules.visits import book_visit, booked, rebook_in_time
from pathway.sessions import as_owed
from pathway.slots import in_window, offers, staffed_throughout, written


@handle.register
def _(command: cmd.Book, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = current_treatment(journey, command)
    if command.replaces != treatment.revision(command.step):
        raise Refused(
            Reason.STALE_REVISION,
            f"The {command.step} appointment has changed since you looked (revision "
            f"{treatment.revision(command.step)} is the last). Look at the journey again.",
        )
    yield from _placed(journey, treatment, command, command.minutes, now)


@handle.register
def _(command: cmd.Move, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = current_treatment(journey, command)
    standing = _standing(treatment, command.step, command.revision)
    yield from _placed(journey, treatment, command, standing.minutes, now)


def _placed(
    journey: Journey,
    treatment: Treatment,
    command: cmd.Book | cmd.Move,
    minutes: int,
    now: datetime,
) -> Iterator[ev.Event]:
    step, at = command.step, command.at
    _may_stand(journey, treatment, step, at, now)
    if step is Step.INFUSION:
        yield from book_visit(journey, treatment, at, minutes, command, now)
        return
    if command.psychotherapy_at is not None:
        raise Refused(Reason.NOT_BOOKABLE, "Only an infusion brings a psychotherapy slot along.")
    if step is Step.PSYCHOTHERAPY:
        _after_the_visit(journey, treatment, at, now)
        _seen_by_somebody(journey, command)
    yield from booked(journey, treatment, step, at, minutes, command, now)


def _may_stand(
    journey: Journey, treatment: Treatment, step: Step, at: datetime, now: datetime
) -> None:
    if step not in BOOKABLE:
        raise Refused(Reason.NOT_BOOKABLE, f"A {step} is recorded, not booked.")
    require_ahead(at, now, "This appointment")
    require_open_day(journey, at, "This appointment")
    if done(as_owed(journey, treatment), step):
        raise Refused(Reason.ALREADY, f"The {step} of this treatment is already recorded.")


def _after_the_visit(journey: Journey, treatment: Treatment, slot: datetime, now: datetime) -> None:
    """While the infusion is only planned its session is planned into its window."""
    infusion = treatment.appointment(Step.INFUSION)
    if infusion is None or treatment.infusion or in_window(journey, infusion.at, slot):
        return
    raise Refused(
        Reason.NOT_BOOKABLE,
        "The psychotherapy slot must lie in the window after the infusion, once the patient may "
        f"leave. {offers(journey, infusion.at, now)}",
    )


def _seen_by_somebody(journey: Journey, command: cmd.Book | cmd.Move) -> None:
    """A session alone needs somebody at work, as one booked with its visit does (rule 8)."""
    named = command.seen_by or command.stated_by
    if named is None and not staffed_throughout(journey, command.at):
        raise Refused(
            Reason.NO_STAFFED_HOUR,
            f"At {written(journey, command.at)} nobody is at work to hold psychotherapy. Choose "
            "another time, or name the clinician who will see the patient (seen_by), or the "
            "therapist outside the clinic who has agreed it (stated_by).",
        )


@handle.register
def _(command: cmd.Cancel, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if command.step is Step.ASSESSMENT:
        yield from _assessment_cancelled(journey, command, now)
        return
    treatment = current_treatment(journey, command)
    standing = _standing(treatment, command.step, command.revision)
    yield from _cancelled(journey, treatment, standing, command, now)
    session = treatment.appointment(Step.PSYCHOTHERAPY)
    if command.step is Step.INFUSION and session and not treatment.infusion:
        # Without its infusion there is no session after it.
        yield from _cancelled(journey, treatment, session, command, now)


def _assessment_cancelled(
    journey: Journey, command: cmd.Cancel, now: datetime
) -> Iterator[ev.Event]:
    """Before any treatment there is only the assessment to call off (rule 3)."""
    was = journey.assessment_booked
    if was is None or journey.assessment is not None:
        raise Refused(Reason.NOT_BOOKED, "No assessment is booked: book one instead.")
    _require_seen(was, command.revision)
    by_her = command.wish_of is cmd.CancelledBy.PATIENT
    yield ev.AssessmentCancelled(
        at=now,
        revision=was.revision,
        wish_of=command.wish_of,
        reason=command.reason,
        no_show=by_her and command.happened_at >= was.at,
        stated_by=command.stated_by,
        signed=signed(command, now),
    )
    yield from close_lines(journey, "assessment/", command, now)
    task = StaffTask(
        key=f"assessment/a{was.revision}/cancelled",
        kind=TaskKind.NUDGE,
        to=Role.COORDINATOR,
        line="Book the assessment anew, or close the journey: it did not take place",
        opened_at=now,
    )
    yield ev.TaskOpened(at=now, task=task)


def _cancelled(
    journey: Journey, treatment: Treatment, was: Appointment, command: cmd.Cancel, now: datetime
) -> Iterator[ev.Event]:
    by_her = command.wish_of is cmd.CancelledBy.PATIENT
    yield ev.AppointmentCancelled(
        at=now,
        treatment=treatment.number,
        step=was.step,
        revision=was.revision,
        wish_of=command.wish_of,
        reason=command.reason,
        # Called off in time by anybody, or by the clinic at any time, it is none (rule 3).
        no_show=by_her and command.happened_at >= was.at,
        stated_by=command.stated_by,
        signed=signed(command, now),
    )
    yield from about_nothing_now(journey, treatment, was, command, now)
    nudged = any(t.key == f"{appointment_stem(treatment, was)}/no-show" for t in journey.tasks)
    if was.step is Step.PSYCHOTHERAPY and not nudged:
        yield from rebook_in_time(journey, treatment, now)


def about_nothing_now(
    journey: Journey, treatment: Treatment, was: Appointment, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """Take lines about a cancelled appointment off the work list."""
    stem = appointment_stem(treatment, was)
    gone: tuple[str, ...] = (f"{stem}/",)
    if was.step is Step.INFUSION:
        gone = (*gone, f"{step_prefix(treatment.number, Step.PSYCHOTHERAPY)}slot/")
    for task in journey.tasks:
        # A session that did not take place must still be made up for.
        if task.key.startswith(gone) and task.key != f"{stem}/no-show":
            yield ev.TaskClosed(at=now, key=task.key, reason="cancelled since", by=command.by)


def _standing(treatment: Treatment, step: Step, revision: int) -> Appointment:
    standing = treatment.appointment(step)
    if standing is None:
        raise Refused(Reason.NOT_BOOKED, f"No {step} appointment is booked: book one instead.")
    _require_seen(standing, revision)
    return standing


def _require_seen(standing: Appointment, revision: int) -> None:
    if standing.revision != revision:
        raise Refused(
            Reason.STALE_REVISION,
            f"Somebody moved the {standing.step} appointment since you looked (revision "
            f"{standing.revision} stands). Look at the journey again.",
        )
