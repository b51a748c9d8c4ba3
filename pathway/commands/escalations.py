"""Taking, handing over and closing escalations; trying to reach the patient."""

from pathway.commands.base import Command
from pathway.escalation import Ending
from pathway.facts.contact import ContactOutcome, ContactWay, ContactWith
from pathway.model import Instant, Sentence, StaffId


class AcknowledgeEscalation(Command):
    name = "acknowledge_escalation"
    says = "Take an escalation: paging stops at once."
    escalation: str
    next_look: Instant | None = None
    """When the owner will look again; at the latest after the protocol's time."""
    unless_taken: bool = False
    """Refused where somebody else has it: a reply to a page takes nothing out of her hands."""


class RecordPageFailure(Command):
    name = "record_page_failure"
    says = "A page that was sent did not reach its person, for good."
    escalation: str
    person: StaffId
    reason: str
    """A code: unreachable, landline, opted_out ..."""
    turn: str | None = None
    """The rung's turn that nobody else has, as r1/0/0: the next rung follows at once."""


class ResolveEscalation(Command):
    name = "resolve_escalation"
    says = "Close an escalation with its outcome."
    escalation: str
    outcome: Ending
    note: Sentence
    good_until: Instant | None = None
    """For `assessed`: until when the clinician's assessment holds."""


class HandOver(Command):
    name = "hand_over"
    says = "Hand an escalation or a line over to a named person, or back to the queue."
    escalation: str | None = None
    task: str | None = None
    """A line of the work list by its key; one of both is given."""
    to: StaffId | None = None
    """Nobody: it returns to the queue, and an escalation climbs again at once (rule 6)."""
    note: Sentence


class CloseLine(Command):
    name = "close_line"
    says = "Take a line off the work list that nothing else closes: say what was done."
    task: str
    """The line's key."""
    note: Sentence


class RecordContactAttempt(Command):
    name = "record_contact_attempt"
    says = "Record an attempt to reach the patient about a line of the work list."
    task: str
    """The line's key, or an escalation."""
    outcome: ContactOutcome
    way: ContactWay = ContactWay.CALL
    whom: ContactWith = ContactWith.PATIENT
    note: Sentence | None = None
    next_try: Instant | None = None
