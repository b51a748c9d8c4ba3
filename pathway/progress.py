"""How she does: change from the locked baseline, response, remission, streaks, relapse.

Computed and shown, never acted on: what follows from it is a clinician's decision (rule 16).
"""

from collections.abc import Sequence
from datetime import datetime

from pathway.conditions import Predicate
from pathway.facts import SessionOutcome
from pathway.facts.scores import Score
from pathway.flags import open_flags
from pathway.journey import Journey, Treatment
from pathway.model import Model
from pathway.safety import high_risk
from pathway.scores import baseline, since_first_infusion

_PERCENT = 100
HELD = (SessionOutcome.HELD, SessionOutcome.HELD_LATE)


class Progress(Model):
    """What the depression scores say so far; None is what cannot be said yet."""

    baseline: int | None = None
    latest: int | None = None
    change: int | None = None
    """Points since the baseline; below zero she is better."""
    improved_percent: int | None = None
    """How much of the baseline has gone; below zero she got worse."""
    meaningful: bool | None = None
    """Better by what the instrument's authors call meaningful."""
    response: bool | None = None
    remission: bool | None = None
    stable: bool | None = None
    worsening: bool | None = None
    non_improving_streak: int | None = None
    relapse: bool | None = None


def improved_percent(before: int, now: int) -> int | None:
    """How much of a score has gone, in whole percent towards zero; None from a score of zero."""
    return int((before - now) * _PERCENT / before) if before else None


def progress(journey: Journey) -> Progress:
    """What the scores of the present course say."""
    locked = baseline(journey)
    first = locked.phq9 if locked else None
    totals = _totals(since_first_infusion(journey))
    if first is None or not totals:
        return Progress(baseline=first)
    rules = journey.protocol.scores.phq9
    latest = totals[-1]
    return Progress(
        baseline=first,
        latest=latest,
        change=latest - first,
        improved_percent=improved_percent(first, latest),
        meaningful=first - latest >= rules.meaningful_change.value,
        response=_responds(journey, first, latest),
        remission=latest < rules.remission_below.value,
        stable=_stable(journey, totals),
        worsening=_worse(journey, first, totals),
        non_improving_streak=_streak(journey, first, totals),
        relapse=_relapsed(journey, first, totals),
    )


def _totals(scores: Sequence[Score]) -> list[int]:
    return [s.phq9 for s in scores if s.phq9 is not None]


def _responds(journey: Journey, first: int, total: int) -> bool:
    return _gone(first, total, journey.protocol.scores.phq9.response_percent.value)


def _gone(before: int, now: int, percent: int) -> bool:
    """Whether at least so much has gone; counted in whole numbers, so that a half is a half."""
    return before > 0 and (before - now) * _PERCENT >= percent * before


def _stable(journey: Journey, totals: list[int]) -> bool | None:
    """So many scores in a row, and no meaningful change among them."""
    rules = journey.protocol.scores.phq9
    wanted = rules.stable_over_scores.value
    lately = totals[-wanted:]
    if len(lately) < wanted:
        return None
    return max(lately) - min(lately) < rules.meaningful_change.value


def _worse(journey: Journey, first: int, totals: list[int]) -> bool:
    """A meaningful rise, since the score before or since the baseline."""
    before = min(first, totals[-2] if len(totals) > 1 else first)
    return totals[-1] - before >= journey.protocol.scores.phq9.meaningful_change.value


def _streak(journey: Journey, first: int, totals: list[int]) -> int:
    """How many scores up to now had improved neither on the baseline nor on the one before.

    Against the baseline too, or a lasting remission would count as no improvement.
    """
    percent = journey.protocol.scores.phq9.improved_percent.value
    streak = 0
    for before, total in zip([first, *totals], totals, strict=False):
        improved = _gone(first, total, percent) or _gone(before, total, percent)
        streak = 0 if improved else streak + 1
    return streak


def _relapsed(journey: Journey, first: int, totals: list[int]) -> bool:
    """Only after a response: the response lost on so many scores, or a high score (rule 16)."""
    rules = journey.protocol.steps.follow_up.relapse
    responded = [_responds(journey, first, total) for total in totals]
    if True not in responded:
        return False
    after = totals[responded.index(True) + 1 :]
    if after and after[-1] >= rules.phq9_at_least.value:
        return True
    lately = after[-rules.on_consecutive_scores :]
    lost = [not _gone(first, total, rules.change_below_percent.value) for total in lately]
    return len(lost) == rules.on_consecutive_scores and all(lost)


def facts(journey: Journey, now: datetime) -> dict[Predicate, int | bool]:
    """What the conditions of a protocol ask about; what is not known does not hold."""
    seen = progress(journey)
    known = {
        Predicate.RESPONSE_50: seen.response,
        Predicate.REMISSION: seen.remission,
        Predicate.STABLE: seen.stable,
        Predicate.WORSENING: seen.worsening,
        Predicate.RELAPSE: seen.relapse,
        Predicate.NON_IMPROVING_STREAK: seen.non_improving_streak,
        Predicate.SAFETY_FLAG_OPEN: bool(open_flags(journey)),
        Predicate.HIGH_RISK: high_risk(journey),
        Predicate.PSYCHOTHERAPY_NOT_HELD: psychotherapy_not_held(journey.treatment, now),
    }
    return {predicate: value for predicate, value in known.items() if value is not None}


def psychotherapy_not_held(treatment: Treatment | None, now: datetime) -> bool:
    """Whether the infusion has ended and no session after it was held."""
    ended = treatment.infusion_ended_at if treatment else None
    if treatment is None or ended is None or ended > now:
        return False
    return treatment.psychotherapy is None or treatment.psychotherapy.outcome not in HELD
