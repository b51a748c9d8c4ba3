"""Who may enter the programme, and go on in it: every policy with its reason (F1 to F5).

Nothing here ends a journey: each obstacle has a door, and a person goes through it (rule 17).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway.entry_checks import of_assessment, of_consent
from pathway.entry_facts import (
    clearance,
    consent_current,
    findings,
    reviewed_since,
    stale_at,
)
from pathway.items import AgendaItem, nudge_item
from pathway.journey import Journey, Stage
from pathway.resistance import weigh
from pathway.standing import EntryCheck, Standing, Verdict, seen_by

__all__ = [
    "EntryCheck",
    "Standing",
    "Verdict",
    "admits",
    "assessment_current",
    "cautions",
    "clearance",
    "consent_current",
    "entering_items",
    "findings",
    "hard_stopped",
    "reviewed_since",
    "seen_by",
    "stale_at",
    "standing",
]


def standing(journey: Journey, now: datetime | None) -> Standing:
    """Every check of the protocol with its verdict.

    Args:
        now: decides whether the assessment has gone stale; None leaves that to the reader.
    """
    assessment = journey.assessment
    trials = assessment.trials if assessment else ()
    return Standing(
        checks=(*of_assessment(journey, now), *of_consent(journey)),
        trials=weigh(journey.protocol.eligibility.resistance, trials),
        good_until=stale_at(journey),
    )


def admits(journey: Journey, now: datetime) -> bool:
    """Whether a first treatment may open."""
    return journey.leaving is None and standing(journey, now).admits


def assessment_current(journey: Journey, now: datetime) -> bool:
    """Assessed, nothing of it in the way or not cleared, and not gone stale."""
    return not any(check.verdict.holds_up for check in of_assessment(journey, now))


def hard_stopped(journey: Journey) -> bool:
    """Whether something found holds until she is assessed anew, whoever decides (rule 17).

    That the assessment has gone stale is none: it wants a review, and an override may wait for it.
    """
    return any(check.verdict is Verdict.SHUT for check in of_assessment(journey, None))


def cautions(journey: Journey) -> tuple[EntryCheck, ...]:
    """What to keep in mind wherever somebody decides; clinicians see it."""
    checks = standing(journey, None).checks
    return tuple(check for check in checks if check.verdict is Verdict.CAUTION)


def entering_items(journey: Journey) -> Iterator[AgendaItem]:
    """An assessment that stands still, is not recorded after its hour, or has gone stale."""
    if journey.leaving or journey.stage in {Stage.FOLLOW_UP, Stage.ENDED}:
        return
    if journey.assessment is None:
        yield from _not_assessed(journey)
    elif (until := stale_at(journey)) is not None:
        key = f"assessment/stale/{until:%Y%m%dT%H%M%S}"
        say = "Review the patient on one page: the assessment has gone stale"
        yield nudge_item(key, until, journey.protocol.steps.assessment.owner, say, None)


def _not_assessed(journey: Journey) -> Iterator[AgendaItem]:
    rules, booked = journey.protocol.steps.assessment, journey.assessment_booked
    for number, nudge in enumerate(rules.nudges):
        if nudge.when == "not_booked" and booked:
            continue
        at = journey.opened_at + nudge.after
        due = journey.opened_at + rules.book_within.value if nudge.when == "not_booked" else None
        yield nudge_item(f"assessment/nudge/{number}", at, nudge.to, nudge.say, None, due)
    if booked is not None:
        ends = booked.at + timedelta(minutes=booked.minutes)
        key = f"assessment/a{booked.revision}/not-recorded"
        yield nudge_item(key, ends, rules.owner, "Record the assessment, or book it anew", None)
