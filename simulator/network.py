"""The network itself: accepts texts, decides what phones receive, remembers all of it."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import Field

from simulator.faults import FaultKind, FaultQueue
from simulator.model import Draft, Fate, Message, Model, Pace, Phone, PhoneDeclaration, Received
from simulator.phones import Behaviour, behaviour, undeclared
from simulator.store import Store

DEMONSTRATION_ACCOUNT = "AC" + "0" * 32
DEMONSTRATION_TOKEN = "demonstration"  # noqa: S105 - it opens a toy network and nothing else
SERVICE_SENDER = "+15005550006"
"""Sends for a Messaging Service: Twilio's magic number of a good sender."""

_RECEIVED = frozenset({Fate.DELIVERED, Fate.SILENT})


class NetworkSettings(Model):
    """What a network is started with."""

    state_dir: Path
    accounts: dict[str, str] = Field(
        default_factory=lambda: {DEMONSTRATION_ACCOUNT: DEMONSTRATION_TOKEN}
    )
    """Token by account sid."""
    senders: frozenset[str] = frozenset()
    """Numbers that may send; empty: any."""
    pace: Pace = Pace()


class Network:
    """One simulated carrier with its phones."""

    def __init__(self, settings: NetworkSettings) -> None:
        self.settings = settings
        self.faults = FaultQueue()
        self.requests: Counter[str] = Counter()
        """Requests that came in since the start or the last reset, answered or not."""
        self._store = Store(settings.state_dir)

    def close(self) -> None:
        self._store.close()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def phone(self, number: str) -> Phone:
        """As declared, else by the rules for reserved numbers."""
        return self._store.phone(number) or undeclared(number)

    def declare(self, number: str, declaration: PhoneDeclaration) -> Phone:
        phone = Phone(number=number, **declaration.model_dump())
        self._store.declare(phone)
        return phone

    def phones(self) -> tuple[Phone, ...]:
        """Declared phones and those that received a text, by number."""
        numbers = {phone.number for phone in self._store.phones()}
        numbers |= {text.to for text in self.ledger()}
        return tuple(self.phone(number) for number in sorted(numbers))

    def meets(self, draft: Draft) -> Behaviour:
        return behaviour(self.phone(draft.to))

    def accept(self, draft: Draft, account_sid: str) -> Message:
        """Take the text on; from here on the phone has it, whatever the sender hears."""
        now = self.now()
        lag = self.faults.first(frozenset({FaultKind.LIST_LAG}), draft)
        hidden = timedelta(seconds=lag.fire().seconds if lag else 0)
        met = self.meets(draft)
        message = Message(
            sid="SM" + uuid.uuid4().hex,
            account_sid=account_sid,
            to=draft.to,
            from_number=draft.from_number or SERVICE_SENDER,
            messaging_service_sid=draft.messaging_service_sid or None,
            body=draft.body,
            status_callback=draft.status_callback or None,
            created_at=now,
            listed_at=now + hidden,
            fate=met.fate,
            error_code=met.error_code,
        )
        self._store.add(message)
        return message

    def message(self, account_sid: str, sid: str) -> Message | None:
        return self._store.message(account_sid, sid)

    def listed(self, account_sid: str, to: str | None) -> tuple[Message, ...]:
        """What a list would show now, newest first."""
        now = self.now()
        found = self._store.messages(account_sid=account_sid, to=to)
        return tuple(message for message in reversed(found) if message.listed_at <= now)

    def ledger(self, number: str | None = None) -> tuple[Received, ...]:
        """Every text that phones really received, oldest first."""
        return tuple(
            Received(
                sid=message.sid,
                to=message.to,
                from_number=message.from_number,
                body=message.body,
                received_at=message.created_at,
                status_callback=message.status_callback,
            )
            for message in self._store.messages(to=number)
            if message.fate in _RECEIVED
        )

    def forget_texts(self) -> None:
        self._store.forget_messages()

    def reset(self) -> None:
        """As new: no texts, no declared phones, no faults, counters at zero."""
        self._store.forget_messages()
        self._store.forget_phones()
        self.faults.clear()
        self.requests.clear()
