"""Which of a journey's scores count for what: the series, the baseline, how fresh they are."""

from datetime import datetime

from pathway.facts.scores import Purpose, Score
from pathway.journey import Journey


def in_order(journey: Journey) -> tuple[Score, ...]:
    """All scores as she gave them, the oldest first, however late they were entered."""
    return tuple(sorted(journey.scores, key=lambda s: (s.signed.happened_at, s.signed.recorded_at)))


def series(journey: Journey) -> tuple[Score, ...]:
    """The complete depression scores that compare with each other, oldest first.

    A score of the day after is left out: the questionnaire asks about two weeks.
    """
    return tuple(
        s for s in in_order(journey) if s.phq9 is not None and s.purpose is not Purpose.AFTER_A_DAY
    )


def first_infusion_at(journey: Journey) -> datetime | None:
    """When the first infusion of the present course began."""
    starts = (
        t.infusion.started_at
        for t in journey.treatments
        if t.infusion and t.number >= journey.course_from
    )
    return min(starts, default=None)


def baseline(journey: Journey) -> Score | None:
    """The last complete depression score before the course's first infusion, locked with it.

    What is entered after that start, for a time before it, changes a baseline only where none
    had been recorded.
    """
    begins = first_infusion_at(journey)
    before = [s for s in series(journey) if begins is None or s.signed.happened_at <= begins]
    locked = [s for s in before if begins is None or s.signed.recorded_at <= begins]
    chosen = locked or before
    return chosen[-1] if chosen else None


def since_first_infusion(journey: Journey) -> tuple[Score, ...]:
    """The series from the course's first infusion on, without the baseline."""
    begins = first_infusion_at(journey)
    if begins is None:
        return ()
    return tuple(s for s in series(journey) if s.signed.happened_at > begins)


def fresh(journey: Journey, now: datetime) -> bool:
    """Whether every questionnaire that the protocol wants before an infusion is fresh then."""
    wanted = journey.protocol.scores
    earliest = now - journey.protocol.steps.infusion.preflight.scores_fresh.value
    lately = [
        s
        for s in journey.scores
        if earliest <= s.signed.happened_at <= now and s.purpose is not Purpose.AFTER_A_DAY
    ]
    phq9 = any(s.phq9 is not None for s in lately) or not wanted.phq9.before_infusion
    gad7 = any(s.gad7 is not None for s in lately) or not wanted.gad7.before_infusion
    return phq9 and gad7
