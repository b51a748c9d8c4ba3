"""What the network posts to the clinic: delivery callbacks, and what phones wrote."""

from datetime import datetime
from enum import StrEnum
from urllib.parse import urldefrag, urlencode

from twilio.request_validator import RequestValidator

from simulator.model import Model


class WebhookKind(StrEnum):
    CALLBACK = "callback"
    INBOUND = "inbound"


class Signing(StrEnum):
    """How the request proves that it is from the network."""

    GOOD = "good"
    BAD = "bad"
    MISSING = "missing"


class Attempt(Model):
    """One request, and what came of it."""

    at: datetime
    answer: int | None = None
    """The HTTP status; None when no answer was read."""
    failure: str | None = None
    """4xx, 5xx, ct (no connection) or rt (no answer); None when it was taken."""


class Webhook(Model):
    """One thing to post, with the attempts made so far."""

    id: str
    kind: WebhookKind
    message_sid: str
    phone: str
    account_sid: str
    status: str = ""
    """Of a delivery callback."""
    url: str
    """As configured, overrides in its fragment and all."""
    fields: tuple[tuple[str, str], ...]
    due_at: datetime
    signing: Signing = Signing.GOOD
    lost: bool = False
    cut: bool = False
    """The first attempt's connection is cut before its answer is read."""
    faults: tuple[int, ...] = ()
    """Faults that have happened once this has been posted, or lost."""
    attempts: tuple[Attempt, ...] = ()
    settled: bool = False
    """Nothing more is posted: taken, given up or lost."""

    @property
    def taken(self) -> bool:
        return bool(self.attempts) and self.attempts[-1].failure is None

    def body(self) -> bytes:
        return urlencode(self.fields).encode()

    def headers(self, token: str) -> dict[str, str]:
        """Signed as Twilio signs: the URL without its fragment, then the sorted fields."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if self.signing is not Signing.MISSING:
            headers["X-Twilio-Signature"] = self._signature(token)
        if self.attempts:
            headers["I-Twilio-Idempotency-Token"] = self.id
        return headers

    def _signature(self, token: str) -> str:
        secret = token if self.signing is Signing.GOOD else f"not {token}"
        validator = RequestValidator(secret)  # type: ignore[no-untyped-call]
        address = urldefrag(self.url).url
        return str(validator.compute_signature(address, dict(self.fields)))  # type: ignore[no-untyped-call]
