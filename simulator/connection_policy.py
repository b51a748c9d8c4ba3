"""How often and how long Twilio tries a webhook: the overrides in its URL's fragment."""

from urllib.parse import parse_qsl, urldefrag

from pydantic import Field

from simulator.model import Model

_RETRIED = frozenset({"4xx", "5xx", "ct", "rt"})


class ConnectionPolicy(Model):
    """When an attempt has failed, and whether another follows.

    Twilio's documentation of connection overrides gives the names, limits and defaults.
    """

    retries: int = Field(default=1, ge=0, le=5)
    retried: frozenset[str] = frozenset({"ct"})
    """Which failures are tried again: 4xx, 5xx, ct (no connection), rt (no answer)."""
    connect_ms: int = Field(default=5000, ge=100, le=10000)
    read_ms: int = Field(default=15000, ge=100, le=15000)
    total_ms: int = Field(default=15000, ge=100, le=15000)

    def tries_again(self, failure: str | None, attempts: int, elapsed_seconds: float) -> bool:
        """Whether another attempt follows the one that ended so; None is no failure."""
        return (
            failure in self.retried
            and attempts <= self.retries
            and elapsed_seconds * 1000 < self.total_ms
        )


def _within(given: str, lowest: int, highest: int, default: int) -> int:
    return min(max(int(given), lowest), highest) if given.isdigit() else default


def policy_of(url: str) -> ConnectionPolicy:
    """The policy that a URL asks for; what is no number keeps its default."""
    given = dict(parse_qsl(urldefrag(url).fragment))
    asked = frozenset(given.get("rp", "ct").split(","))
    return ConnectionPolicy(
        retries=_within(given.get("rc", ""), 0, 5, 1),
        retried=_RETRIED if "all" in asked else asked & _RETRIED,
        connect_ms=_within(given.get("ct", ""), 100, 10000, 5000),
        read_ms=_within(given.get("rt", ""), 100, 15000, 15000),
        total_ms=_within(given.get("tt", ""), 100, 15000, 15000),
    )
