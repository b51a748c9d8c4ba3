"""The checks of a process as figures, so that one rule sees what one probe sees."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from workers.metrics.health import WELL, Health


@dataclass(eq=False)
class Checked(Collector):
    """What the checks said last."""

    health: Health

    def __post_init__(self) -> None:
        self._said: dict[str, str] = {}

    async def refresh(self) -> None:
        """Ask them, or take what they said a moment ago."""
        self._said = (await self.health.ready()).said

    def collect(self) -> Iterator[Metric]:
        well = GaugeMetricFamily(
            "waymark_check_ok", "Whether a check of /readyz is well.", labels=("check",)
        )
        for name, answer in self._said.items():
            well.add_metric((name,), float(answer == WELL))
        yield well
        loop = GaugeMetricFamily(
            "waymark_event_loop_age_seconds", "When the loop last turned; it turns each second."
        )
        loop.add_metric((), self.health.pulse.age_seconds)
        yield loop
