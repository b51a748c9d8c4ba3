"""After the course: check-ins, questionnaires, attendance, a relapse, the end (F13, rule 15).

Everything is counted from the day the course ended and hangs on the treatment it ended with:
a return to treatment ends all of it, and a later end of the course begins it anew.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import events as ev
from pathway.contact import text_time
from pathway.durations import format_duration
from pathway.escalation import StaffTask, TaskKind
from pathway.facts.scores import Purpose, Score
from pathway.items import AgendaItem, TextAct, nudge_item
from pathway.journey import Journey
from pathway.progress import progress
from pathway.roles import Role
from pathway.scores import in_order

_ASKS_ABOUT = timedelta(days=14)
"""The questionnaire asks about two weeks, so one within them need not be asked for again."""


def course_ended_at(journey: Journey) -> datetime | None:
    """Since when the course is over, or None while it is not."""
    decision = journey.treatment.decision if journey.treatment else None
    return decision.in_force_since if decision and journey.course_over else None


def _stem(journey: Journey) -> str:
    assert journey.treatment is not None  # noqa: S101 - a course that ended had treatments
    return f"t{journey.treatment.number}/follow-up"


def _again(journey: Journey) -> str:
    """A course that ended anew here has keys of its own, behind what closes them."""
    treatment = journey.treatment
    times = len(treatment.earlier_decisions) if treatment else 0
    return f"/d{times}" if times else ""


def follow_up_items(journey: Journey) -> Iterator[AgendaItem]:
    """What the weeks after the course have due."""
    ended = course_ended_at(journey)
    if ended is None:
        return
    yield from _check_ins(journey, ended)
    yield from _questionnaires(journey, ended)
    yield from _attendance(journey, ended)
    yield _over(journey, ended)


def check_ins_stem(journey: Journey) -> str:
    return f"{_stem(journey)}/checkin"


def check_in_key(journey: Journey, after: timedelta) -> str:
    return f"{check_ins_stem(journey)}/{format_duration(after)}{_again(journey)}"


def _check_ins(journey: Journey, ended: datetime) -> Iterator[AgendaItem]:
    rules = journey.protocol.steps.follow_up
    for after in rules.checkins_after:
        yield from _no_answer(journey, after)
        wanted = ended + after
        at, moved = text_time(journey, wanted, None)
        yield AgendaItem(
            key=check_in_key(journey, after),
            at=at,
            line="text: how do you feel, after the course",
            treatment=journey.treatment.number if journey.treatment else None,
            late=journey.protocol.texting.late_checkin,
            act=TextAct(
                template=rules.text, wanted_at=wanted, moved_because=moved, call_to=rules.owner
            ),
        )


def _no_answer(journey: Journey, after: timedelta) -> Iterator[AgendaItem]:
    """She is called once she has left a text unanswered for long; nobody is paged."""
    gone = journey.settled.get(check_in_key(journey, after))
    if gone is None or gone.outcome not in {"sent", "in_doubt"}:
        return
    if any(said.at >= gone.at for said in journey.messages.moods):
        return
    rules = journey.protocol.steps.follow_up
    yield nudge_item(
        f"{check_in_key(journey, after)}/no-answer",
        gone.at + rules.no_answer.after,
        rules.no_answer.to,
        "No answer to the check-in: call the patient",
        journey.treatment.number if journey.treatment else None,
    )


def _questionnaires(journey: Journey, ended: datetime) -> Iterator[AgendaItem]:
    for after in journey.protocol.steps.follow_up.phq9_after:
        at = ended + after
        if any(at - _ASKS_ABOUT <= s.signed.happened_at for s in _since(journey, ended)):
            continue
        yield _line(journey, "questionnaire", after, at, "Take the questionnaire, by call or visit")


def _since(journey: Journey, ended: datetime) -> list[Score]:
    return [
        s
        for s in in_order(journey)
        if s.phq9 is not None
        and s.signed.happened_at >= ended
        and s.purpose is not Purpose.AFTER_A_DAY
    ]


def _attendance(journey: Journey, ended: datetime) -> Iterator[AgendaItem]:
    rules = journey.protocol.steps.follow_up
    if rules.therapy_attendance == "not_asked":
        return
    for after in rules.phq9_after:
        at = ended + after
        if any(at - _ASKS_ABOUT <= a.signed.happened_at for a in journey.attendance):
            continue
        yield _line(
            journey, "attendance", after, at, "Ask whether the patient still goes to therapy"
        )


def _line(journey: Journey, name: str, after: timedelta, at: datetime, says: str) -> AgendaItem:
    key = f"{_stem(journey)}/{name}/{format_duration(after)}{_again(journey)}"
    number = journey.treatment.number if journey.treatment else None
    return nudge_item(key, at, journey.protocol.steps.follow_up.owner, says, number)


def _over(journey: Journey, ended: datetime) -> AgendaItem:
    """A person ends the follow-up; nothing ends by itself."""
    rules = journey.protocol.steps.follow_up
    last = max(*rules.checkins_after, *rules.phq9_after, timedelta(0)) + rules.no_answer.after
    return nudge_item(
        f"{_stem(journey)}/over{_again(journey)}",
        ended + last,
        rules.owner,
        "The follow-up has run its course: close the journey, or agree on what comes next",
        journey.treatment.number if journey.treatment else None,
    )


def scores_lines(journey: Journey, score: Score) -> tuple[str, ...]:
    """The work list's lines that a score answers, by what their keys begin with."""
    taken = score.phq9 is not None and score.purpose is not Purpose.AFTER_A_DAY
    return (f"{_stem(journey)}/questionnaire/",) if taken and journey.treatment else ()


def relapse_line(before: Journey, after: Journey, now: datetime) -> Iterator[ev.Event]:
    """A relapse after the course is the prescriber's to look at, once for each (rule 16)."""
    if not after.course_over or not progress(after).relapse or progress(before).relapse:
        return
    task = StaffTask(
        key=f"{_stem(after)}/review/{after.events}",
        kind=TaskKind.CHECK,
        to=Role.PRESCRIBER,
        line="Look at the time since the course ended, and decide what comes next",
        opened_at=now,
        treatment=after.treatment.number if after.treatment else None,
    )
    yield ev.TaskOpened(at=now, task=task)
