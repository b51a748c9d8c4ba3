"""Questionnaires, her own words, and whether she still goes to therapy."""

from pathway.commands.base import Command
from pathway.facts.scores import Gad7, Phq9, Purpose
from pathway.model import Sentence
from pathway.protocol import Choice, Mood


class RecordScores(Command):
    name = "record_scores"
    says = "Record questionnaires as answered; what is missing stays missing."
    purpose: Purpose
    phq9: Phq9 | None = None
    gad7: Gad7 | None = None
    mood: Mood | None = None
    """Her one word for how she feels, where the questionnaires ask about too long a time."""
    remote: bool = False


class RecordPreference(Command):
    name = "record_preference"
    says = "Record what the patient says and would like, for the next decision."
    words: Sentence
    prefers: Choice | None = None


class RecordAttendance(Command):
    name = "record_attendance"
    says = "Record whether the patient still goes to therapy after the course."
    attending: bool | None = None
    """Unless given: asked, and not known."""
    note: Sentence | None = None
