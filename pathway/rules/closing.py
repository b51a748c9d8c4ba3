"""What a record closes: escalations over its step, and lines of the work list."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.agenda_keys import step_prefix
from pathway.escalation import Ending
from pathway.facts import Step
from pathway.journey import Journey
from pathway.status import HOSPITAL


def close_for_step(
    journey: Journey, command: cmd.Command, step: Step, treatment: int, now: datetime
) -> Iterator[ev.Event]:
    """Close what was open over a step: it has been done, or newly booked, after all."""
    for escalation in journey.open_escalations:
        if escalation.step is step and escalation.treatment == treatment:
            yield ev.EscalationClosed(
                at=now, escalation=escalation.id, outcome=Ending.DONE, by=command.by
            )
    yield from close_tasks(journey, step, treatment, command, now)


def close_tasks(
    journey: Journey, step: Step, treatment: int, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """Take the step's lines off the work list: what they asked for has happened."""
    yield from close_lines(journey, step_prefix(treatment, step), command, now)


def close_lines(
    journey: Journey, prefix: str, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    for task in journey.tasks:
        if task.key.startswith(prefix):
            yield ev.TaskClosed(at=now, key=task.key, reason="recorded since", by=command.by)


def decided(journey: Journey, command: cmd.Command, now: datetime) -> Iterator[ev.Event]:
    """What climbed because nobody had decided about a stay in hospital is over."""
    for escalation in journey.open_escalations:
        if escalation.about == HOSPITAL:
            yield ev.EscalationClosed(
                at=now, escalation=escalation.id, outcome=Ending.DONE, by=command.by
            )
