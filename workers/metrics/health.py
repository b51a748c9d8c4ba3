"""Whether a process lives, and whether it can do its work, each with its reasons.

Nothing here asks for activity: no journeys and no texts for days is a healthy clinic. What counts
is that the loop turns, that what it stands on answers, and that its sweeps do their rounds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from workers.metrics.rounds import ROUNDS, Rounds

Ask = Callable[[], Awaitable[str | None]]
"""None where all is well, else why not, in a few words without any value in them."""

WELL = "ok"
STALLED_SECONDS = 15.0
"""A loop that has not turned for so long does nothing for anybody."""
ANSWERS_WITHIN_SECONDS = 2.0
KEPT_SECONDS = 5.0
_BEAT_SECONDS = 1.0


@dataclass(frozen=True)
class Check:
    """One thing that work needs. One that is not `required` is said and stops nothing."""

    ask: Ask
    required: bool = True


async def not_yet() -> str | None:
    """The answer of what has still to begin."""
    return "still starting"


class Pulse:
    """The turning of a loop, felt from another thread."""

    def __init__(self) -> None:
        self._turned = time.monotonic()

    async def beat(self) -> None:
        """Turn with the loop, for as long as this is not cancelled."""
        while True:
            self._turned = time.monotonic()
            await asyncio.sleep(_BEAT_SECONDS)

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self._turned

    async def ask(self) -> str | None:
        age = self.age_seconds
        return None if age < STALLED_SECONDS else f"the event loop has not turned for {age:.0f} s"


@dataclass(frozen=True)
class Verdict:
    """What the checks said, by their names."""

    said: dict[str, str]
    failing: tuple[str, ...]

    @property
    def well(self) -> bool:
        return not self.failing


@dataclass
class Health:
    """The checks of one process. `checks` may grow while it starts."""

    needs_records: bool = True
    """False where what comes in waits elsewhere while they are away."""
    pulse: Pulse = field(default_factory=Pulse)
    checks: dict[str, Check] = field(default_factory=dict)
    rounds: Rounds = field(default_factory=lambda: ROUNDS)
    kept_seconds: float = KEPT_SECONDS
    _kept: tuple[float, Verdict] | None = None

    async def lives(self) -> Verdict:
        """Whether the process lives; one that does not is to be started again."""
        return await _judged({"event_loop": Check(self.pulse.ask)})

    async def ready(self) -> Verdict:
        """Whether it can do its work. Asked again after some seconds, by however many."""
        if self._kept and time.monotonic() - self._kept[0] < self.kept_seconds:
            return self._kept[1]
        own = {"event_loop": Check(self.pulse.ask), "sweeps": Check(self._sweeps)}
        verdict = await _judged(own | dict(self.checks))
        self._kept = (time.monotonic(), verdict)
        return verdict

    async def _sweeps(self) -> str | None:
        late = self.rounds.late()
        return f"not done in time: {', '.join(late)}" if late else None


async def _judged(checks: dict[str, Check]) -> Verdict:
    answers = await asyncio.gather(*(_asked(check.ask) for check in checks.values()))
    said = {name: answer or WELL for name, answer in zip(checks, answers, strict=True)}
    failing = [name for name in checks if checks[name].required and said[name] != WELL]
    return Verdict(said, tuple(failing))


async def _asked(ask: Ask) -> str | None:
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
            return await ask()
    except TimeoutError:
        return "no answer in time"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is an answer
        return type(error).__name__
