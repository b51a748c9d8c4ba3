"""Faults by script: which requests go wrong, how, and how often that really happened."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict, Field

from simulator.model import Draft, Model


class FaultKind(StrEnum):
    """What goes wrong; the first groups concern creates, the last one lists."""

    DROP_BEFORE_ACCEPT = "drop_before_accept"
    """The request is read, nothing is accepted, the connection is reset."""
    RATE_LIMIT = "rate_limit"
    """429 with code 20429; `retry_after` seconds, if given, go into the header."""
    SERVER_ERROR_500 = "server_error_500"
    HTML_503 = "html_503"
    """A gateway's page in place of an answer; nothing is accepted."""

    ACCEPT_THEN_DROP = "accept_then_drop"
    """The phone receives the text; the sender's connection is reset without an answer."""
    ACCEPT_THEN_500 = "accept_then_500"
    SLOW = "slow"
    """The text is accepted at once, the answer comes after `seconds`."""
    BAD_JSON = "bad_json"
    """The text is accepted; the answer is cut off in the middle of its JSON."""

    LIST_LAG = "list_lag"
    """The text is accepted; lists show it only after `seconds`. Joins with one other fault."""

    LIST_UNAVAILABLE = "list_unavailable"
    """A list answers 500, after `seconds`; matched by the list's To and From."""


BEFORE_ACCEPT = frozenset(
    {
        FaultKind.DROP_BEFORE_ACCEPT,
        FaultKind.RATE_LIMIT,
        FaultKind.SERVER_ERROR_500,
        FaultKind.HTML_503,
    }
)
AFTER_ACCEPT = frozenset(
    {
        FaultKind.ACCEPT_THEN_DROP,
        FaultKind.ACCEPT_THEN_500,
        FaultKind.SLOW,
        FaultKind.BAD_JSON,
    }
)


class Match(Model):
    """Which texts a fault is for; an absent field matches all."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    to: str | None = None
    from_number: str | None = Field(default=None, alias="from")
    body_contains: str | None = None

    def accepts(self, draft: Draft) -> bool:
        return (
            self.to in (None, draft.to)
            and self.from_number in (None, draft.from_number)
            and (self.body_contains or "") in draft.body
        )


class Fault(Model):
    """One fault of the script."""

    kind: FaultKind
    match: Match = Match()
    times: int = Field(default=1, ge=1)
    """How many requests it hits before it is used up."""
    seconds: float = Field(default=0, ge=0)
    retry_after: int | None = Field(default=None, ge=0)
    """Seconds, for rate_limit."""


class FaultReport(Fault):
    """A fault with the number of times it fired: a test whose fault did not fire has failed."""

    id: int
    fired: int


@dataclass
class QueuedFault:
    """A fault in the script, counting."""

    id: int
    fault: Fault
    fired: int = 0

    def fire(self) -> Fault:
        """Count the fault as having really happened, and give it out."""
        self.fired += 1
        return self.fault

    def report(self) -> FaultReport:
        content = self.fault.model_dump(by_alias=True)
        return FaultReport.model_validate({**content, "id": self.id, "fired": self.fired})


class FaultQueue:
    """The script in its order; the first fault that matches and is not used up is the one."""

    def __init__(self) -> None:
        self._queued: list[QueuedFault] = []
        self._last_id = 0

    def add(self, fault: Fault) -> FaultReport:
        self._last_id += 1
        queued = QueuedFault(self._last_id, fault)
        self._queued.append(queued)
        return queued.report()

    def clear(self) -> None:
        self._queued.clear()

    def reports(self) -> tuple[FaultReport, ...]:
        return tuple(queued.report() for queued in self._queued)

    def first(self, kinds: frozenset[FaultKind], draft: Draft) -> QueuedFault | None:
        """The fault that this request meets; the caller fires it when it really happens."""
        for queued in self._queued:
            fault = queued.fault
            fresh = queued.fired < fault.times
            if fresh and fault.kind in kinds and fault.match.accepts(draft):
                return queued
        return None
