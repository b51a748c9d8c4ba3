"""What faults make of a webhook before it is posted."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from simulator.fault_kinds import FaultKind
from simulator.fault_queue import FaultQueue
from simulator.faults import Fault
from simulator.model import Draft
from simulator.webhooks import Signing, Webhook

Change = Callable[[Webhook, Fault], dict[str, object]]
_UNKNOWN = (("ChannelToAddressRoute", "1"), ("Note", "añadido ✓"))
_BLANK = (("ErrorMessage", ""), ("MessagingServiceSid", ""), ("ToZip", ""))


def _joined(webhook: Webhook, more: tuple[tuple[str, str], ...]) -> dict[str, object]:
    names = {name for name, _ in webhook.fields}
    return {"fields": webhook.fields + tuple(pair for pair in more if pair[0] not in names)}


_CHANGES: dict[str, Change] = {
    "delayed": lambda w, fault: {"due_at": w.due_at + timedelta(seconds=fault.seconds)},
    "cut": lambda _w, _f: {"cut": True},
    "extra_fields": lambda w, _f: _joined(w, _UNKNOWN),
    "blank_fields": lambda w, _f: _joined(w, _BLANK),
    "bad_signature": lambda _w, _f: {"signing": Signing.BAD},
    "unsigned": lambda _w, _f: {"signing": Signing.MISSING},
}
_FORGERIES = frozenset({"bad_signature", "unsigned"})


def tampered(webhook: Webhook, draft: Draft, faults: FaultQueue) -> list[Webhook]:
    """The webhook as the faults that it meets leave it, and its double if one makes it two."""

    def met(trick: str) -> tuple[int, Fault] | None:
        kind = FaultKind(f"{webhook.kind}_{trick}")
        found = faults.claim(kind, draft, webhook.status)
        return (found.id, found.fault) if found else None

    if (gone := met("lost")) is not None:
        return [_changed(webhook, gone, {"lost": True})]
    for trick, change in _CHANGES.items():
        settled = trick in _FORGERIES and webhook.signing is not Signing.GOOD
        if not settled and (fault := met(trick)) is not None:
            webhook = _changed(webhook, fault, change(webhook, fault[1]))
    twin = met("duplicated")
    if twin is None:
        return [webhook]
    anew = {"id": str(uuid.uuid4()), "faults": (), "cut": False}
    return [webhook, _changed(webhook.model_copy(update=anew), twin, {})]


def _changed(webhook: Webhook, fault: tuple[int, Fault], change: dict[str, object]) -> Webhook:
    return webhook.model_copy(update={**change, "faults": (*webhook.faults, fault[0])})
