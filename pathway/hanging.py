"""What hangs on an entry: after its correction that alone is due anew (rule 2)."""

from collections.abc import Iterable

from pathway.anchors import rules_of
from pathway.facts import Step
from pathway.facts.corrections import Correctable
from pathway.items import AgendaItem, TextAct
from pathway.journey import Journey, Treatment
from pathway.moments import Anchor, Moment, anchors_of

_ENTRY = {
    Anchor.INFUSION_START: Correctable.INFUSION_START,
    Anchor.INFUSION_END: Correctable.INFUSION_END,
    Anchor.DISCHARGE: Correctable.DISCHARGE,
    Anchor.PSYCHOTHERAPY_ENDED: Correctable.PSYCHOTHERAPY,
}
_OWN = {
    Step.PREPARATION: Correctable.PREPARATION,
    Step.INFUSION: Correctable.INFUSION_START,
    Step.MONITORING: Correctable.DISCHARGE,
    Step.PSYCHOTHERAPY: Correctable.PSYCHOTHERAPY,
}
"""The entry that ends a step: without it the step is owed again."""
IN_THE_CHAIR = frozenset(
    {Correctable.INFUSION_START, Correctable.INFUSION_END, Correctable.DISCHARGE}
)
"""What the watch over her hangs on."""


def of_step(journey: Journey, step: Step) -> frozenset[Correctable]:
    """The entries that a step's deadline and reminders hang on."""
    rules = rules_of(journey, step)
    times = of_moments([*([rules.due] if rules.due else []), *(r.at for r in rules.reminders)])
    return times | {_OWN[step]} if step in _OWN else times


def of_moments(moments: Iterable[Moment]) -> frozenset[Correctable]:
    """The entries that these times are counted from."""
    anchors = (anchor for moment in moments for anchor in anchors_of(moment))
    return frozenset(_ENTRY[anchor] for anchor in anchors if anchor in _ENTRY)


def anew(treatment: Treatment, item: AgendaItem, entries: frozenset[Correctable]) -> AgendaItem:
    """The item, after a correction of one of these entries under a key of its own.

    Reminders of an appointment hang on the appointment, and have been sent or not.
    """
    corrections = sum(each.what in entries for each in treatment.superseded)
    reminds = isinstance(item.act, TextAct) and item.act.appointment_at is not None
    if not corrections or reminds:
        return item
    return item.model_copy(update={"key": f"{item.key}/c{corrections}"})
