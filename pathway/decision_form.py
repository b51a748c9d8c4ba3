"""The form of a decision: every option alike, and the advice beside it (rule 16)."""

from datetime import datetime

from pathway import course_plan
from pathway.anchors import next_infusion_at
from pathway.conditions import Predicate
from pathway.cosigning import cosignature_wanted
from pathway.decision import LENGTHENS, LOWERS
from pathway.facts import Choice
from pathway.journey import Journey, Treatment
from pathway.model import Instant, Model
from pathway.progress import facts
from pathway.protocol import Evidence


class AdviceLine(Model):
    """Something to think about. It preselects nothing and forbids nothing."""

    offer: tuple[Choice, ...]
    says: str
    when: str
    """The protocol's condition, which holds now."""
    shows: dict[Predicate, int]
    """What each part of the condition comes to."""
    evidence: Evidence
    source: str


class Option(Model):
    """One choice of the form."""

    choice: Choice
    asks: tuple[str, ...]
    """The fields that it must give, beside its reason."""
    second_signature: bool
    next_at: Instant | None
    """When the next infusion would be; None where the course ends or the decision says when."""


def advice(journey: Journey, now: datetime) -> tuple[AdviceLine, ...]:
    """Every advice of the protocol whose condition holds, in the protocol's order."""
    known = facts(journey, now)
    return tuple(
        AdviceLine(
            offer=each.offer,
            says=each.says,
            when=str(each.when),
            shows={t.predicate: int(known.get(t.predicate, 0)) for t in each.when.terms},
            evidence=each.evidence,
            source=each.source,
        )
        for each in journey.protocol.steps.decision.advice
        if each.when.holds(known)
    )


def form(journey: Journey, treatment: Treatment | None) -> tuple[Option, ...]:
    """The protocol's options in its own order."""
    return tuple(
        Option(
            choice=choice,
            asks=_asks(choice),
            second_signature=cosignature_wanted(journey, choice),
            next_at=_next_at(journey, treatment, choice),
        )
        for choice in journey.protocol.steps.decision.options
    )


def _asks(choice: Choice) -> tuple[str, ...]:
    asked = {
        "dose": choice in (*LOWERS, Choice.INCREASE_DOSE),
        "interval_days": choice in (*LENGTHENS, Choice.SHORTEN_INTERVAL),
        "pause_until": choice is Choice.PAUSE,
    }
    return tuple(name for name, wanted in asked.items() if wanted)


def _next_at(journey: Journey, treatment: Treatment | None, choice: Choice) -> datetime | None:
    """The visit that is proposed or booked, else at the interval in use.

    A decision that changes the interval is previewed with what it says.
    """
    moves = choice in (*LENGTHENS, Choice.SHORTEN_INTERVAL, Choice.PAUSE)
    if treatment is None or moves or not choice.goes_on:
        return None
    planned = next_infusion_at(journey, treatment)
    if planned is not None:
        return planned
    return course_plan.proposed_at(journey, treatment, course_plan.interval(journey, treatment))
