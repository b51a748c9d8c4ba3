"""The day of treatment: preparation, infusion, monitoring, leaving, psychotherapy."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.facts import Discharge as DischargeFact
from pathway.facts import Infusion, LeavingBy, Preparation, Psychotherapy, SessionOutcome, Step
from pathway.gates import (
    ON_PAPER,
    current_treatment,
    past_or_current_treatment,
    require_role,
    shut_gates,
    signed,
)
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, PRESCRIBERS, Role
from pathway.rules.course import close_for_step

THERAPISTS = frozenset({Role.THERAPIST, Role.THERAPIST_LEAD, Role.MENTAL_HEALTH_PROFESSIONAL})
NURSES = PRESCRIBERS | {Role.NURSE, Role.NURSE_ON_SHIFT}
SESSION_RECORDERS = CLINICIANS | {Role.COORDINATOR}


@handle.register
def _(command: cmd.RecordPreparation, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, THERAPISTS | PRESCRIBERS, "The preparation session")
    treatment = past_or_current_treatment(journey, command)
    if treatment.preparation is not None:
        raise Refused(Reason.ALREADY, "The preparation session is already recorded.")
    preparation = Preparation(signed=signed(command, now))
    yield ev.PreparationRecorded(at=now, treatment=treatment.number, preparation=preparation)
    yield from close_for_step(journey, command, Step.PREPARATION, treatment.number, now)


@handle.register
def _(command: cmd.StartInfusion, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, NURSES, "The start of an infusion")
    treatment = current_treatment(journey, command)
    if treatment.infusion is not None:
        raise Refused(Reason.ALREADY, "The infusion of this treatment has already begun.")
    against = [*_dose_out_of_bounds(journey, command)]
    shut = shut_gates(journey, treatment, command.happened_at)
    if now - command.happened_at <= ON_PAPER:
        _may_start(command, against, shut)
        against, shut = [], []
    infusion = Infusion(
        dose_mg_per_kg=command.dose_mg_per_kg,
        started_at=command.happened_at,
        start_signed=signed(command, now),
        override=command.override,
        deviations=(*against, *shut),
    )
    yield ev.InfusionRecorded(at=now, treatment=treatment.number, infusion=infusion)
    yield from close_for_step(journey, command, Step.INFUSION, treatment.number, now)
    yield from close_for_step(journey, command, Step.PREPARATION, treatment.number, now)


def _dose_out_of_bounds(journey: Journey, command: cmd.StartInfusion) -> Iterator[str]:
    dose = journey.protocol.steps.infusion.dose
    if not dose.min_mg_per_kg <= command.dose_mg_per_kg <= dose.max_mg_per_kg:
        yield f"the protocol allows {dose.min_mg_per_kg} to {dose.max_mg_per_kg} mg/kg"


def _may_start(command: cmd.StartInfusion, against: list[str], shut: list[str]) -> None:
    if against:
        sentence = f"This dose may not be given: {against[0]}. Check it with the prescriber."
        raise Refused(Reason.DOSE, sentence)
    overridden = command.override is not None and command.role in PRESCRIBERS
    if shut and not overridden:
        raise Refused(
            Reason.GATE,
            f"The infusion may not start: {'; '.join(shut)}. A prescriber may override with a "
            "reason.",
        )


@handle.register
def _(command: cmd.EndInfusion, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = past_or_current_treatment(journey, command)
    infusion = treatment.infusion
    if infusion is None:
        raise Refused(Reason.OUT_OF_ORDER, "The infusion's start is not recorded yet.")
    if infusion.ended_at is not None:
        raise Refused(Reason.ALREADY, "The infusion's end is already recorded.")
    if command.happened_at <= infusion.started_at:
        raise Refused(Reason.OUT_OF_ORDER, "An infusion ends after its start. Check the times.")
    if not command.complete and command.reason is None:
        raise Refused(Reason.OUT_OF_ORDER, "A partial infusion needs its reason.")
    ended = infusion.model_copy(
        update={
            "ended_at": command.happened_at,
            "complete": command.complete,
            "end_reason": command.reason,
            "end_signed": signed(command, now),
        }
    )
    yield ev.InfusionRecorded(at=now, treatment=treatment.number, infusion=ended)
    yield from close_for_step(journey, command, Step.MONITORING, treatment.number, now)


@handle.register
def _(command: cmd.RecordVitals, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, CLINICIANS, "Vital signs")
    treatment = past_or_current_treatment(journey, command)
    yield ev.VitalsRecorded(
        at=now, treatment=treatment.number, readings=command.readings, signed=signed(command, now)
    )


@handle.register
def _(command: cmd.RecordDischarge, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = past_or_current_treatment(journey, command)
    if treatment.discharge is not None:
        raise Refused(Reason.ALREADY, "The discharge is already recorded.")
    if treatment.infusion is None:
        raise Refused(Reason.OUT_OF_ORDER, "The infusion's start is not recorded yet.")
    # Leaving against advice and transfer are facts: nothing may refuse them (rule 1).
    if command.way is LeavingBy.SIGNED_OFF:
        require_role(command, NURSES, "A signed-off discharge")
        _stayed_long_enough(journey, treatment, command)
    discharge = DischargeFact(way=command.way, note=command.note, signed=signed(command, now))
    yield ev.DischargeRecorded(at=now, treatment=treatment.number, discharge=discharge)
    if treatment.infusion_ended_at is not None:
        # Without its end no window has opened: that stays somebody's until it is recorded.
        yield from close_for_step(journey, command, Step.MONITORING, treatment.number, now)


def _stayed_long_enough(
    journey: Journey, treatment: Treatment, command: cmd.RecordDischarge
) -> None:
    infusion = treatment.infusion
    if infusion is None or infusion.ended_at is None:
        raise Refused(Reason.OUT_OF_ORDER, "Record the infusion's end before the discharge.")
    floor = journey.protocol.steps.monitoring.minimum_from_start.value
    if command.happened_at < infusion.started_at + floor:
        minutes = int(floor.total_seconds() // 60)
        raise Refused(
            Reason.TOO_EARLY,
            f"The protocol keeps her for {minutes} minutes from the start of the infusion. If she "
            "leaves now, record it as against advice.",
        )


@handle.register
def _(command: cmd.RecordPsychotherapy, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, SESSION_RECORDERS, "The psychotherapy session")
    treatment = past_or_current_treatment(journey, command)
    if treatment.psychotherapy is not None:
        raise Refused(Reason.ALREADY, "The psychotherapy session already has its outcome.")
    ended = treatment.infusion_ended_at
    if ended is None or command.happened_at < ended:
        raise Refused(
            Reason.OUT_OF_ORDER, "The psychotherapy session comes after the infusion's end."
        )
    held = command.outcome in {SessionOutcome.HELD, SessionOutcome.HELD_LATE}
    if not held and command.reason is None:
        raise Refused(Reason.OUT_OF_ORDER, "A session that was not held needs its reason.")
    psychotherapy = Psychotherapy(
        outcome=command.outcome, reason=command.reason, signed=signed(command, now)
    )
    yield ev.PsychotherapyRecorded(at=now, treatment=treatment.number, psychotherapy=psychotherapy)
    yield from close_for_step(journey, command, Step.PSYCHOTHERAPY, treatment.number, now)
