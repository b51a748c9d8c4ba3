"""Faults by script or by seed: which one a text meets, and how often each really happened."""

import random
from collections import Counter
from dataclasses import dataclass

from simulator.fault_kinds import FaultKind
from simulator.faults import Fault, FaultReport, RandomFaults, RandomReport
from simulator.model import Draft


@dataclass
class QueuedFault:
    """A fault in the script, counting."""

    id: int
    fault: Fault
    fired: int = 0
    claimed: int = 0
    """Webhooks that it is going to hit; it counts as fired once that has happened."""

    @property
    def used_up(self) -> bool:
        return max(self.fired, self.claimed) >= self.fault.times

    def fire(self) -> Fault:
        """Count the fault as having really happened, and give it out."""
        self.fired += 1
        return self.fault

    def report(self) -> FaultReport:
        content = self.fault.model_dump(by_alias=True)
        return FaultReport.model_validate({**content, "id": self.id, "fired": self.fired})


class FaultQueue:
    """The script in its order; the first fault that matches and is not used up is the one.

    Where the script has none, chance may make one, if a random mode is set.
    """

    def __init__(self) -> None:
        self._queued: list[QueuedFault] = []
        self._drawn: list[QueuedFault] = []
        self._last_id = 0
        self._mode: RandomFaults | None = None
        self._chance = random.Random(0)  # noqa: S311 - faults are to be repeatable

    def add(self, fault: Fault) -> FaultReport:
        queued = self._numbered(fault)
        self._queued.append(queued)
        return queued.report()

    def clear(self) -> None:
        """Tear up the script and end the random mode."""
        self._queued.clear()
        self.randomise(None)

    def reports(self) -> tuple[FaultReport, ...]:
        return tuple(queued.report() for queued in self._queued)

    def randomise(self, mode: RandomFaults | None) -> None:
        """Begin the random mode anew from its seed, or end it."""
        self._mode = mode
        self._drawn.clear()
        self._chance = random.Random(mode.seed if mode else 0)  # noqa: S311 - repeatable

    def random_report(self) -> RandomReport | None:
        if self._mode is None:
            return None
        fired = Counter(drawn.fault.kind for drawn in self._drawn if drawn.fired)
        return RandomReport(**self._mode.model_dump(), fired=dict(sorted(fired.items())))

    def first(
        self, kinds: frozenset[FaultKind], draft: Draft, status: str = ""
    ) -> QueuedFault | None:
        """The fault that this text meets; the caller fires it when it really happens."""
        for queued in self._queued:
            fits = queued.fault.kind in kinds and queued.fault.match.accepts(draft, status)
            if fits and not queued.used_up:
                return queued
        return self._by_chance(kinds)

    def claim(self, kind: FaultKind, draft: Draft, status: str = "") -> QueuedFault | None:
        """The fault that a webhook of this text is going to meet, set aside for it."""
        found = self.first(frozenset({kind}), draft, status)
        if found is not None:
            found.claimed += 1
        return found

    def fire(self, fault_id: int) -> None:
        """Count a claimed fault as having really happened; one torn up since counts nowhere."""
        for queued in (*self._queued, *self._drawn):
            if queued.id == fault_id:
                queued.fire()

    def _by_chance(self, kinds: frozenset[FaultKind]) -> QueuedFault | None:
        possible = sorted(kinds & self._mode.kinds) if self._mode else []
        if self._mode is None or not possible or self._chance.random() >= self._mode.share:
            return None
        seconds = self._chance.uniform(0, self._mode.seconds)
        drawn = self._numbered(Fault(kind=self._chance.choice(possible), seconds=seconds))
        self._drawn.append(drawn)
        return drawn

    def _numbered(self, fault: Fault) -> QueuedFault:
        self._last_id += 1
        return QueuedFault(self._last_id, fault)
