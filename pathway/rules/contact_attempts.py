"""Attempts to reach the patient about a line of the work list, or an escalation (rule 5)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.asked_calls import asks_for_it
from pathway.attempts import about, too_few, unreachable
from pathway.escalation import Acknowledgement, Escalation, StaffTask, TaskKind
from pathway.facts.contact import ContactAttempt, ContactOutcome, ContactWith
from pathway.facts.replies import DoubtReason
from pathway.flags import may_take
from pathway.gates import require_ahead, signed
from pathway.journey import Journey
from pathway.lines import asks_for_a_call
from pathway.refusals import Reason, Refused
from pathway.replies import message_lines
from pathway.rules.replies import inbox_done
from pathway.rules.texts import phone_doubted


@handle.register
def _(command: cmd.RecordContactAttempt, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    task = next((t for t in journey.tasks if t.key == command.task), None)
    escalation = journey.escalation(command.task)
    if command.next_try is not None:
        require_ahead(command.next_try, now, "The next try")
    if command.outcome is ContactOutcome.WRONG_NUMBER and command.whom is ContactWith.PATIENT:
        by = signed(command, now)
        yield from phone_doubted(journey, DoubtReason.WRONG_NUMBER, by, now)
    if task is not None:
        yield from _about_a_line(journey, task, command, now)
    elif escalation is not None and escalation.open:
        yield from _about_an_escalation(journey, escalation, command, now)
    elif journey.over:
        # Its lines are gone; that somebody tried is a fact all the same.
        yield ev.ContactAttempted(at=now, attempt=_attempt(command, now, None))
    else:
        raise Refused(Reason.UNKNOWN_TASK, "This line is no longer on the work list.")


def _attempt(
    command: cmd.RecordContactAttempt, now: datetime, next_try: datetime | None
) -> ContactAttempt:
    return ContactAttempt(
        about=command.task,
        way=command.way,
        whom=command.whom,
        outcome=command.outcome,
        next_try=next_try,
        note=command.note,
        signed=signed(command, now),
    )


def _about_a_line(
    journey: Journey, task: StaffTask, command: cmd.RecordContactAttempt, now: datetime
) -> Iterator[ev.Event]:
    # The line sleeps until the next try, but never past what it is about (rule 5).
    wakes = command.next_try
    sleeps = min(wakes, task.due) if wakes and task.due else wakes
    attempt = _attempt(command, now, sleeps)
    spoken = command.outcome is ContactOutcome.REACHED
    if task.kind is TaskKind.CHECK and not asks_for_a_call(task):
        # What staff must look at is not done by speaking with her, or by not reaching her.
        yield ev.ContactAttempted(at=now, attempt=attempt)
        return
    if spoken and command.whom is ContactWith.PATIENT:
        yield ev.ContactAttempted(at=now, attempt=attempt)
        if not asks_for_a_call(task):
            return
        for each in _spoken_about(journey, task):
            yield ev.TaskClosed(at=now, key=each.key, reason="reached", by=command.by)
        if task.kind is TaskKind.MESSAGE:
            yield from inbox_done(journey, command, command.note, now)
        elif asks_for_it(task):
            yield from inbox_done(journey, command, command.note, now, call=task.key)
        return
    gives_up = command.next_try is None
    if gives_up and not unreachable(journey, (*about(journey, task.key), attempt)):
        raise too_few(journey)
    yield ev.ContactAttempted(at=now, attempt=attempt)
    if gives_up:
        yield ev.TaskClosed(at=now, key=task.key, reason="unreachable", by=command.by)


def _spoken_about(journey: Journey, task: StaffTask) -> Iterator[StaffTask]:
    """The line, and of messages those that had come before."""
    yield task
    if task.kind is TaskKind.MESSAGE:
        before = message_lines(journey, by=task.opened_at)
        yield from (each for each in before if each.key != task.key)


def _about_an_escalation(
    journey: Journey, escalation: Escalation, command: cmd.RecordContactAttempt, now: datetime
) -> Iterator[ev.Event]:
    """It stays open until a person says how it ended; whoever tries again later has taken it."""
    latest = now + journey.protocol.ladders.acknowledged_but_open
    look = min(command.next_try, latest) if command.next_try else None
    yield ev.ContactAttempted(at=now, attempt=_attempt(command, now, look))
    if look is not None and not may_take(journey, escalation, command.role):
        # Trying to reach her is help; a clinician is still turned to (rules 20, 21).
        yield ev.EscalationHelpNoted(
            at=now, escalation=escalation.id, by=command.by, role=command.role
        )
    elif look is not None:
        taken = Acknowledgement(by=command.by, at=now, next_look=look)
        yield ev.EscalationAcknowledged(at=now, escalation=escalation.id, acknowledgement=taken)
