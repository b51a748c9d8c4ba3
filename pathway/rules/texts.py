"""What stops texts: a hold, an opt-out, a number that may not be hers, one that fails."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Signature
from pathway.facts.replies import DoubtReason, PhoneDoubt
from pathway.gates import signed
from pathway.journey import Hold, Journey
from pathway.model import Sentence, StaffId
from pathway.protocol import Template
from pathway.roles import Role
from pathway.rules.closing import close_lines
from pathway.welcome import WELCOME

PHONE = "phone/"
"""What the keys of lines about her number begin with."""


@handle.register
def _(command: cmd.HoldTexts, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    yield from texts_held(journey, command.by, command.reason, now)


def texts_held(
    journey: Journey, by: StaffId, reason: Sentence, now: datetime
) -> Iterator[ev.Event]:
    """Anyone may, unverified, and twice is once: the first reason stays readable (rule 23)."""
    if journey.hold is None and not journey.over:
        yield ev.TextsHeld(at=now, hold=Hold(by=by, at=now, reason=reason))


@handle.register
def _(command: cmd.ReleaseTexts, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.hold is not None:
        yield ev.TextsReleased(at=now, signed=signed(command, now), reason=command.reason)


@handle.register
def _(command: cmd.OptOut, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    # In whatever words: anybody may take it down, and twice is once.
    yield from _opted_out(journey, signed(command, now), now)


def _opted_out(journey: Journey, by: Signature, now: datetime) -> Iterator[ev.Event]:
    if not journey.contact.opted_out:
        contact = journey.contact.model_copy(update={"opted_out": True})
        yield ev.ContactChanged(at=now, contact=contact, signed=by)


@handle.register
def _(command: cmd.DoubtPhone, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    yield from phone_doubted(journey, command.why, signed(command, now), now)


def phone_doubted(
    journey: Journey, why: DoubtReason, by: Signature, now: datetime
) -> Iterator[ev.Event]:
    """Stop texts to a number that may not be hers, and have a person confirm it (rule 26)."""
    if journey.messages.phone_doubt is not None:
        return
    yield ev.PhoneDoubted(at=now, doubt=PhoneDoubt(why=why, signed=by))
    task = StaffTask(
        key=f"{PHONE}confirm",
        kind=TaskKind.CHECK,
        to=Role.COORDINATOR,
        line="Confirm the phone number: no text goes to it until then",
        opened_at=now,
    )
    yield ev.TaskOpened(at=now, task=task)


@handle.register
def _(command: cmd.ConfirmPhone, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if journey.messages.phone_doubt is not None:
        yield ev.PhoneConfirmed(at=now, note=command.note, signed=signed(command, now))
    yield from close_lines(journey, PHONE, command, now)


@handle.register
def _(command: cmd.RecordDeliveryFailure, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    key = command.text.removeprefix(f"{journey.reference}/")
    if key in journey.messages.undelivered:
        return
    yield ev.TextUndelivered(
        at=now, key=key, reason=command.reason, number_at_fault=command.number_at_fault
    )
    if any(d.intent == key for d in journey.doubtful):
        # The provider knew it after all; what is open now is that it did not arrive.
        yield ev.TextCleared(at=now, intent=key, adopted=True, reason="undelivered")
    by = signed(command, now)
    if command.reason == "opted_out":
        yield from _opted_out(journey, by, now)
    elif command.number_at_fault:
        yield from phone_doubted(journey, DoubtReason.UNDELIVERABLE, by, now)
    yield from _rung_goes_on(journey, key, now)
    # Without the opt-in text nothing is lost that a call would bring.
    if not key.startswith(WELCOME):
        yield ev.TaskOpened(at=now, task=_call_instead(journey, key, now))


def _rung_goes_on(journey: Journey, key: str, now: datetime) -> Iterator[ev.Event]:
    """No rung waits for a text that did not arrive (rule 26)."""
    for escalation in journey.open_escalations:
        for begun in escalation.begun:
            if f"{escalation.id}/{begun.turn_key}" == key and not begun.nobody:
                nobody = begun.model_copy(update={"nobody": True})
                yield ev.EscalationRungBegun(at=now, escalation=escalation.id, rung=nobody)


def _call_instead(journey: Journey, key: str, now: datetime) -> StaffTask:
    sent = next((t for t in journey.texts if t.key == key), None)
    numbers = sent is not None and sent.template is Template.SUPPORT_NUMBERS
    return StaffTask(
        key=f"{key}/undelivered",
        kind=TaskKind.CALL,
        to=Role.COORDINATOR,
        line="No automatic answer could be sent: call now"
        if numbers
        else "Call the patient: a text did not arrive",
        opened_at=now,
        due=sent.about if sent else None,
    )
