"""A start that nobody can stop any more: entered late, or stated to be running (rule 1).

Gates refuse plans to start. What has begun is recorded with what differed, in the treatment it
belongs to, and while it may still run the room and a prescriber are called.
"""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.escalation import UNPLANNED, StaffTask, TaskKind
from pathway.facts import Infusion, Step
from pathway.falling_due import open_escalation
from pathway.gates import ON_PAPER
from pathway.journey import Journey, Treatment
from pathway.protocol import Level
from pathway.refusals import Reason, Refused
from pathway.roles import Role
from pathway.rules.proposals import keep_from

NONE_OPEN = "no treatment was open for it"


def has_begun(command: cmd.StartInfusion, now: datetime) -> bool:
    """Whether this tells of a start, instead of asking for one."""
    return command.already_running is not None or now - command.happened_at > ON_PAPER


def opens(journey: Journey, command: cmd.StartInfusion, now: datetime) -> Iterator[ev.Event]:
    """The treatment it belongs to, where none is open for it yet.

    Raises:
        Refused: while the treatment before it has not ended in what is recorded.
    """
    before = journey.treatment
    number = before.number + 1 if before else 1
    if command.treatment != number or (before is not None and before.infusion is None):
        return
    if before is not None:
        _has_ended(before, command)
    yield ev.TreatmentOpened(at=now, number=number)
    yield from keep_from(journey, number + 1, command, now)
    if before is not None and not journey.course_over:
        yield _decision_owed(before, now)


def _has_ended(before: Treatment, command: cmd.StartInfusion) -> None:
    ended = before.infusion_ended_at
    if ended is None or before.discharge is None:
        raise Refused(
            Reason.OUT_OF_ORDER,
            f"Record first how treatment {before.number} ended (end_infusion), and how the "
            "patient left (discharge): then this one can be entered.",
        )
    if command.happened_at < ended:
        raise Refused(
            Reason.OUT_OF_ORDER,
            f"This lies before the end of treatment {before.number}. Check the time.",
        )


def _decision_owed(before: Treatment, now: datetime) -> ev.TaskOpened:
    task = StaffTask(
        key=f"t{before.number}/{Step.DECISION}/owed",
        kind=TaskKind.CHECK,
        to=Role.PRESCRIBER,
        line="Record the decision that a later visit did not wait for, and the session before it",
        opened_at=now,
        treatment=before.number,
    )
    return ev.TaskOpened(at=now, task=task)


def calls(
    journey: Journey, treatment: Treatment, infusion: Infusion, now: datetime
) -> Iterator[ev.Event]:
    """While it may still run, what differed is not left to the work list."""
    longest = journey.protocol.steps.infusion.allowed.longest
    if not infusion.deviations or now >= infusion.started_at + longest:
        return
    escalation = open_escalation(
        journey,
        journey.protocol.steps.monitoring.ladder.value,
        "a visit has begun against the rules: a prescriber is needed now",
        now,
        treatment=treatment.number,
        level=Level.URGENT,
        about=UNPLANNED,
    )
    yield ev.EscalationOpened(at=now, escalation=escalation)
