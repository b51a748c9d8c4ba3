"""The watch over all journeys, as figures: how long ago it looked, and what it found."""

from datetime import datetime

from prometheus_client.core import GaugeMetricFamily

from records import watch_findings, watch_rounds
from records.database import Records
from workers.metrics.families import Families


async def watch(records: Records, now: datetime) -> Families:
    """What the watch says; a watch that has not looked within a day is infinitely late."""
    age = GaugeMetricFamily(
        "waymark_watch_round_age_seconds", "How long ago the watch last looked at everything."
    )
    open_now = GaugeMetricFamily(
        "waymark_watch_findings", "What the watch found and is open.", labels=("kind",)
    )
    looked = await watch_rounds.last(records)
    age.add_metric((), (now - looked.ended_at).total_seconds() if looked else float("inf"))
    # Every kind is there, so that a figure falls to 0.
    for kind, count in (await watch_findings.open_findings(records)).items():
        open_now.add_metric((str(kind),), count)
    return age, open_now
