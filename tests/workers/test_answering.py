"""What a therapist's answer by a link becomes, and what a journey's word about it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pathway import commands as cmd
from pathway.facts import Choice, SessionOutcome, Step
from pathway.refusals import Reason, Refused
from pathway.roles import Role
from records.link_making import about_session, recommendation_after
from records.links import Link, LinkKind, Outcome, StoredLink
from workers.answering import _outcome
from workers.link_commands import command_of, line_of
from workers.telling import Heard, Told

ENDS = datetime(2026, 3, 9, 18, tzinfo=UTC)
REFERENCE = "J-0123456789"


def session(revision: int | None = 2) -> Link:
    return about_session(REFERENCE, 3, revision, ends=ENDS, whom="ext.roe", now=ENDS)


def answered(link: Link, answer: str, said: str = "", minutes: int = 90) -> cmd.Command:
    """The command of an answer given so many minutes after the session's end."""
    used = ENDS + timedelta(minutes=minutes)
    stored = StoredLink(**dict(link), answer=answer, said=said, used_at=used)
    signed: dict[str, Any] = {
        "key": f"link-{link.id}",
        "by": "ext.roe",
        "role": Role.THERAPIST,
        "happened_at": used,
        "stated_by": "Ada Roe, one-time link",
    }
    return command_of(stored, signed)


@pytest.mark.parametrize(("minutes", "ended"), [(90, 0), (-20, -20)])
def test_rule_4_held_ended_when_it_was_booked_to_or_before_she_said_so(
    minutes: int, ended: int
) -> None:
    command = answered(session(), "held", minutes=minutes)
    assert isinstance(command, cmd.RecordPsychotherapy)
    assert (command.treatment, command.outcome) == (3, SessionOutcome.HELD)
    assert command.happened_at == ENDS + timedelta(minutes=ended)


def test_of_a_session_that_nobody_booked_her_own_time_counts() -> None:
    command = answered(session(None), "held")
    assert command.happened_at == ENDS + timedelta(minutes=90)


@pytest.mark.parametrize(
    ("said", "wish"),
    [("", None), ("patient", cmd.CancelledBy.PATIENT), ("clinic", cmd.CancelledBy.CLINIC)],
)
def test_rule_3_not_held_says_whose_wish_it_was_or_that_nobody_knows(
    said: str, wish: cmd.CancelledBy | None
) -> None:
    command = answered(session(), "not_held", said)
    assert isinstance(command, cmd.RecordPsychotherapy)
    assert (command.outcome, command.wish_of) == (SessionOutcome.NOT_HELD, wish)
    assert command.reason
    assert not command.for_good


def test_moved_moves_what_she_saw_or_books_where_nothing_stood() -> None:
    at = ENDS + timedelta(days=1)
    moved = answered(session(), "moved", at.isoformat())
    assert isinstance(moved, cmd.Move)
    assert (moved.step, moved.revision, moved.at) == (Step.PSYCHOTHERAPY, 2, at)
    booked = answered(session(None), "moved", at.isoformat())
    assert isinstance(booked, cmd.Book)
    assert (booked.step, booked.at, booked.stated_by) == (
        Step.PSYCHOTHERAPY,
        at,
        "Ada Roe, one-time link",
    )


def test_rule_9_a_recommendation_is_stated_by_her() -> None:
    command = answered(recommendation_after(session()), "pause", "she is away")
    assert isinstance(command, cmd.RecordRecommendation)
    assert (command.recommendation, command.reason) == (Choice.PAUSE, "she is away")
    assert command.stated_by == "Ada Roe, one-time link"


@pytest.mark.parametrize(
    ("link", "answer", "said", "words"),
    [
        (session(), "held", "", "held"),
        (session(), "not_held", "patient", "not held"),
        (session(), "moved", "2026-03-10T14:30:00+00:00", "moved to Tue 10 Mar 10:30"),
        (recommendation_after(session()), "discontinue", "she is worse", "the recommendation"),
    ],
)
def test_rule_9_an_answer_refused_is_told_to_a_person_without_what_is_clinical(
    link: Link, answer: str, said: str, words: str
) -> None:
    stored = StoredLink(**dict(link), answer=answer, said=said, used_at=ENDS)
    signed = {"by": "ext.roe", "role": Role.THERAPIST, "happened_at": ENDS, "key": "link-x"}
    line = line_of(stored, signed, "No. " * 200, "America/New_York")
    assert (line.answer, line.treatment, line.link) == (words, 3, link.id)
    assert line.key == f"refused-{link.id}"
    assert len(line.refusal) == 300


def refused(code: Reason) -> Told:
    return Told(Heard.REFUSED, Refused(code, "No."))


@pytest.mark.parametrize(
    ("kind", "told", "outcome"),
    [
        (LinkKind.TAKE, Told(Heard.TAKEN, happened=("escalation_acknowledged",)), Outcome.TAKEN),
        (LinkKind.TAKE, Told(Heard.TAKEN, happened=("escalation_help_noted",)), Outcome.HELP_NOTED),
        (LinkKind.TAKE, refused(Reason.ESCALATION_CLOSED), Outcome.CLOSED),
        (LinkKind.TAKE, refused(Reason.ALREADY), Outcome.TOO_LATE),
        (LinkKind.SESSION, refused(Reason.ALREADY), Outcome.REFUSED),
        (LinkKind.SESSION, Told(Heard.ENDED), Outcome.ENDED),
        (LinkKind.SESSION, Told(Heard.NOT_REACHED), None),
    ],
)
def test_each_word_of_a_journey_is_an_outcome(
    kind: LinkKind, told: Told, outcome: Outcome | None
) -> None:
    assert _outcome(kind, told) is outcome
