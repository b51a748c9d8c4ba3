"""The infusion: its gates and dose, its start, its pauses and its end."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply_all
from pathway.chair import END, STOP_REVIEW
from pathway.dosing import dose_problems, not_as_ordered, unusual_time
from pathway.facts import Infusion, Pause, Step
from pathway.flags import open_flags
from pathway.gates import (
    ON_PAPER,
    current_treatment,
    past_or_current_treatment,
    require_role,
    signed,
)
from pathway.journey import Journey, Treatment
from pathway.preflight import no_override_opens, not_overridden, shut_gates
from pathway.refusals import Reason, Refused
from pathway.roles import NURSES, PRESCRIBERS
from pathway.rules import already_begun
from pathway.rules.closing import close_for_step
from pathway.rules.decision import falls_unsigned
from pathway.rules.deviating import close_about, to_be_signed
from pathway.rules.leaving import session_booked


@handle.register
def _(command: cmd.StartInfusion, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, NURSES, "The start of an infusion")
    begun = already_begun.has_begun(command, now)
    opened = tuple(already_begun.opens(journey, command, now)) if begun else ()
    yield from opened
    before, journey = journey, apply_all(journey, opened)
    treatment = _not_begun(journey, command)
    against = [*dose_problems(journey, treatment, command)]
    shut = [
        *shut_gates(journey, treatment, command.happened_at),
        *not_as_ordered(journey, treatment, command),
    ]
    if treatment.number != _number(before):
        against.insert(0, already_begun.NONE_OPEN)
    if not begun:
        closed = no_override_opens(journey, treatment, command.happened_at)
        _may_start(against, shut, closed, overridden=_overrides(command))
    against += not_overridden(journey, treatment, command.happened_at)
    infusion = _started(command, against, shut, now)
    recorded = ev.InfusionRecorded(at=now, treatment=treatment.number, infusion=infusion)
    yield recorded
    yield from close_for_step(journey, command, Step.INFUSION, treatment.number, now)
    yield from close_for_step(journey, command, Step.PREPARATION, treatment.number, now)
    yield from to_be_signed(journey, treatment, infusion.deviations, now)
    yield from falls_unsigned(journey, treatment, command, now)
    called = tuple(already_begun.calls(journey, treatment, infusion, now)) if begun else ()
    yield from called
    yield from _has_left(apply_all(journey, (recorded, *called)), treatment.number, now)


def _number(journey: Journey) -> int:
    return journey.treatment.number if journey.treatment else 0


def _not_begun(journey: Journey, command: cmd.StartInfusion) -> Treatment:
    last = journey.treatment
    if last is not None and last.number == command.treatment and last.infusion is not None:
        raise Refused(
            Reason.ALREADY,
            "The infusion of this treatment has already begun. If this was another one that took "
            f"place without us, it is that of treatment {last.number + 1}.",
        )
    return current_treatment(journey, command)


def _overrides(command: cmd.StartInfusion) -> bool:
    return command.override is not None and command.role in PRESCRIBERS


def _started(
    command: cmd.StartInfusion, against: list[str], shut: list[str], now: datetime
) -> Infusion:
    """The start as recorded. `against` is what no override opens: it stays to be signed."""
    overridden = _overrides(command)
    return Infusion(
        dose_mg_per_kg=command.dose_mg_per_kg,
        milligrams=command.milligrams,
        confirmed_by=command.confirmed_by,
        supervisor=command.supervisor,
        started_at=command.happened_at,
        start_signed=signed(command, now),
        override=command.override,
        overridden=tuple(shut) if overridden else (),
        deviations=tuple(dict.fromkeys(against if overridden else [*against, *shut])),
        already_running=command.already_running,
    )


def _has_left(journey: Journey, number: int, now: datetime) -> Iterator[ev.Event]:
    """Entered after she left: what her leaving could not ask for is asked for now."""
    treatment = journey.numbered(number)
    if treatment is not None and treatment.discharge is not None:
        yield from session_booked(journey, treatment, now)


def _may_start(against: list[str], shut: list[str], closed: list[str], *, overridden: bool) -> None:
    if against:
        sentence = f"This dose may not be given: {against[0]}. Check it with the prescriber."
        raise Refused(Reason.DOSE, sentence)
    if closed:
        raise Refused(
            Reason.GATE,
            f"The infusion may not start, and no override opens this: {'. '.join(closed)}.",
        )
    if shut and not overridden:
        raise Refused(
            Reason.GATE,
            f"The infusion may not start: {'; '.join(shut)}. A prescriber may override with a "
            "reason.",
        )


@handle.register
def _(command: cmd.PauseInfusion, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, NURSES, "A pause")
    treatment = past_or_current_treatment(journey, command)
    infusion = _running(treatment, command)
    if infusion.paused_since is not None:
        raise Refused(Reason.ALREADY, "The infusion is already paused.")
    pause = Pause(since=command.happened_at, reason=command.reason, signed=signed(command, now))
    paused = infusion.model_copy(update={"pauses": (*infusion.pauses, pause)})
    yield ev.InfusionRecorded(at=now, treatment=treatment.number, infusion=paused)


@handle.register
def _(command: cmd.ResumeInfusion, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, NURSES, "Going on after a pause")
    treatment = past_or_current_treatment(journey, command)
    infusion = _running(treatment, command)
    if infusion.paused_since is None:
        raise Refused(Reason.OUT_OF_ORDER, "The infusion is not paused.")
    if now - command.happened_at <= ON_PAPER and command.role not in PRESCRIBERS:
        _reviewed(journey, treatment, infusion)
    resumed = _unpaused(infusion, command.happened_at)
    yield ev.InfusionRecorded(at=now, treatment=treatment.number, infusion=resumed)


def _running(treatment: Treatment, command: cmd.Command) -> Infusion:
    infusion = treatment.infusion
    if infusion is None:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "The infusion's start is not recorded yet: record it first. If it runs although a "
            "gate is shut, say so (already_running).",
        )
    if infusion.ended_at is not None:
        raise Refused(Reason.ALREADY, "The infusion's end is already recorded.")
    last = infusion.pauses[-1] if infusion.pauses else None
    since = max(infusion.started_at, last.until or last.since) if last else infusion.started_at
    if command.happened_at < since:
        raise Refused(
            Reason.OUT_OF_ORDER, "This comes after the start, and after each pause. Check the time."
        )
    return infusion


def _reviewed(journey: Journey, treatment: Treatment, infusion: Infusion) -> None:
    """After a limit for stopping was reached a clinician looks before it goes on (rule 13).

    What stood open before the start was a gate of it: a prescriber has said her word on that.
    """
    waiting = [e.treatment for e in journey.open_escalations if e.about == STOP_REVIEW]
    waiting += [f.treatment for f in open_flags(journey) if f.raised_at >= infusion.started_at]
    if treatment.number in waiting:
        raise Refused(
            Reason.GATE,
            "A limit for stopping was reached, or a safety flag is open: a clinician reviews the "
            "patient first (assess_risk for a flag, else by closing the escalation), or it is a "
            "prescriber who resumes it.",
        )


def _unpaused(infusion: Infusion, at: datetime) -> Infusion:
    if infusion.paused_since is None:
        return infusion
    *before, last = infusion.pauses
    ended = last.model_copy(update={"until": at})
    return infusion.model_copy(update={"pauses": (*before, ended)})


@handle.register
def _(command: cmd.EndInfusion, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = past_or_current_treatment(journey, command)
    infusion = _running(treatment, command)
    if command.happened_at <= infusion.started_at:
        raise Refused(Reason.OUT_OF_ORDER, "An infusion ends after its start. Check the times.")
    if not command.complete and command.reason is None:
        raise Refused(Reason.OUT_OF_ORDER, "A partial infusion needs its reason.")
    ended = _ended(journey, infusion, command, now)
    number = treatment.number
    if ended.no_drug_given:
        yield from _never_was(journey, treatment, ended, command, now)
        return
    yield ev.InfusionRecorded(at=now, treatment=number, infusion=ended)
    yield from close_about(journey, command, number, (END,), now)
    new = [d for d in ended.deviations if d not in infusion.deviations]
    yield from to_be_signed(journey, treatment, new, now)


def _ended(
    journey: Journey, infusion: Infusion, command: cmd.EndInfusion, now: datetime
) -> Infusion:
    given = command.milligrams_given
    if given == 0 and command.complete:
        raise Refused(Reason.OUT_OF_ORDER, "A complete infusion gave medicine: say it was partial.")
    if command.complete and given is None:
        given = infusion.milligrams
    # A pause that the end cut short stays open: its end is the infusion's, corrected or not.
    ended = infusion.model_copy(
        update={
            "ended_at": command.happened_at,
            "complete": command.complete,
            "milligrams_given": given,
            "stopped_for": command.stopped_for,
            "end_reason": command.reason,
            "end_signed": signed(command, now),
        }
    )
    unusual = tuple(unusual_time(journey, ended))
    return ended.model_copy(update={"deviations": (*infusion.deviations, *unusual)})


def _never_was(
    journey: Journey,
    treatment: Treatment,
    ended: Infusion,
    command: cmd.EndInfusion,
    now: datetime,
) -> Iterator[ev.Event]:
    """No medicine reached her: not a treatment, and the same one is booked again (rule 11)."""
    number = treatment.number
    yield ev.InfusionAborted(at=now, treatment=number, infusion=ended)
    for step in (Step.INFUSION, Step.PSYCHOTHERAPY):
        booked = treatment.appointment(step)
        if booked is not None:
            yield ev.AppointmentCancelled(
                at=now,
                treatment=number,
                step=step,
                revision=booked.revision,
                wish_of=cmd.CancelledBy.CLINIC,
                reason="The treatment did not take place",
                signed=signed(command, now),
            )
    yield from close_for_step(journey, command, Step.MONITORING, number, now)
