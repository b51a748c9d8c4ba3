"""Reads the sources from the records, each at most so often, and says when they do not answer.

It has its own connections and its own patience, so that no page and no text ever waits for a
figure. Whoever asks meanwhile gets what was read last; what could not be read is left out, never
old.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from records.database import Records
from records.errors import RecordsError, RecordsUnavailableError
from workers.metrics.families import Families
from workers.metrics.sources import Source, sources

PATIENCE = timedelta(seconds=3)
_AGAIN_SECONDS = 10.0
"""Records that did not answer are left alone for so long."""

log = structlog.stdlib.get_logger(__name__)


@dataclass
class _Kept:
    until: float = 0.0
    families: Families = ()
    read: bool = False


@dataclass(eq=False)
class Measuring(Collector):
    """The figures of the records, as they were read last."""

    records: Records
    of: tuple[Source, ...] = field(default_factory=sources)

    def __post_init__(self) -> None:
        self._kept = {source.name: _Kept() for source in self.of}
        self._line = asyncio.Lock()

    async def refresh(self) -> None:
        """Read what has been kept long enough. Never raises for the records' sake."""
        async with self._line:
            for source in self.of:
                if time.monotonic() < self._kept[source.name].until:
                    continue
                if not await self._read(source):
                    break

    async def _read(self, source: Source) -> bool:
        """Whether the records answered; where they did not, nothing else is asked of them now."""
        try:
            families = await source.read(self.records, datetime.now(UTC))
        except RecordsUnavailableError:
            self._leave_alone(self.of)
            return False
        except (RecordsError, ValueError) as error:
            # One question that is not answered must not cost the answers to the others.
            log.error("not_measured", kind=source.name, error=type(error).__name__)  # noqa: TRY400
            self._leave_alone((source,))
            return True
        until = time.monotonic() + source.kept_seconds
        self._kept[source.name] = _Kept(until, families, read=True)
        return True

    def _leave_alone(self, of: tuple[Source, ...]) -> None:
        until = time.monotonic() + _AGAIN_SECONDS
        for source in of:
            self._kept[source.name] = _Kept(until)

    def collect(self) -> Iterator[Metric]:
        """What was read last, and whether all of it could be."""
        for kept in self._kept.values():
            yield from kept.families
        up = GaugeMetricFamily(
            "waymark_records_up", "Whether the records answered every question about them."
        )
        up.add_metric((), float(all(kept.read for kept in self._kept.values())))
        yield up
