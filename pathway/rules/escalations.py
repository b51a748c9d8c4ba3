"""Raising, taking, handing over and closing escalations; the lines of the work list."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.escalation import Acknowledgement, Ending, Escalation
from pathway.facts import BOOKABLE, Psychotherapy, SessionOutcome, Step
from pathway.falling_due import open_escalation
from pathway.gates import open_escalation_named, require_ahead, signed
from pathway.journey import Journey
from pathway.protocol import LadderName, Level
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS
from pathway.rules.course import close_tasks

UNREACHABLE_ATTEMPTS = 3
"""How many attempts at different times "unreachable" takes (rule 5)."""


@handle.register
def _(command: cmd.RaiseFlag, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    # What was seen stays with the clinician: a page says only that she is needed.
    words = {
        cmd.FlagTier.URGENT: "a safety flag needs a clinician",
        cmd.FlagTier.HIGH: "a high safety flag needs a clinician now",
    }
    number = journey.treatment.number if journey.treatment else None
    escalation = open_escalation(
        journey, LadderName.SAFETY, words[command.tier], now, treatment=number
    )
    yield ev.EscalationOpened(at=now, escalation=escalation)


@handle.register
def _(command: cmd.AcknowledgeEscalation, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    escalation = open_escalation_named(journey, command.escalation)
    latest = now + journey.protocol.ladders.acknowledged_but_open
    look = command.next_look or latest
    require_ahead(look, now, "The next look")
    taken = Acknowledgement(by=command.by, at=now, next_look=min(look, latest))
    yield ev.EscalationAcknowledged(at=now, escalation=escalation.id, acknowledgement=taken)


@handle.register
def _(command: cmd.HandOver, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    escalation = open_escalation_named(journey, command.escalation)
    yield ev.EscalationHandedOver(
        at=now, escalation=escalation.id, to=command.to, note=command.note, by=command.by
    )


@handle.register
def _(command: cmd.ResolveEscalation, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    escalation = open_escalation_named(journey, command.escalation)
    _may_end(journey, escalation, command)
    yield ev.EscalationClosed(
        at=now,
        escalation=escalation.id,
        outcome=command.outcome,
        by=command.by,
        note=command.note,
        good_until=command.good_until,
    )
    yield from _session_outcome(journey, escalation, command, now)


def _may_end(journey: Journey, escalation: Escalation, command: cmd.ResolveEscalation) -> None:
    if command.outcome in {Ending.DONE, Ending.MOOT}:
        raise Refused(
            Reason.NEEDS_NEXT_STEP, "Record the step itself; this escalation then closes with it."
        )
    if escalation.level is Level.SAFETY and command.outcome not in _ENDS_A_FLAG:
        raise Refused(
            Reason.NEEDS_CLINICIAN, "A safety flag closes as assessed or as an emergency."
        )
    if escalation.level is Level.SAFETY or command.outcome is Ending.ASSESSED:
        _by_a_clinician(command)
    if command.outcome in {Ending.REACHED, Ending.RESCHEDULED}:
        _next_step_stands(journey, escalation)


_ENDS_A_FLAG = frozenset({Ending.ASSESSED, Ending.EMERGENCY})


def _by_a_clinician(command: cmd.ResolveEscalation) -> None:
    if command.role not in CLINICIANS:
        raise Refused(Reason.NEEDS_CLINICIAN, "Only a clinician closes it like this.")
    if command.outcome is Ending.ASSESSED and command.good_until is None:
        raise Refused(Reason.NEEDS_CLINICIAN, "Say until when this assessment holds (good_until).")


def _next_step_stands(journey: Journey, escalation: Escalation) -> None:
    """Reached or rescheduled says what comes next: nothing may be left hanging."""
    treatment = journey.numbered(escalation.treatment) if escalation.treatment else None
    if escalation.step is None or treatment is None:
        return
    booked = treatment.appointment(escalation.step)
    if booked is None or booked.booked_at < escalation.opened_at:
        raise Refused(
            Reason.NEEDS_NEXT_STEP,
            f"Book the new {escalation.step} appointment first, or record its outcome."
            if escalation.step in BOOKABLE
            else f"Record the {escalation.step} itself: this closes with it.",
        )


def _session_outcome(
    journey: Journey, escalation: Escalation, command: cmd.ResolveEscalation, now: datetime
) -> Iterator[ev.Event]:
    """A follow-up that ends without a session says so in the treatment (rule 7)."""
    outcomes = {
        Ending.DECLINED: SessionOutcome.DECLINED,
        Ending.UNREACHABLE: SessionOutcome.NOT_REACHED,
        Ending.EMERGENCY: SessionOutcome.NOT_HELD,
    }
    outcome = outcomes.get(command.outcome)
    if escalation.step is not Step.PSYCHOTHERAPY or escalation.treatment is None or not outcome:
        return
    treatment = journey.numbered(escalation.treatment)
    if treatment is None or treatment.psychotherapy is not None:
        return
    psychotherapy = Psychotherapy(outcome=outcome, reason=command.note, signed=signed(command, now))
    yield ev.PsychotherapyRecorded(at=now, treatment=treatment.number, psychotherapy=psychotherapy)
    yield from close_tasks(journey, Step.PSYCHOTHERAPY, treatment.number, command, now)


@handle.register
def _(command: cmd.RecordContactAttempt, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    task = next((t for t in journey.tasks if t.key == command.task), None)
    if task is None:
        raise Refused(Reason.UNKNOWN_TASK, "This line is no longer on the work list.")
    if command.reached:
        yield ev.TaskClosed(at=now, key=task.key, reason=command.note, by=command.by)
        return
    attempts = task.attempts + 1
    if command.next_try is None and attempts < UNREACHABLE_ATTEMPTS:
        raise Refused(
            Reason.NEEDS_NEXT_STEP,
            f"Say when you try next (next_try): unreachable takes {UNREACHABLE_ATTEMPTS} attempts.",
        )
    if command.next_try is None:
        yield ev.TaskClosed(at=now, key=task.key, reason="unreachable", by=command.by)
        return
    require_ahead(command.next_try, now, "The next try")
    # The line sleeps until the next try, but never past what it is about (rule 5).
    sleeps = min(command.next_try, task.due) if task.due else command.next_try
    changed = task.model_copy(update={"attempts": attempts, "sleeps_until": sleeps})
    yield ev.TaskChanged(at=now, task=changed, note=command.note, signed=signed(command, now))
