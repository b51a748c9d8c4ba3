"""Where changes are registered, and what they share."""

from collections.abc import Callable
from functools import singledispatch

from pathway import events as ev
from pathway.escalation import Escalation
from pathway.facts import Signature
from pathway.journey import Journey, Treatment

DIARY_KEPT = 60
"""Entries a journey carries along; older ones are in the journal."""


@singledispatch
def change(event: ev.Event, journey: Journey) -> Journey:
    """One function for each event; registered by the modules beside this one."""
    raise TypeError(f"no change is written for {type(event).__name__}")


def with_treatment(
    journey: Journey, number: int, update: Callable[[Treatment], dict[str, object]]
) -> Journey:
    treatments = tuple(
        t.model_copy(update=update(t)) if t.number == number else t for t in journey.treatments
    )
    return journey.model_copy(update={"treatments": treatments})


def with_escalation(
    journey: Journey, escalation_id: str, update: Callable[[Escalation], dict[str, object]]
) -> Journey:
    escalations = tuple(
        e.model_copy(update=update(e)) if e.id == escalation_id else e for e in journey.escalations
    )
    return journey.model_copy(update={"escalations": escalations})


def under(*prefixes: str) -> Callable[[str], bool]:
    """Whether a key is one of these; an alert stays known as long as its task may stand."""
    return lambda key: key.startswith(prefixes) and not key.endswith("/alert")


def said_before(one: Signature, other: Signature) -> bool:
    """Whether the first is of no later time than the second, however late either was entered."""
    return one.happened_at <= other.happened_at


def forgetting(journey: Journey, gone: Callable[[str], bool]) -> Journey:
    """Without what became of items that can never fall due again."""
    return journey.model_copy(
        update={
            "settled": {k: v for k, v in journey.settled.items() if not gone(k)},
            "deferred": {k: v for k, v in journey.deferred.items() if not gone(k)},
        }
    )
