"""Lines of the work list."""

from typing import Literal

from pathway.escalation import StaffTask
from pathway.events.base import BaseEvent
from pathway.facts import Signature
from pathway.facts.contact import ContactAttempt
from pathway.model import Sentence, StaffId


class TaskOpened(BaseEvent):
    kind: Literal["task_opened"] = "task_opened"
    task: StaffTask


class TaskChanged(BaseEvent):
    kind: Literal["task_changed"] = "task_changed"
    task: StaffTask
    note: Sentence
    signed: Signature


class ContactAttempted(BaseEvent):
    """Somebody tried to reach her; the line sleeps until the next try."""

    kind: Literal["contact_attempted"] = "contact_attempted"
    attempt: ContactAttempt


class TaskClosed(BaseEvent):
    kind: Literal["task_closed"] = "task_closed"
    key: str
    reason: Sentence
    by: StaffId | None = None
