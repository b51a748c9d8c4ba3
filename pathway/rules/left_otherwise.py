"""Leaving against advice and transfer: facts that nothing refuses, and who hears of them.

They are never blocked, by no gate, clock or missing entry (rule 1). What differed is signed by a
prescriber, and a clinician is told at once.
"""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.civil import same_day
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Discharge, LeavingBy
from pathway.falling_due import open_escalation
from pathway.journey import Journey, Treatment
from pathway.monitoring import floor_of, missing_before_leaving, readings_missing
from pathway.refusals import Reason, Refused
from pathway.roles import Role
from pathway.rules.status import in_hospital

LEFT_EARLY = "left_early"
_WHAT = {
    LeavingBy.AGAINST_ADVICE: "a patient left before the end of the stay: call",
    LeavingBy.TRANSFERRED: "a patient was transferred from a visit: find out how things are",
}


def require_first_time(journey: Journey, treatment: Treatment, at: datetime) -> None:
    """One leaving of a visit; the next day at the same treatment she may leave once more.

    Raises:
        Refused: when it is recorded already.
    """
    zone = journey.calendar.zone
    earlier = treatment.left_unstarted
    if treatment.discharge or any(same_day(d.signed.happened_at, at, zone) for d in earlier):
        raise Refused(Reason.ALREADY, "That the patient left is already recorded.")


def what_differed(
    journey: Journey, treatment: Treatment, command: cmd.RecordDischarge
) -> Iterator[str]:
    """The way itself, and what a sign-off would have asked for: all of it is to be signed."""
    against_advice = command.way is LeavingBy.AGAINST_ADVICE
    yield "left against advice" if against_advice else "transferred to hospital"
    infusion = treatment.infusion
    if infusion is None:
        yield "no start of the infusion was recorded when the patient left"
        return
    if infusion.ended_at is None:
        yield "no end of the infusion was recorded when the patient left"
    if against_advice:
        yield from too_early(journey, treatment, command.happened_at)
        yield from criteria_missing(journey, treatment, command, command.happened_at)


def by_its_times(journey: Journey, treatment: Treatment, left: Discharge) -> list[str]:
    """What differs of a leaving as its times, and those of the infusion, now stand (rule 2)."""
    missing = list(readings_missing(journey, treatment))
    if left.way is LeavingBy.TRANSFERRED:
        return missing
    at = left.signed.happened_at
    return [
        *missing,
        *too_early(journey, treatment, at),
        *criteria_missing(journey, treatment, left, at),
    ]


def criteria_missing(
    journey: Journey, treatment: Treatment, left: cmd.RecordDischarge | Discharge, at: datetime
) -> list[str]:
    """What the protocol asks for before she leaves and this discharge does not have, in words."""
    return missing_before_leaving(
        journey,
        treatment,
        at,
        padss=left.padss,
        pressure_note=left.pressure_note is not None,
        escort=left.escort,
        escort_known=left.escort_named and left.escort_reached,
        printed_sheet=left.printed_sheet,
    )


def too_early(journey: Journey, treatment: Treatment, at: datetime) -> list[str]:
    """That she leaves before the protocol lets her go, in words; empty where it does."""
    infusion = treatment.infusion
    floor = floor_of(journey, infusion) if infusion else None
    if infusion is None or floor is None or at >= floor:
        return []
    minutes = round((floor - infusion.started_at).total_seconds() / 60)
    return [f"The protocol keeps a patient for {minutes} minutes from the start of the infusion."]


def told(
    journey: Journey, treatment: Treatment, command: cmd.RecordDischarge, now: datetime
) -> Iterator[ev.Event]:
    """A clinician hears of it at once, and a transfer opens her stay in hospital (rule 23)."""
    rules = journey.protocol.steps.monitoring.left_early
    escalation = open_escalation(
        journey,
        rules.ladder.value,
        _WHAT[command.way],
        now,
        treatment=treatment.number,
        about=LEFT_EARLY,
    )
    yield ev.EscalationOpened(at=now, escalation=escalation)
    if command.way is LeavingBy.AGAINST_ADVICE:
        due = command.happened_at + rules.call_within
        yield _line(treatment, TaskKind.CALL, "Call the patient, who left against advice", due, now)
        return
    line = "Find out how the patient is after the transfer"
    yield _line(treatment, TaskKind.CHECK, line, None, now)
    if treatment is journey.treatment:
        # Entered for an earlier treatment it says where she was, not where she is.
        yield from in_hospital(journey, command, command.note, now)


def _line(
    treatment: Treatment, kind: TaskKind, line: str, due: datetime | None, now: datetime
) -> ev.Event:
    task = StaffTask(
        key=f"t{treatment.number}/left",
        kind=kind,
        to=Role.PRESCRIBER,
        line=line,
        opened_at=now,
        treatment=treatment.number,
        due=due,
    )
    return ev.TaskOpened(at=now, task=task)
