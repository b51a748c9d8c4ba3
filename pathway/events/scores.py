"""Questionnaires, her own words, and whether she still goes to therapy."""

from typing import Literal

from pathway.events.base import BaseEvent
from pathway.facts.scores import Attendance, Gad7, Phq9, Preference, Score


class ScoresRecorded(BaseEvent):
    kind: Literal["scores_recorded"] = "scores_recorded"
    score: Score
    phq9: Phq9 | None = None
    gad7: Gad7 | None = None
    """The items stay in the journal; the journey carries what they came to."""


class PreferenceRecorded(BaseEvent):
    kind: Literal["preference_recorded"] = "preference_recorded"
    preference: Preference


class AttendanceRecorded(BaseEvent):
    kind: Literal["attendance_recorded"] = "attendance_recorded"
    attendance: Attendance
