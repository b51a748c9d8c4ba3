"""The rounds of sweeps: how many, how long, how many failed, and which sweep is dead.

A sweep that hangs, or whose every round fails, has not done its work within its bound. One that
finds nothing to do has: a quiet clinic is well.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client import Counter, Gauge, Histogram

MAY_TAKE = timedelta(minutes=5)
"""A round may be long, as after an outage; then this and the time between rounds have passed."""

_SECONDS = (0.01, 0.05, 0.25, 1, 5, 15, 60, 300)
_RUNS = Counter("waymark_sweep_runs_total", "Rounds of a sweep that have ended.", ("sweep",))
_FAILURES = Counter("waymark_sweep_failures_total", "Rounds that failed.", ("sweep",))
_DURATION = Histogram(
    "waymark_sweep_duration_seconds", "How long a round took.", ("sweep",), buckets=_SECONDS
)
_LAST = Gauge(
    "waymark_sweep_last_success_timestamp_seconds",
    "When a round last ended well; before the first one, when the sweep began.",
    ("sweep",),
)
_BOUND = Gauge("waymark_sweep_bound_seconds", "How long ago that may be at most.", ("sweep",))


@dataclass
class _Sweeping:
    bound: float
    done_at: float


class Rounds:
    """The sweeps of one process. Read from another thread than it is written by."""

    def __init__(self) -> None:
        self._sweeping: dict[str, _Sweeping] = {}

    def begun(self, sweep: str, every: timedelta) -> None:
        """A sweep is looked after from now on."""
        bound = (every + MAY_TAKE).total_seconds()
        self._sweeping[sweep] = _Sweeping(bound, time.monotonic())
        for series in (_RUNS, _FAILURES, _DURATION):
            series.labels(sweep)
        _BOUND.labels(sweep).set(bound)
        _LAST.labels(sweep).set_to_current_time()

    def ended(self, sweep: str, seconds: float, *, well: bool) -> None:
        """A round has ended."""
        _RUNS.labels(sweep).inc()
        _DURATION.labels(sweep).observe(seconds)
        if not well:
            _FAILURES.labels(sweep).inc()
            return
        _LAST.labels(sweep).set_to_current_time()
        if sweep in self._sweeping:
            self._sweeping[sweep].done_at = time.monotonic()

    def over(self, sweep: str) -> None:
        """It was told to stop."""
        self._sweeping.pop(sweep, None)

    def late(self) -> tuple[str, ...]:
        """The sweeps that have not done their work within their bound."""
        now = time.monotonic()
        running = sorted(self._sweeping.items())
        return tuple(name for name, each in running if now - each.done_at > each.bound)


ROUNDS = Rounds()
"""Those of this process."""
