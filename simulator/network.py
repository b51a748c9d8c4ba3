"""The network itself: accepts texts, decides what phones receive, remembers all of it."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

from simulator.callbacks import callbacks, early
from simulator.courier import Courier
from simulator.directory import Directory
from simulator.fault_kinds import FaultKind
from simulator.fault_queue import FaultQueue
from simulator.inbox import Inbox
from simulator.model import (
    Draft,
    Fate,
    Inbound,
    Message,
    Origin,
    Phone,
    Received,
    Reply,
    Written,
)
from simulator.phones import Behaviour, behaviour
from simulator.sender_queue import SenderQueue
from simulator.settings import (
    DEMONSTRATION_ACCOUNT,
    DEMONSTRATION_TOKEN,
    SERVICE_SENDER,
    NetworkSettings,
)
from simulator.store import Store

__all__ = [
    "DEMONSTRATION_ACCOUNT",
    "DEMONSTRATION_TOKEN",
    "SERVICE_SENDER",
    "Network",
    "NetworkSettings",
]

_RECEIVED = frozenset({Fate.DELIVERED, Fate.SILENT})


class Network:
    """One simulated carrier with its phones."""

    def __init__(self, settings: NetworkSettings) -> None:
        self.settings = settings
        self.faults = FaultQueue()
        self.requests: Counter[str] = Counter()
        """Requests that came in since the start or the last reset, answered or not."""
        self._store = Store(settings.state_dir)
        self.webhooks = self._store.webhooks
        self.courier = Courier(self.webhooks, self.faults, settings.accounts, self.now)
        self.directory = Directory(self._store)
        self.inbox = Inbox(self._store, self.faults, self.now, self.directory.opted_out)
        self._queue = SenderQueue(settings.segments_per_second)
        for message in self._store.messages():
            if message.leaves_at is not None:
                self._queue.follows(message.from_number, message.body, message.leaves_at)
        if settings.inbound is not None:
            self._store.set_inbound(settings.inbound)
        self.faults.randomise(settings.random_faults)

    def close(self) -> None:
        self._store.close()

    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def inbound(self) -> Inbound:
        """Where texts from phones go now."""
        return self._store.inbound() or Inbound()

    def direct_inbound(self, inbound: Inbound) -> None:
        self._store.set_inbound(inbound)

    def phones(self) -> tuple[Phone, ...]:
        """Declared phones and those that received or wrote a text, by number."""
        numbers = {phone.number for phone in self.directory.declared()}
        numbers |= {text.to for text in self.ledger()}
        numbers |= {text.from_number for text in self.inbox.written()}
        return tuple(self.directory.phone(number) for number in sorted(numbers))

    def meets(self, draft: Draft) -> Behaviour:
        """What a create meets, its sender's queue included."""
        sender = draft.from_number or SERVICE_SENDER
        if self._queue.is_full(sender, self.now()):
            return Behaviour(refusal=21611)
        return behaviour(self.directory.phone_for(draft.to, sender))

    def accept(self, draft: Draft, account_sid: str) -> Message:
        """Take the text on; from here on the phone has it, whatever the sender hears."""
        now = self.now()
        lag = self.faults.first(frozenset({FaultKind.LIST_LAG}), draft)
        hidden = timedelta(seconds=lag.fire().seconds if lag else 0)
        met = self.meets(draft)
        sender = draft.from_number or SERVICE_SENDER
        message = Message(
            sid="SM" + uuid.uuid4().hex,
            account_sid=account_sid,
            to=draft.to,
            from_number=sender,
            messaging_service_sid=draft.messaging_service_sid or None,
            body=draft.body,
            status_callback=draft.status_callback or None,
            created_at=now,
            listed_at=now + hidden,
            leaves_at=self._queue.admit(sender, draft.body, now),
            fate=met.fate,
            error_code=met.error_code,
        )
        self._store.add(message)
        return message

    async def announce(self, message: Message) -> None:
        """Plan the text's callbacks; under the fault callback_early, post the first one now."""
        planned = callbacks(message, self.settings.pace, self.faults)
        first = early(message, planned, self.faults)
        for webhook in planned:
            if first is None or webhook.id != first.id:
                self.courier.take(webhook)
        if first is not None:
            await self.courier.deliver_now(first)

    def write(self, number: str, reply: Reply) -> tuple[Written, ...]:
        """Somebody writes on a phone, once or as often as told."""
        to, account = self._partner(number, reply.to)
        written: list[Written] = []
        for _ in range(reply.copies):
            text, planned = self.inbox.write(number, to, reply, account, self.inbound)
            written.append(text)
            for webhook in planned:
                self.courier.take(webhook)
        return tuple(written)

    def partner(self, number: str) -> str:
        """To whom an answer of this phone goes: who texted it last."""
        return self._partner(number, None)[0]

    def senders(self) -> tuple[str, ...]:
        """Numbers of the clinic's, the one that services send from first."""
        return (SERVICE_SENDER, *sorted(self.settings.senders - {SERVICE_SENDER}))

    def _partner(self, number: str, to: str | None) -> tuple[str, str]:
        """The number written to, and the account that it belongs to."""
        texts = [text for text in self._store.messages(to=number) if text.origin is Origin.API]
        known = [text for text in texts if to in (None, text.from_number)]
        if known:
            return known[-1].from_number, known[-1].account_sid
        return to or SERVICE_SENDER, next(iter(self.settings.accounts))

    def message(self, account_sid: str, sid: str) -> Message | None:
        return self._store.message(account_sid, sid)

    def messages(self) -> tuple[Message, ...]:
        """All texts in all directions, oldest first."""
        return self._store.messages()

    def listed(self, account_sid: str, to: str | None) -> tuple[Message, ...]:
        """What a list would show now, newest first."""
        now = self.now()
        found = reversed(self._store.messages(account_sid=account_sid, to=to))
        listed = (message for message in found if message.listed_at <= now)
        return tuple(message for message in listed if message.origin is not Origin.CARRIER)

    def ledger(self, number: str | None = None) -> tuple[Received, ...]:
        """Every text that phones really received, oldest first."""
        now = self.now()
        texts = [text for text in self._store.messages(to=number) if text.fate in _RECEIVED]
        rows = [_received(text) for text in texts]
        return tuple(row for row in rows if row.received_at <= now)

    def forget_texts(self) -> None:
        self._store.forget_messages()
        self.courier.forget()
        self._queue.forget()

    def reset(self) -> None:
        """As new: no texts, no declared phones, no faults, counters at zero."""
        self.forget_texts()
        self._store.forget_phones()
        self._store.set_inbound(self.settings.inbound or Inbound())
        self.faults.clear()
        self.faults.randomise(self.settings.random_faults)
        self.requests.clear()


def _received(message: Message) -> Received:
    return Received(
        sid=message.sid,
        to=message.to,
        from_number=message.from_number,
        body=message.body,
        received_at=message.leaves_at or message.created_at,
        status_callback=message.status_callback,
        from_carrier=message.origin is Origin.CARRIER,
    )
