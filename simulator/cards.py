"""What the page shows of each phone: its texts in both directions, and how each of them fared."""

from datetime import datetime

from simulator.model import Fate, Message, Model, Origin, Phone, PhoneKind
from simulator.network import Network
from simulator.resource import progress
from simulator.webhooks import Webhook

_ARRIVES = frozenset({Fate.DELIVERED, Fate.SILENT})


class Entry(Model):
    """One text on a phone's screen."""

    sid: str
    side: str
    """received, written, carrier or missing: it never reached the phone."""
    body: str
    partner: str
    at: datetime
    state: str


class Card(Model):
    """One phone."""

    phone: Phone
    note: str
    answers_to: str
    entries: tuple[Entry, ...]

    @property
    def anchor(self) -> str:
        return f"phone-{self.phone.number.removeprefix('+')}"


def cards(network: Network) -> list[Card]:
    """All phones, by number, with their texts, newest last."""
    posted: dict[str, list[Webhook]] = {}
    for webhook in network.webhooks.all():
        posted.setdefault(webhook.message_sid, []).append(webhook)
    entries: dict[str, list[Entry]] = {}
    for message in network.messages():
        if (message.leaves_at or message.created_at) <= network.now():
            number = message.from_number if message.origin is Origin.PHONE else message.to
            entry = _entry(network, message, posted.get(message.sid, []))
            entries.setdefault(number, []).append(entry)
    numbers = {phone.number for phone in network.phones()} | set(entries)
    return [_card(network, number, entries.get(number, [])) for number in sorted(numbers)]


def _card(network: Network, number: str, entries: list[Entry]) -> Card:
    return Card(
        phone=network.directory.phone(number),
        note=_note(network, number),
        answers_to=network.partner(number),
        entries=tuple(sorted(entries, key=lambda entry: entry.at)),
    )


def _note(network: Network, number: str) -> str:
    """What is special about a phone; empty for an ordinary mobile."""
    phone, senders = network.directory.phone(number), network.directory.opted_out_of(number)
    kind = "" if phone.kind is PhoneKind.MOBILE else phone.kind.replace("_", " ")
    out = f"opted out of {', '.join(senders)}" if senders else "opted out"
    return ", ".join(filter(None, (kind, out if phone.opted_out else "")))


def _entry(network: Network, message: Message, posted: list[Webhook]) -> Entry:
    status = progress(message, network.settings.pace, network.now())[0]
    if message.origin is Origin.PHONE:
        side, partner, state = "written", message.to, _reply_state(posted)
    elif message.origin is Origin.CARRIER:
        side, partner, state = "carrier", message.from_number, "the carrier's own answer"
    else:
        arrives = message.fate in _ARRIVES
        side, partner = "received" if arrives else "missing", message.from_number
        state = _delivery_state(message, status, posted)
    return Entry(
        sid=message.sid,
        side=side,
        body="" if side == "missing" else message.body,
        partner=partner,
        at=message.leaves_at or message.created_at,
        state=state,
    )


def _delivery_state(message: Message, status: str, posted: list[Webhook]) -> str:
    failed = status in {Fate.UNDELIVERED, Fate.FAILED} and message.error_code is not None
    words = f"{status}, error {message.error_code}" if failed else status
    if message.status_callback is None:
        return f"{words}; the clinic asked for no callbacks"
    about = [webhook for webhook in posted if webhook.status == status]
    if any(webhook.taken for webhook in about):
        return f"{words}; the clinic knows"
    if all(webhook.settled for webhook in about) and about:
        return f"{words}; the clinic was not reached"
    return f"{words}; the clinic does not know yet" if about else words


def _reply_state(posted: list[Webhook]) -> str:
    if not posted:
        return "nobody was told: no webhook was set"
    if (taken := next((webhook for webhook in posted if webhook.taken), None)) is not None:
        return f"the clinic took it ({taken.attempts[-1].answer})"
    waiting = not all(webhook.settled for webhook in posted)
    tried = [attempt for webhook in posted for attempt in webhook.attempts]
    if not tried:
        return "on its way to the clinic" if waiting else "lost on its way to the clinic"
    answer = tried[-1].answer or "no answer"
    return f"the clinic did not take it ({answer}){'; trying again' if waiting else ''}"
