"""One fault as it is asked for, by script or by seed, and as it is reported."""

from pydantic import ConfigDict, Field

from simulator.fault_kinds import AFTER_ACCEPT, BEFORE_ACCEPT, OF_WEBHOOKS, FaultKind
from simulator.model import Draft, Model

__all__ = [
    "AFTER_ACCEPT",
    "BEFORE_ACCEPT",
    "Fault",
    "FaultKind",
    "FaultReport",
    "Match",
    "RandomFaults",
    "RandomReport",
]


class Match(Model):
    """Which texts a fault is for; an absent field matches all.

    For an inbound text, `to` is the clinic's number and `from` the phone's.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    to: str | None = None
    from_number: str | None = Field(default=None, alias="from")
    body_contains: str | None = None
    status: str | None = None
    """Of a delivery callback: the one with this status alone."""

    def accepts(self, draft: Draft, status: str = "") -> bool:
        return (
            self.to in (None, draft.to)
            and self.from_number in (None, draft.from_number)
            and (self.body_contains or "") in draft.body
            and self.status in (None, status)
        )


class Fault(Model):
    """One fault of the script."""

    kind: FaultKind
    match: Match = Match()
    times: int = Field(default=1, ge=1)
    """How many requests or webhooks it hits before it is used up."""
    seconds: float = Field(default=0, ge=0)
    retry_after: int | None = Field(default=None, ge=0)
    """Seconds, for rate_limit."""


class FaultReport(Fault):
    """A fault with the number of times it fired: a test whose fault did not fire has failed."""

    id: int
    fired: int


class RandomFaults(Model):
    """Faults by chance: the same seed gives the same faults to the same texts in one order."""

    seed: int
    share: float = Field(ge=0, le=1)
    """The chance of each kind at each text or webhook that it could hit."""
    seconds: float = Field(default=2, ge=0)
    """The longest delay, for the kinds that delay."""
    kinds: frozenset[FaultKind] = OF_WEBHOOKS


class RandomReport(RandomFaults):
    """The random mode, with how often each kind really fired."""

    fired: dict[FaultKind, int]
