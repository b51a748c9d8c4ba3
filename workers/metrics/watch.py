"""The watch over all journeys, as figures: how long ago it looked, and what it found and is open.

This is the one place where it is plugged in. While nobody watches there is nothing to say, and no
rule fires for want of it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily

from records import signs
from records.database import Records
from workers.metrics.families import Families

NAME = "watch"
"""The sign of life that the watch gives after each whole round."""

Findings = Callable[[Records], Awaitable[Mapping[str, int]]]
"""How many findings of each kind are open; every kind is there, so that a figure falls to 0."""

FINDINGS: Findings | None = None
"""The watch's own count; None where there is no watch."""


async def watch(records: Records, now: datetime, findings: Findings | None = None) -> Families:
    """What the watch says; a watch that has not looked within a day is infinitely late."""
    counted = findings or FINDINGS
    age = GaugeMetricFamily(
        "waymark_watch_round_age_seconds", "How long ago the watch last looked at everything."
    )
    open_now = GaugeMetricFamily(
        "waymark_watch_findings", "What the watch found and is open.", labels=("kind",)
    )
    if counted is not None:
        looked = [sign.at for sign in await signs.last(records) if sign.name == NAME]
        age.add_metric((), (now - max(looked)).total_seconds() if looked else float("inf"))
        for kind, count in (await counted(records)).items():
            open_now.add_metric((str(kind),), count)
    return age, open_now
