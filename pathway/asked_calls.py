"""Calls that she asked for by a digit: one line each, which climbs as her messages do (rule 27)."""

import re
from collections.abc import Iterator
from datetime import datetime

from pathway.escalation import StaffTask, TaskKind
from pathway.items import AgendaItem, EscalateAct
from pathway.journey import Journey
from pathway.protocol import LadderName
from pathway.replies import unread_until


def asked_call_items(journey: Journey) -> Iterator[AgendaItem]:
    """Calls that nobody has made."""
    for task in journey.tasks:
        if asks_for_it(task):
            yield _not_made(journey, task)


def _not_made(journey: Journey, task: StaffTask) -> AgendaItem:
    return AgendaItem(
        key=f"{task.key}/unmade",
        at=not_made_until(journey, task),
        line="escalate: the call the patient asked for is not made",
        act=EscalateAct(
            ladder=LadderName.INBOX,
            what="a call that was asked for is not made",
            treatment=None,
            about=task.key,
        ),
    )


def asks_for_it(task: StaffTask) -> bool:
    """Whether it is a call that she asked for by her digit."""
    return task.kind is TaskKind.CALL and re.fullmatch(r"reply/\d+/call", task.key) is not None


def not_made_until(journey: Journey, task: StaffTask) -> datetime:
    """As of a message that nobody reads; once somebody has tried, not before the next try."""
    until = unread_until(journey, task)
    return max(until, task.sleeps_until) if task.sleeps_until else until
