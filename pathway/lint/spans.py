"""How the moments of a treatment lie to each other, as the protocol plans it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pathway.calendar import Calendar
from pathway.moments import Anchor, Offset
from pathway.protocol import Protocol

SAMPLES = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
"""Any two days do: one in winter, one in summer."""
_STEP = timedelta(minutes=30)


def floor(protocol: Protocol) -> timedelta:
    """How long after an infusion's planned end she leaves at the earliest."""
    rules = protocol.steps.monitoring
    from_start = rules.minimum_from_start.value - protocol.steps.infusion.planned.value
    return max(from_start, rules.minimum_from_end.value or timedelta(0))


def after_end(protocol: Protocol, moment: object) -> timedelta | None:
    """How long after an infusion's planned end a moment comes, as early as it can."""
    if not isinstance(moment, Offset):
        return None
    match moment.anchor:
        case Anchor.INFUSION_END:
            return moment.by
        case Anchor.INFUSION_START | Anchor.INFUSION_AT:
            return moment.by - protocol.steps.infusion.planned.value
        case Anchor.DISCHARGE:
            return moment.by + floor(protocol)
    return None


def visit_hours(calendar: Calendar) -> Iterator[datetime]:
    """Each half hour of a week, without closed days, at which a visit may begin."""
    week = calendar.model_copy(update={"closed": ()})
    for n in range(7):
        for opens, closes in week.spans((SAMPLES[0] + timedelta(days=n)).date()):
            begins = opens
            while begins < closes:
                yield begins
                begins += _STEP
