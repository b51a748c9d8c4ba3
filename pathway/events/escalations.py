"""The life of an escalation, from its opening to its outcome."""

from typing import Literal

from pathway.escalation import Acknowledgement, Ending, Escalation, RungBegun
from pathway.events.base import BaseEvent
from pathway.model import Instant, Sentence, StaffId
from pathway.roles import Role


class EscalationOpened(BaseEvent):
    kind: Literal["escalation_opened"] = "escalation_opened"
    escalation: Escalation


class EscalationRungBegun(BaseEvent):
    kind: Literal["escalation_rung_begun"] = "escalation_rung_begun"
    escalation: str
    rung: RungBegun


class EscalationPaged(BaseEvent):
    """These people had a page of it: they are told if nothing is needed any more."""

    kind: Literal["escalation_paged"] = "escalation_paged"
    escalation: str
    people: tuple[StaffId, ...]


class PageFailed(BaseEvent):
    """A page that had gone out did not arrive: the person knows nothing of it."""

    kind: Literal["page_failed"] = "page_failed"
    escalation: str
    person: StaffId
    reason: str


class EscalationAcknowledged(BaseEvent):
    kind: Literal["escalation_acknowledged"] = "escalation_acknowledged"
    escalation: str
    acknowledgement: Acknowledgement


class EscalationHelpNoted(BaseEvent):
    """Somebody sees to it who is no clinician: it climbs on until one takes it (rule 21)."""

    kind: Literal["escalation_help_noted"] = "escalation_help_noted"
    escalation: str
    by: StaffId
    role: Role


class EscalationRaisedAgain(BaseEvent):
    """Acknowledged, and still open at the owner's next look."""

    kind: Literal["escalation_raised_again"] = "escalation_raised_again"
    escalation: str


class EscalationHandedOver(BaseEvent):
    kind: Literal["escalation_handed_over"] = "escalation_handed_over"
    escalation: str
    to: StaffId | None
    """None: back to the queue, nobody's."""
    note: Sentence
    by: StaffId


class EscalationClosed(BaseEvent):
    kind: Literal["escalation_closed"] = "escalation_closed"
    escalation: str
    outcome: Ending
    by: StaffId
    note: Sentence | None = None
    good_until: Instant | None = None
