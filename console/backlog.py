"""How many webhooks wait in the spool, as figures: nothing of what they hold."""

import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from console.spool import Spool


class Backlog(Collector):
    """The spool's files. Each look reads the folder, which is empty while all is well."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def collect(self) -> Iterator[Metric]:
        """What waits, since when, and what a person has to look at."""
        waiting = self._spool.waiting()
        yield _one("waymark_spool_files", "Files of webhooks the records lack.", len(waiting))
        age = max(map(_age, waiting), default=0.0)
        yield _one("waymark_spool_oldest_seconds", "Age of the oldest of them.", age)
        damaged = len(self._spool.unreadable())
        yield _one("waymark_spool_unreadable", "Damaged files that a person looks at.", damaged)


def _one(name: str, meaning: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, meaning)
    family.add_metric((), value)
    return family


def _age(file: Path) -> float:
    try:
        return max(time.time() - file.stat().st_mtime, 0.0)
    except FileNotFoundError:
        return 0.0  # the records have it meanwhile
