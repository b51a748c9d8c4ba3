"""Taking, handing over and closing escalations."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.attempts import attempts_over, too_few, unreachable
from pathway.escalation import Acknowledgement, Ending, Escalation
from pathway.facts import BOOKABLE, Psychotherapy, SessionOutcome, Step
from pathway.flags import may_take, needs_prescriber
from pathway.gates import open_escalation_named, require_ahead, signed
from pathway.journey import Journey
from pathway.protocol import Level
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, PRESCRIBERS
from pathway.rules.closing import close_tasks
from pathway.rules.replies import messages_read
from pathway.status import HOSPITAL


@handle.register
def _(command: cmd.AcknowledgeEscalation, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    escalation = open_escalation_named(journey, command.escalation)
    _not_anothers(escalation, command)
    latest = now + journey.protocol.ladders.acknowledged_but_open
    look = command.next_look or latest
    require_ahead(look, now, "The next look")
    if not may_take(journey, escalation, command.role):
        yield ev.EscalationHelpNoted(
            at=now, escalation=escalation.id, by=command.by, role=command.role
        )
        return
    taken = Acknowledgement(by=command.by, at=now, next_look=min(look, latest))
    yield ev.EscalationAcknowledged(at=now, escalation=escalation.id, acknowledgement=taken)


def _not_anothers(escalation: Escalation, command: cmd.AcknowledgeEscalation) -> None:
    taken = escalation.acknowledged
    if command.unless_taken and taken is not None and taken.by != command.by:
        raise Refused(Reason.ALREADY, f"{taken.by} has taken {escalation.id}.")


@handle.register
def _(command: cmd.RecordPageFailure, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    escalation = journey.escalation(command.escalation)
    if escalation is None:
        return  # forgotten: it was over long ago
    yield ev.PageFailed(
        at=now, escalation=escalation.id, person=command.person, reason=command.reason
    )
    begun = next((b for b in escalation.begun if b.turn_key == command.turn), None)
    if begun is not None and escalation.climbing and not begun.nobody:
        nobody = begun.model_copy(update={"nobody": True})
        yield ev.EscalationRungBegun(at=now, escalation=escalation.id, rung=nobody)


@handle.register
def _(command: cmd.HandOver, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if (command.escalation is None) is (command.task is None):
        raise Refused(
            Reason.UNKNOWN_TASK, "Name what is handed over: an escalation, or a line (task)."
        )
    if command.escalation is not None:
        escalation = open_escalation_named(journey, command.escalation)
        _may_hand_over(journey, escalation, command)
        yield ev.EscalationHandedOver(
            at=now, escalation=escalation.id, to=command.to, note=command.note, by=command.by
        )
        return
    task = next((t for t in journey.tasks if t.key == command.task), None)
    if task is None:
        raise Refused(Reason.UNKNOWN_TASK, "This line is no longer on the work list.")
    owned = task.model_copy(update={"owner": command.to})
    yield ev.TaskChanged(at=now, task=owned, note=command.note, signed=signed(command, now))


def _may_hand_over(journey: Journey, escalation: Escalation, command: cmd.HandOver) -> None:
    """What a clinician has taken leaves her by a clinician's word, or climbs again."""
    by_name = command.to is not None and escalation.acknowledged is not None
    if by_name and not may_take(journey, escalation, command.role):
        raise Refused(
            Reason.NEEDS_CLINICIAN,
            "A clinician has this one: another hands it over by name, or it goes back to the "
            "queue (without --to) and climbs again at once.",
        )


@handle.register
def _(command: cmd.ResolveEscalation, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    escalation = open_escalation_named(journey, command.escalation)
    _may_end(journey, escalation, command, now)
    yield ev.EscalationClosed(
        at=now,
        escalation=escalation.id,
        outcome=command.outcome,
        by=command.by,
        note=command.note,
        good_until=command.good_until,
    )
    yield from _session_outcome(journey, escalation, command, now)
    yield from messages_read(journey, escalation, command, now)


def _may_end(
    journey: Journey, escalation: Escalation, command: cmd.ResolveEscalation, now: datetime
) -> None:
    if command.outcome in {Ending.DONE, Ending.MOOT, Ending.CORRECTED}:
        raise Refused(
            Reason.NEEDS_NEXT_STEP, "Record the step itself; this escalation then closes with it."
        )
    if escalation.level is Level.SAFETY and command.outcome is not Ending.EMERGENCY:
        raise Refused(
            Reason.NEEDS_CLINICIAN,
            "Record the clinician's risk assessment (assess_risk): a safety flag closes with it, "
            "or as an emergency.",
        )
    if needs_prescriber(escalation) and command.role not in PRESCRIBERS:
        raise Refused(
            Reason.NEEDS_CLINICIAN,
            "Only a prescriber closes this, or signs what differed (sign_deviations): it closes "
            "with that.",
        )
    if escalation.level is Level.SAFETY or command.outcome is Ending.ASSESSED:
        _by_a_clinician(command, now)
    if command.outcome is Ending.DECLINED:
        _may_decline(escalation)
    if command.outcome in {Ending.REACHED, Ending.RESCHEDULED}:
        _next_step_stands(journey, escalation)
    if command.outcome is Ending.UNREACHABLE and not unreachable(
        journey, attempts_over(journey, escalation)
    ):
        raise too_few(journey)
    _may_leave_undecided(escalation, command)


def _may_leave_undecided(escalation: Escalation, command: cmd.ResolveEscalation) -> None:
    """Ended without it, a decision is asked for no more: that is for a clinician to say.

    No emergency and no attempt to reach the patient takes a decision (rules 21 and 23).
    """
    open_still = escalation.step is Step.DECISION or escalation.about == HOSPITAL
    if open_still and command.role not in CLINICIANS:
        raise Refused(
            Reason.NEEDS_CLINICIAN,
            "A decision is asked for here: have it taken, and this closes with it. Only a "
            "clinician ends it without one.",
        )


def _by_a_clinician(command: cmd.ResolveEscalation, now: datetime) -> None:
    if command.role not in CLINICIANS:
        raise Refused(Reason.NEEDS_CLINICIAN, "Only a clinician closes it like this.")
    if command.outcome is not Ending.ASSESSED:
        return
    if command.good_until is None:
        raise Refused(Reason.NEEDS_CLINICIAN, "Say until when this assessment holds (good_until).")
    require_ahead(command.good_until, now, "The end of this assessment (good_until)")


def _may_decline(escalation: Escalation) -> None:
    """The patient declines a visit or a session; what staff owe does not end by their word."""
    if escalation.step in BOOKABLE:
        return
    raise Refused(
        Reason.NEEDS_NEXT_STEP,
        f"The patient cannot decline this. {_itself(escalation.step)}"
        if escalation.step
        else "The patient cannot decline this. Say how else it ended.",
    )


def _itself(step: Step) -> str:
    return f"Record the {step} itself: this closes with it."


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
            else _itself(escalation.step),
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
