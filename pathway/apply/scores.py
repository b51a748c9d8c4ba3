"""Questionnaires, her own words, and whether she still goes to therapy."""

from pathway import events as ev
from pathway.apply.base import change
from pathway.facts.scores import Score
from pathway.journey import Journey
from pathway.scores import baseline

SCORES_KEPT = 60
"""Scores a journey carries along, and always its baseline; older ones are in the journal."""
ATTENDANCE_KEPT = 12


@change.register
def _(event: ev.ScoresRecorded, journey: Journey) -> Journey:
    item9 = event.score.item9
    return journey.model_copy(
        update={
            "scores": (*_kept(journey), event.score),
            "item9": journey.item9 if item9 is None else item9,
        }
    )


def _kept(journey: Journey) -> tuple[Score, ...]:
    lately = journey.scores[-SCORES_KEPT + 1 :]
    locked = baseline(journey)
    return lately if locked is None or locked in lately else (locked, *lately[1:])


@change.register
def _(event: ev.PreferenceRecorded, journey: Journey) -> Journey:
    return journey.model_copy(update={"preference": event.preference})


@change.register
def _(event: ev.AttendanceRecorded, journey: Journey) -> Journey:
    attendance = (*journey.attendance, event.attendance)[-ATTENDANCE_KEPT:]
    return journey.model_copy(update={"attendance": attendance})
