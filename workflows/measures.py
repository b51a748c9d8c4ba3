"""How late texts and pages were, and how long somebody took to have an escalation.

Only the journey knows when something was due and, in its own time, when it was done. The meter is
quiet while a history is replayed, writes no event, and asks for nothing: a journey is the same
with it and without it.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from temporalio import workflow

from pathway.events import EscalationAcknowledged, Event
from pathway.items import AgendaItem, PageAct, TextAct
from pathway.journey import Journey

TEXT_LATENESS: Final = "waymark_text_lateness_seconds"
PAGE_LATENESS: Final = "waymark_page_lateness_seconds"
TAKEN_AFTER: Final = "waymark_acknowledged_after_seconds"
NAMES: Final = (TEXT_LATENESS, PAGE_LATENESS, TAKEN_AFTER)
BUCKETS: Final = (1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
"""Seconds: from what nobody notices to a day."""

_MEANS = {
    TEXT_LATENESS: "From when a text was due until the provider had it.",
    PAGE_LATENESS: "From when a page was due until somebody had it.",
    TAKEN_AFTER: "From the first page of a round until a person had the escalation.",
}


def text_went(item: AgendaItem, act: TextAct) -> None:
    """A text has left; measured from its time after quiet hours."""
    _measure(TEXT_LATENESS, workflow.now() - item.at, template=act.template)


def paged(item: AgendaItem, act: PageAct) -> None:
    """Somebody has a page. That nothing is needed any more is not late for anybody."""
    if not act.all_clear:
        _measure(PAGE_LATENESS, workflow.now() - item.at, level=act.level)


def happened(before: Journey, events: Iterable[Event]) -> None:
    """Measure what ends with an event, for the journey as it was."""
    for event in events:
        if isinstance(event, EscalationAcknowledged):
            _taken(before, event)


def _taken(before: Journey, event: EscalationAcknowledged) -> None:
    escalation = before.escalation(event.escalation)
    if escalation is None:
        return
    rungs = [b.at for b in escalation.begun if b.round == escalation.round and not b.nobody]
    if rungs:
        _measure(TAKEN_AFTER, event.at - min(rungs), level=escalation.level)


def _measure(name: str, took: timedelta, **labels: str) -> None:
    plain = {label: str(value) for label, value in labels.items()}
    meter = workflow.metric_meter().with_additional_attributes(plain)
    histogram = meter.create_histogram_float(name, _MEANS[name])
    histogram.record(max(took.total_seconds(), 0.0))
