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

from records import measures
from records.database import Records
from records.errors import RecordsError, RecordsUnavailableError
from workers.metrics.families import Families
from workers.metrics.sources import Source, sources

PATIENCE = timedelta(seconds=3)
_ALL_SECONDS = 5.0
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
        self._up = False

    async def refresh(self) -> None:
        """Read what has been kept long enough. Never raises for the records' sake."""
        async with self._line:
            give_up = time.monotonic() + _ALL_SECONDS
            for source in self.of:
                now = time.monotonic()
                if now < self._kept[source.name].until:
                    continue
                # Whoever asks waits ten seconds; what is left is read for the next who asks.
                if now > give_up or not await self._read(source):
                    break

    async def _read(self, source: Source) -> bool:
        """Whether the records answer; where they do not, nothing else is asked of them now."""
        families: Families | None = None
        try:
            families = await source.read(self.records, datetime.now(UTC))
        except RecordsUnavailableError:
            # One long question is no outage: the shortest one tells the two apart.
            self._up = await self._answer()
        except (RecordsError, ValueError) as error:
            log.error("not_measured", kind=source.name, error=type(error).__name__)  # noqa: TRY400
            self._up = True
        else:
            self._up = True
        now = time.monotonic()
        if families is not None:
            self._kept[source.name] = _Kept(now + source.kept_seconds, families, read=True)
            return True
        for each in (source,) if self._up else self.of:
            wait = max(source.kept_seconds, _AGAIN_SECONDS) if self._up else _AGAIN_SECONDS
            self._kept[each.name] = _Kept(now + wait)
        return self._up

    async def _answer(self) -> bool:
        try:
            await measures.answer(self.records)
        except RecordsError:
            return False
        return True

    def collect(self) -> Iterator[Metric]:
        """What was read last, and what could not be."""
        measured = GaugeMetricFamily(
            "waymark_measured",
            "Whether a question to the records was answered.",
            labels=("source",),
        )
        for name, kept in self._kept.items():
            measured.add_metric((name,), float(kept.read))
            yield from kept.families
        yield measured
        up = GaugeMetricFamily("waymark_records_up", "Whether the records answer at all.")
        up.add_metric((), float(self._up))
        yield up
