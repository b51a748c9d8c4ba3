"""What a clinician's assessment has closed comes back when it has run out (rules 7 and 21).

An assessment says that something can wait, and until when; it is no outcome of the step.
"""

from collections.abc import Iterator

from pathway.escalation import Ending
from pathway.items import AgendaItem, EscalateAct
from pathway.journey import Journey


def with_return(journey: Journey, item: AgendaItem) -> Iterator[AgendaItem]:
    """The item, and its return where what it called about was closed as assessed.

    Both are derived only while that stands: an outcome of the step ends them.
    """
    yield item
    act = item.act
    if not isinstance(act, EscalateAct) or item.key not in journey.settled:
        return
    about = (act.step, act.about, act.treatment)
    over = [e for e in journey.escalations if (e.step, e.about, e.treatment) == about]
    over = [e for e in over if e.step or e.ladder is act.ladder]
    if any(e.open and e.ladder is act.ladder for e in over):
        return
    last = max(over, key=lambda e: e.closed_at or item.at, default=None)
    if last is not None and last.closed is Ending.ASSESSED and last.good_until is not None:
        again = {"key": f"{item.key}/assessed/{last.id}", "at": max(item.at, last.good_until)}
        yield item.model_copy(update=again)
