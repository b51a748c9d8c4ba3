"""The delivery callbacks of a text: which, when, with what in them."""

import uuid
from datetime import datetime

from simulator.fault_kinds import FaultKind
from simulator.fault_queue import FaultQueue, QueuedFault
from simulator.model import Draft, Fate, Message, Pace
from simulator.resource import API_VERSION, moments
from simulator.tampering import tampered
from simulator.webhooks import Webhook, WebhookKind

_ENDS_BADLY = frozenset({Fate.UNDELIVERED, Fate.FAILED})
_RECEIPTS = frozenset({Fate.DELIVERED, Fate.UNDELIVERED})


def callbacks(message: Message, pace: Pace, faults: FaultQueue) -> list[Webhook]:
    """What is posted about a text, in the order in which it leaves, faults included.

    Every status after the initial one is told; Twilio posts nothing for the initial one.
    """
    if message.status_callback is None:
        return []
    steps = moments(message, pace)[1:]
    planned = [_callback(message, status, due) for status, due in steps]
    draft = Draft(to=message.to, from_number=message.from_number, body=message.body)
    if len(planned) > 1:
        turned = faults.claim(FaultKind.CALLBACK_REORDERED, draft)
        planned = _turned(planned, turned) if turned else planned
    return [posted for webhook in planned for posted in tampered(webhook, draft, faults)]


def early(message: Message, planned: list[Webhook], faults: FaultQueue) -> Webhook | None:
    """The callback that leaves before the create is answered, if the script asks for one."""
    draft = Draft(to=message.to, from_number=message.from_number, body=message.body)
    first = next((webhook for webhook in planned if not webhook.lost), None)
    fault = faults.claim(FaultKind.CALLBACK_EARLY, draft) if first else None
    if first is None or fault is None:
        return None
    return first.model_copy(update={"faults": (*first.faults, fault.id)})


def _turned(planned: list[Webhook], fault: QueuedFault) -> list[Webhook]:
    """The same moments with the callbacks the other way round.

    It has happened once the first status, which is now the last, is posted.
    """
    due = [webhook.due_at for webhook in planned]
    planned = [*reversed(planned[1:]), planned[0].model_copy(update={"faults": (fault.id,)})]
    pairs = zip(planned, due, strict=True)
    return [webhook.model_copy(update={"due_at": moment}) for webhook, moment in pairs]


def _callback(message: Message, status: str, due: datetime) -> Webhook:
    return Webhook(
        id=str(uuid.uuid4()),
        kind=WebhookKind.CALLBACK,
        message_sid=message.sid,
        phone=message.to,
        account_sid=message.account_sid,
        status=status,
        url=message.status_callback or "",
        fields=_fields(message, status, due),
        due_at=due,
    )


def _fields(message: Message, status: str, due: datetime) -> tuple[tuple[str, str], ...]:
    fields = [
        ("SmsSid", message.sid),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", message.to),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", message.from_number),
        ("ApiVersion", API_VERSION),
    ]
    if message.messaging_service_sid is not None:
        fields.append(("MessagingServiceSid", message.messaging_service_sid))
    if message.fate in _ENDS_BADLY and status == message.fate:
        fields.append(("ErrorCode", str(message.error_code)))
    # Carriers do not always say when; Twilio passes on what they say, to the minute, zoneless.
    if message.fate in _RECEIPTS and status == message.fate and int(message.sid[-1], 16) % 2 == 0:
        fields.append(("RawDlrDoneDate", f"{due:%y%m%d%H%M}"))
    return tuple(fields)
