"""A treatment in one row of the decision page: what was given, how it was borne, what it did."""

from datetime import datetime, timedelta

from pathway.checkin import moods_of
from pathway.facts import SessionOutcome, VisitSummary
from pathway.facts.safety import ScreenResult
from pathway.facts.scores import Purpose, Score
from pathway.journey import Journey, Treatment
from pathway.model import Instant, Model
from pathway.monitoring import visit_summary
from pathway.progress import improved_percent
from pathway.protocol import Mood
from pathway.scores import baseline, in_order, series
from pathway.sessions import held_in_time, session_outcome


class TreatmentRow(Model):
    """One treatment. None is what was not recorded: shown in those words, never blank, never 0."""

    number: int
    at: Instant | None = None
    gap_days: float | None = None
    """Since the infusion before."""
    visit: VisitSummary
    phq9: int | None = None
    """The last complete score before this infusion."""
    phq9_improved_percent: int | None = None
    """Since the locked baseline; below zero she got worse."""
    gad7: int | None = None
    item9: int | None = None
    screen_positive: bool | None = None
    """Whether any direct screen of this treatment was."""
    screens: tuple[ScreenResult, ...] = ()
    mood_hours_after: Mood | None = None
    """Her answer to the text some four hours after it."""
    mood_day_after: Mood | None = None
    """Her word of the day after, as somebody took it down."""
    benefit_days: float | None = None
    """From the infusion to the last score, before the next one, that was still clearly better."""
    psychotherapy: SessionOutcome | None = None
    psychotherapy_in_time: bool | None = None


def treatment_row(journey: Journey, treatment: Treatment) -> TreatmentRow:
    begins = treatment.infusion.started_at if treatment.infusion else None
    before = _before(journey, treatment, begins)
    phq9 = next((s.phq9 for s in reversed(before) if s.phq9 is not None), None)
    locked = baseline(journey)
    first = locked.phq9 if locked else None
    return TreatmentRow(
        number=treatment.number,
        at=begins,
        gap_days=_gap_days(journey, treatment),
        visit=visit_summary(treatment),
        phq9=phq9,
        phq9_improved_percent=(
            improved_percent(first, phq9) if first is not None and phq9 is not None else None
        ),
        gad7=next((s.gad7 for s in reversed(before) if s.gad7 is not None), None),
        item9=next((s.item9 for s in reversed(before) if s.item9 is not None), None),
        screen_positive=any(s.positive for s in treatment.screens) if treatment.screens else None,
        screens=treatment.screens,
        mood_hours_after=_mood_hours_after(journey, treatment),
        mood_day_after=_mood_day_after(journey, treatment),
        benefit_days=_benefit_days(journey, treatment, phq9),
        psychotherapy=session_outcome(journey, treatment),
        psychotherapy_in_time=held_in_time(journey, treatment),
    )


def _previous_start(journey: Journey, treatment: Treatment) -> datetime | None:
    starts = (
        t.infusion.started_at
        for t in journey.treatments
        if t.infusion and t.number < treatment.number
    )
    return max(starts, default=None)


def _next_start(journey: Journey, treatment: Treatment) -> datetime | None:
    starts = (
        t.infusion.started_at
        for t in journey.treatments
        if t.infusion and t.number > treatment.number
    )
    return min(starts, default=None)


def _gap_days(journey: Journey, treatment: Treatment) -> float | None:
    last = _previous_start(journey, treatment)
    if last is None or treatment.infusion is None:
        return None
    return round((treatment.infusion.started_at - last) / timedelta(days=1), 1)


def _before(journey: Journey, treatment: Treatment, begins: datetime | None) -> list[Score]:
    """The scores between the infusion before and this one, oldest first."""
    since = _previous_start(journey, treatment)
    return [
        s
        for s in in_order(journey)
        if s.purpose is not Purpose.AFTER_A_DAY
        and (since is None or s.signed.happened_at > since)
        and (begins is None or s.signed.happened_at <= begins)
    ]


def _mood_hours_after(journey: Journey, treatment: Treatment) -> Mood | None:
    """What she answered to the check-in; a later questionnaire's word is not taken for it."""
    asked_otherwise = {
        s.signed.happened_at for s in in_order(journey) if s.purpose is not Purpose.FOLLOW_UP
    }
    said = (m for m in moods_of(journey, treatment.number) if m.at not in asked_otherwise)
    return next((m.mood for m in said), None)


def _mood_day_after(journey: Journey, treatment: Treatment) -> Mood | None:
    ended = treatment.infusion_ended_at
    following = _next_start(journey, treatment)
    said = (
        s.mood
        for s in in_order(journey)
        if s.mood is not None
        and s.purpose is Purpose.AFTER_A_DAY
        and ended is not None
        and s.signed.happened_at > ended
        and (following is None or s.signed.happened_at < following)
    )
    return next(said, None)


def _benefit_days(journey: Journey, treatment: Treatment, before: int | None) -> float | None:
    ended = treatment.infusion_ended_at
    if ended is None or not before:
        return None
    following = _next_start(journey, treatment)
    wanted = journey.protocol.scores.phq9.improved_percent.value
    better = [
        s.signed.happened_at
        for s in series(journey)
        if s.phq9 is not None
        and s.signed.happened_at > ended
        and (following is None or s.signed.happened_at <= following)
        and (improved_percent(before, s.phq9) or 0) >= wanted
    ]
    return round((better[-1] - ended) / timedelta(days=1), 1) if better else None
