"""Texts that people write on their phones: opt-out, the carrier's answer, the clinic's webhook."""

import uuid
from collections.abc import Callable
from datetime import datetime

from simulator.fault_queue import FaultQueue
from simulator.keywords import ANSWERS, HELP, STOP, meaning
from simulator.model import Draft, Fate, Inbound, Message, Origin, Reply, Written
from simulator.resource import API_VERSION
from simulator.segments import count
from simulator.store import Store
from simulator.tampering import tampered
from simulator.webhooks import Webhook, WebhookKind

_PLACE = (("Country", "US"), ("State", "DC"), ("City", "WASHINGTON"), ("Zip", ""))


class Inbox:
    """Takes what phones write, and says what the network does about it.

    `opted_out` tells whether a phone has opted out of a sender's texts.
    """

    def __init__(
        self,
        store: Store,
        faults: FaultQueue,
        now: Callable[[], datetime],
        opted_out: Callable[[str, str], bool],
    ) -> None:
        self._store, self._faults, self._now, self._opted_out = store, faults, now, opted_out

    def written(self, number: str | None = None) -> tuple[Written, ...]:
        """What was written on all phones, or on one, oldest first."""
        return tuple(
            _shown(message)
            for message in self._store.messages()
            if message.origin is Origin.PHONE and number in (None, message.from_number)
        )

    def write(
        self, number: str, to: str, reply: Reply, account_sid: str, inbound: Inbound
    ) -> tuple[Written, list[Webhook]]:
        """Remember one text, act on its keyword, and plan its webhook."""
        said = meaning(reply.body)
        message = self._message(Origin.PHONE, number, to, reply.body, account_sid, said)
        self._store.add(message)
        if said is not None and self._act_on(said, number, to):
            answer = ANSWERS[said]
            self._store.add(self._message(Origin.CARRIER, to, number, answer, account_sid))
        if inbound.url is None:
            return _shown(message), []
        draft = Draft(to=to, from_number=number, body=reply.body)
        webhook = _webhook(message, inbound.url, with_opt_out=inbound.advanced_opt_out)
        return _shown(message), tampered(webhook, draft, self._faults)

    def _act_on(self, said: str, number: str, to: str) -> bool:
        """Whether the carrier answers: to what changes something, and to HELP until STOP."""
        out = self._opted_out(number, to)
        if said == HELP:
            return not out
        self._store.opt(number, to, out=said == STOP)
        return out is not (said == STOP)

    def _message(
        self,
        origin: Origin,
        sender: str,
        to: str,
        body: str,
        account_sid: str,
        said: str | None = None,
    ) -> Message:
        now = self._now()
        return Message(
            origin=origin,
            sid="SM" + uuid.uuid4().hex,
            account_sid=account_sid,
            to=to,
            from_number=sender,
            body=body,
            created_at=now,
            listed_at=now,
            fate=Fate.RECEIVED if origin is Origin.PHONE else Fate.DELIVERED,
            opt_out_type=said,
        )


def _shown(message: Message) -> Written:
    return Written(
        sid=message.sid,
        from_number=message.from_number,
        to=message.to,
        body=message.body,
        written_at=message.created_at,
        opt_out_type=message.opt_out_type,
    )


def _webhook(message: Message, url: str, *, with_opt_out: bool) -> Webhook:
    fields = [
        ("ToCountry", "US"),
        *((f"From{name}", value) for name, value in _PLACE),
        *((f"To{name}", value) for name, value in _PLACE[1:]),
        ("SmsMessageSid", message.sid),
        ("NumMedia", "0"),
        ("SmsSid", message.sid),
        ("SmsStatus", "received"),
        ("Body", message.body),
        ("To", message.to),
        ("NumSegments", str(count(message.body))),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        ("From", message.from_number),
        ("ApiVersion", API_VERSION),
    ]
    if with_opt_out and message.opt_out_type is not None:
        fields.append(("OptOutType", message.opt_out_type))
    return Webhook(
        id=str(uuid.uuid4()),
        kind=WebhookKind.INBOUND,
        message_sid=message.sid,
        phone=message.from_number,
        account_sid=message.account_sid,
        url=url,
        fields=tuple(fields),
        due_at=message.created_at,
    )
