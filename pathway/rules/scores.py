"""Questionnaires, her own words, and whether she still goes to therapy: facts, never refused."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply, apply_all
from pathway.facts.scores import Attendance, Preference, Purpose, Score
from pathway.follow_up import relapse_line, scores_lines
from pathway.gates import require_role, signed
from pathway.journey import Journey
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, Role
from pathway.rules.closing import close_lines
from pathway.rules.feeling import told
from pathway.rules.known_since import scores_known
from pathway.safety import item9
from pathway.scoring import answered, gad7_total, phq9_total

_AT_A_VISIT = (Purpose.SCREEN, Purpose.PRE_DOSE)
SCORERS = CLINICIANS | {Role.COORDINATOR}


@handle.register
def _(command: cmd.RecordScores, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, SCORERS, "A questionnaire")
    if not _says_something(command):
        raise Refused(Reason.NOT_RECORDED, "Nothing is answered here: give the items, or the mood.")
    score = _score(command, journey, now)
    recorded = ev.ScoresRecorded(at=now, score=score, phq9=command.phq9, gad7=command.gad7)
    yield recorded
    # Judged on what was known before this answer, so that "new or worse" means something.
    yield from _danger(journey, score, now)
    for prefix in scores_lines(journey, score):
        yield from close_lines(journey, prefix, command, now)
    yield from relapse_line(journey, apply(journey, recorded), now)
    yield from scores_known(journey, (recorded,), command.happened_at, now)


def _danger(journey: Journey, score: Score, now: datetime) -> Iterator[ev.Event]:
    """What her answers raise: item 9, and how she says she feels."""
    by = score.signed
    if score.item9 is not None:
        asked = tuple(item9(journey, score.item9, by, now, remote=score.remote))
        yield from asked
        journey = apply_all(journey, asked)
    if score.mood is not None:
        # Told, not written: an answer all the same, for one who takes no texts (rules 20, 26).
        visit = score.purpose in _AT_A_VISIT and not score.remote
        yield from told(journey, score.mood, by, now, in_the_building=visit)


def _says_something(command: cmd.RecordScores) -> bool:
    asked = (command.phq9, command.gad7)
    return command.mood is not None or any(part and answered(part) for part in asked)


def _score(command: cmd.RecordScores, journey: Journey, now: datetime) -> Score:
    return Score(
        purpose=command.purpose,
        phq9=phq9_total(command.phq9) if command.phq9 else None,
        gad7=gad7_total(command.gad7) if command.gad7 else None,
        item9=command.phq9.self_harm if command.phq9 else None,
        mood=command.mood,
        remote=command.remote,
        treatment=journey.treatment.number if journey.treatment else None,
        signed=signed(command, now),
    )


@handle.register
def _(command: cmd.RecordPreference, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, SCORERS, "What the patient says and would like")
    preference = Preference(
        words=command.words, prefers=command.prefers, signed=signed(command, now)
    )
    yield ev.PreferenceRecorded(at=now, preference=preference)


@handle.register
def _(command: cmd.RecordAttendance, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, SCORERS, "Whether the patient goes to therapy")
    attendance = Attendance(
        attending=command.attending, note=command.note, signed=signed(command, now)
    )
    yield ev.AttendanceRecorded(at=now, attendance=attendance)
    if journey.treatment:
        prefix = f"t{journey.treatment.number}/follow-up/attendance/"
        yield from close_lines(journey, prefix, command, now)
