"""What a process counts by itself, from its start on. Every series is there from the beginning.

A series that began with its first event would hide that event: no rule can see a rise from nothing.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import product

from prometheus_client import Counter, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]


class Refused(StrEnum):
    """Why a payload was not read."""

    PLAIN = "plain"
    TAMPERED = "tampered"
    ELSEWHERE = "elsewhere"
    UNKNOWN_KEY = "unknown_key"
    """A key is missing: the task is tried again until it is back."""


WEBHOOKS = ("inbound", "status")
TAKEN, NOT_KEPT = "taken", "not_kept"
WEBHOOK_REFUSALS = (
    *("signature", "not_ours", "no_sid"),
    *("no_form", "too_slow", "cut_off", "too_many_fields", "too_large"),
)


def _counter(name: str, meaning: str, **labels: Iterable[str]) -> Counter:
    counter = Counter(name, meaning, tuple(labels))
    for values in product(*labels.values()) if labels else ():
        counter.labels(*values)
    return counter


_PAYLOADS = _counter(
    "waymark_payloads_refused_total",
    "Payloads that were not read, by reason; unknown_key: that wait for a key.",
    reason=Refused,
)
_WEBHOOKS = _counter(
    "waymark_webhooks_total",
    "Webhooks that the provider signed, by what became of them.",
    kind=WEBHOOKS,
    outcome=(TAKEN, NOT_KEPT),
)
_WEBHOOKS_REFUSED = _counter(
    "waymark_webhooks_refused_total",
    "Requests to the webhooks that were refused, by reason.",
    reason=WEBHOOK_REFUSALS,
)
_WEBHOOKS_MISSED = _counter(
    "waymark_webhooks_missed_total",
    "Texts from people that no webhook brought and the provider's list held.",
)


def payload_refused(reason: str) -> None:
    """A payload was not read; `reason` is one of `Refused`."""
    _PAYLOADS.labels(Refused(reason)).inc()


def webhook_taken(kind: str, *, kept: bool) -> None:
    """A webhook was signed by the provider; `kept` is whether it is durable here."""
    _WEBHOOKS.labels(kind, TAKEN if kept else NOT_KEPT).inc()


def webhook_refused(reason: str) -> None:
    """A request was refused; `reason` is one of `WEBHOOK_REFUSALS`."""
    _WEBHOOKS_REFUSED.labels(reason).inc()


def webhooks_missed(count: int) -> None:
    """So many texts were found in the provider's list alone."""
    _WEBHOOKS_MISSED.inc(count)
