"""What was known of the patient's risk when a clinician assessed it, and what of that still stands.

What is known is reviewed, what is new or worse climbs (rule 18). A corrected entry takes along what
only it had said (rule 2), and adds nothing: what it brings to light nobody has assessed yet.
"""

from collections.abc import Collection
from datetime import datetime

from pathway.facts.safety import (
    KnownFrom,
    RiskAssessment,
    ScreenAnswers,
    ScreenQuestion,
    SuicideScreen,
)
from pathway.facts.scores import Score
from pathway.flags import raised_by_then
from pathway.journey import Journey


def known_by(journey: Journey, until: datetime, named: Collection[str]) -> tuple[str, ...]:
    """What an assessor has before them: every screen since the last assessment, and what they say.

    Without a screen since then it is what was known; an attempt, once made, stays known.
    """
    last = _before(journey, until)
    found = _screens(journey, last.signed.happened_at if last else None, until)
    before = last.known if last else ()
    stays = [q for q in before if not found or q == ScreenQuestion.EVER_TRIED]
    return _in_order({*named, *stays, *(name for answers in found for name in answers.not_no)})


def known_from(
    journey: Journey, until: datetime, named: Collection[str], *, item9_named: bool
) -> KnownFrom:
    """Where that comes from. An assessment without a screen of its own rests on the one before."""
    last = _before(journey, until)
    if last is None:
        return KnownFrom(named=_in_order(named), item9_named=item9_named)
    since, before = last.signed.happened_at, last.known_from
    if not _screens(journey, since, until):
        kept, since_then = before.named, before.screens_after
    else:
        kept = tuple(q for q in before.named if q == ScreenQuestion.EVER_TRIED)
        since_then = since
    return KnownFrom(
        named=_in_order({*named, *kept}), screens_after=since_then, item9_named=item9_named
    )


def as_corrected(journey: Journey, was: Score | SuicideScreen) -> RiskAssessment | None:
    """The latest assessment without what only the corrected entry had told the assessor.

    Args:
        journey: with the entry corrected.
    """
    risk = journey.risk
    if risk is None:
        return None
    if isinstance(was, Score):
        return risk.model_copy(update={"item9": _item9(journey, risk, was)})
    return risk.model_copy(update={"known": _known(journey, risk, was)})


def _known(journey: Journey, risk: RiskAssessment, was: SuicideScreen) -> tuple[str, ...]:
    until, rests_on = risk.signed.happened_at, risk.known_from
    if not raised_by_then(was.signed.happened_at, until):
        return risk.known
    found = _screens(journey, rests_on.screens_after, until)
    stands = {*rests_on.named, *(name for answers in found for name in answers.not_no)}
    tried = ScreenQuestion.EVER_TRIED.value
    if any(tried in answers.not_no for answers in _screens(journey, None, until)):
        stands.add(tried)
    return tuple(q for q in risk.known if q in stands or q not in was.answers.not_no)


def _item9(journey: Journey, risk: RiskAssessment, was: Score) -> int | None:
    """The last answer before the assessment, as it now stands; never more than was assessed."""
    if risk.known_from.item9_named or risk.item9 is None or was.item9 != risk.item9:
        return risk.item9
    recorded = risk.signed.recorded_at
    answers = (s for s in reversed(journey.scores) if s.signed.recorded_at <= recorded)
    stands = next((s.item9 for s in answers if s.item9 is not None), None)
    return None if stands is None else min(stands, risk.item9)


def _before(journey: Journey, until: datetime) -> RiskAssessment | None:
    """The latest assessment, where it is none of a later moment."""
    last = journey.risk
    return last if last is not None and last.signed.happened_at <= until else None


def _screens(journey: Journey, since: datetime | None, until: datetime) -> list[ScreenAnswers]:
    return [
        s.answers
        for s in journey.screens
        if raised_by_then(s.signed.happened_at, until)
        and (since is None or s.signed.happened_at > since)
    ]


def _in_order(names: Collection[str]) -> tuple[str, ...]:
    return tuple(q.value for q in ScreenQuestion if q.value in names)
