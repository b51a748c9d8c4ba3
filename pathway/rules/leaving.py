"""Leaving after a treatment: criteria, signatures, and every other way out (rule 14)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply_all
from pathway.chair import LEAVING
from pathway.facts import Discharge, LeavingBy, Step
from pathway.falling_due import open_escalation
from pathway.gates import ON_PAPER, past_or_current_treatment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.monitoring import readings_missing, unsigned
from pathway.refusals import Reason, Refused
from pathway.roles import NURSES
from pathway.rules import left_otherwise
from pathway.rules.closing import close_for_step, close_tasks
from pathway.rules.deviating import close_about, to_be_signed
from pathway.sessions import slot_owed

NOT_BOOKED = "not_booked"


@handle.register
def _(command: cmd.SignDischarge, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, NURSES, "That the patient may leave")
    treatment = past_or_current_treatment(journey, command)
    _in_the_chair(treatment)
    if any(s.by == command.by for s in treatment.discharge_signed):
        raise Refused(Reason.ALREADY, "You have signed already; the discharge needs another hand.")
    yield ev.DischargeSigned(at=now, treatment=treatment.number, signed=signed(command, now))


def _in_the_chair(treatment: Treatment) -> None:
    if treatment.discharge is not None:
        raise Refused(Reason.ALREADY, "The discharge is already recorded.")
    if treatment.infusion is None:
        raise Refused(Reason.OUT_OF_ORDER, "The infusion's start is not recorded yet.")


@handle.register
def _(command: cmd.RecordDischarge, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = past_or_current_treatment(journey, command)
    # Leaving against advice and transfer are facts: nothing may refuse them (rule 1).
    if command.way is LeavingBy.SIGNED_OFF:
        _in_the_chair(treatment)
        require_role(command, NURSES, "A signed-off discharge")
        differed = _signed_off(journey, treatment, command, now)
    else:
        left_otherwise.require_first_time(journey, treatment, command.happened_at)
        differed = [*left_otherwise.what_differed(journey, treatment, command)]
    deviations = tuple(dict.fromkeys([*readings_missing(journey, treatment), *differed]))
    discharge = Discharge(
        way=command.way,
        note=command.note,
        padss=command.padss,
        pressure_note=command.pressure_note,
        escort=command.escort,
        escort_named=command.escort_named,
        escort_reached=command.escort_reached,
        printed_sheet=command.printed_sheet,
        deviations=deviations,
        also_signed=treatment.discharge_signed,
        signed=signed(command, now),
    )
    yield ev.DischargeRecorded(at=now, treatment=treatment.number, discharge=discharge)
    yield from _chair_is_empty(journey, treatment, command, now)
    yield from to_be_signed(journey, treatment, deviations, now)
    yield from _who_is_told(journey, treatment, command, now)


def _chair_is_empty(
    journey: Journey, treatment: Treatment, command: cmd.RecordDischarge, now: datetime
) -> Iterator[ev.Event]:
    number = treatment.number
    if treatment.infusion_ended_at is None:
        # Without its end no window has opened: that stays somebody's until it is recorded.
        yield from close_about(journey, command, number, LEAVING, now)
        yield from close_tasks(journey, Step.MONITORING, number, command, now)
    else:
        yield from close_for_step(journey, command, Step.MONITORING, number, now)


def _signed_off(
    journey: Journey, treatment: Treatment, command: cmd.RecordDischarge, now: datetime
) -> list[str]:
    """What is missing: it refuses a plan, and is a deviation of what has happened (rule 1)."""
    if treatment.infusion_ended_at is None:
        raise Refused(Reason.OUT_OF_ORDER, "Record the infusion's end before the discharge.")
    early = left_otherwise.too_early(journey, treatment, command.happened_at)
    missing = left_otherwise.criteria_missing(journey, treatment, command, command.happened_at)
    owed = unsigned(journey, (*treatment.discharge_signed, signed(command, now)))
    missing += [f"the signature of a {role} (sign_discharge)" for role in owed]
    if now - command.happened_at > ON_PAPER:
        return [*early, *missing]
    if early:
        raise Refused(Reason.TOO_EARLY, f"{early[0]} {_OR_AGAINST_ADVICE}")
    if missing:
        raise Refused(
            Reason.CRITERIA, f"Not yet, this is missing: {'; '.join(missing)}. {_OR_AGAINST_ADVICE}"
        )
    return []


_OR_AGAINST_ADVICE = "If the patient leaves now, record it as against advice."


def _who_is_told(
    journey: Journey, treatment: Treatment, command: cmd.RecordDischarge, now: datetime
) -> Iterator[ev.Event]:
    if command.way is not LeavingBy.SIGNED_OFF:
        events = tuple(left_otherwise.told(journey, treatment, command, now))
        yield from events
        journey = apply_all(journey, events)
    # Where nothing was begun, no session is owed; a start that is entered later asks for one.
    if treatment.infusion is not None:
        yield from session_booked(journey, treatment, now)


def session_booked(journey: Journey, treatment: Treatment, now: datetime) -> Iterator[ev.Event]:
    """That no session is booked in its window when she has left is somebody's at once (rule 14)."""
    if not slot_owed(journey, treatment):
        return
    escalation = open_escalation(
        journey,
        journey.protocol.steps.monitoring.session_not_booked.value,
        "a follow-up is not booked",
        now,
        step=Step.PSYCHOTHERAPY,
        treatment=treatment.number,
        about=NOT_BOOKED,
    )
    yield ev.EscalationOpened(at=now, escalation=escalation)
