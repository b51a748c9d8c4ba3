"""Both protocols, whole courses, by commands that anyone can give, on a real server."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from clinic_days import a_tuesday
from journey_stand import ZONE, Stand, clinic_time
from whole_course import Course, Plan, live

from config.loader import load_protocol, shipped_protocol
from pathway.facts import Choice, SessionOutcome
from pathway.facts.booking import NextVisit
from pathway.journey import Stage
from pathway.journey.texts import COUNTED_TEMPLATES

TWICE_A_WEEK = (0, 3, 7, 10, 14, 17, 21, 24)
_REVIEW = {"review": "half of it has gone"}
KETAMINE = Plan(
    days=(*TWICE_A_WEEK[:5], 21),
    proposed={6: TWICE_A_WEEK[5]},
    scores=(20, 15, 11, 9, 7, 6),
    doses={5: {"dose_mg_per_kg": 0.4}},
    decisions={
        4: (Choice.DECREASE_DOSE, {"dose": 0.4, **_REVIEW}),
        5: (Choice.LENGTHEN_INTERVAL, {"interval_days": 7, "next_visit": NextVisit.MOVE}),
        6: (Choice.COMPLETE, _REVIEW),
    },
)
ESKETAMINE = Plan(
    days=(*TWICE_A_WEEK, 31, 38),
    scores=(20, 18, 15, 12, 11, 9, 8, 8, 7, 6),
    doses={2: {"milligrams": 84}},
    decisions={
        1: (Choice.INCREASE_DOSE, {"dose": 84}),
        8: (Choice.LENGTHEN_INTERVAL, {"interval_days": 7, **_REVIEW}),
        10: (Choice.COMPLETE, {}),
    },
)
_TREATMENT = [Stage.INFUSION, Stage.MONITORING, Stage.PSYCHOTHERAPY, Stage.DECISION]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("protocol", "plan"),
    [
        ("ketamine-iv", KETAMINE),
        pytest.param("esketamine", ESKETAMINE, marks=pytest.mark.chaos),
    ],
)
async def test_a_whole_course(stand: Stand, protocol: str, plan: Plan) -> None:
    journey = await stand.start(protocol=load_protocol(shipped_protocol(protocol)))
    course = Course(journey, plan, await a_tuesday(journey))
    ended = await live(course)

    each = [*_TREATMENT, Stage.PREPARATION] * (plan.last - 1)
    last = [*_TREATMENT, Stage.FOLLOW_UP, Stage.ENDED]
    assert course.stages == [Stage.ASSESSMENT, Stage.PREPARATION, *each, *last]
    await _treated_as_planned(course)
    _texted_as_promised(course, ended)
    _nobody_disturbed(course)
    pages = [(p.role, p.level) for p in stand.fakes.pages]
    # The evening she felt worse, and the session that nobody came to.
    assert ("on_call_clinician", "safety") in pages
    assert ("coordinator", "follow_up") in pages
    assert (await journey.handle.result()).treatments == plan.last


async def _treated_as_planned(course: Course) -> None:
    """What the overview and the diary say once all is over."""
    plan, journey = course.plan, course.journey
    seen = await journey.overview()
    assert (seen.ended, seen.escalations, seen.tasks) == ("completed", (), ())
    outcomes = seen.sessions.items()
    late = {number for number, outcome in outcomes if outcome is SessionOutcome.HELD_LATE}
    assert (len(outcomes), late) == (plan.last, {plan.missed})
    decided = [t.decision.choice for t in seen.treatments if t.decision]
    goes_on: tuple[Choice, dict[str, Any]] = (Choice.CONTINUE_SAME, {})
    assert decided == [plan.decisions.get(n, goes_on)[0] for n in range(1, plan.last + 1)]
    corrected = seen.treatments[plan.corrected - 1]
    assert [entry.now_at for entry in corrected.superseded] == [course.ends[plan.corrected]]
    assert corrected.infusion_ended_at == course.ends[plan.corrected]
    told = await journey.explain()
    assert not told.to_come
    assert all(entry.reason and entry.outcome for entry in told.past)


def _texted_as_promised(course: Course, ended: datetime) -> None:
    """The first visit's texts, the moved one's, each check-in, and those after the course."""
    plan = course.plan
    first, moved = course.day(1), course.day(plan.moved)
    _came(course, first - timedelta(days=3), ["before_visit 10:00"])
    _came(course, first - timedelta(days=2), ["appointment 13:00"])
    before = ["appointment_today 11:00", "appointment_tomorrow 17:00"]
    _came(course, first - timedelta(days=1), before)
    # Two days before the moved visit lies the preparation that did not move with it.
    _came(course, moved - timedelta(days=2), ["appointment_today 11:00"])
    _came(course, moved - timedelta(days=1), ["appointment_tomorrow 17:00"])
    _came(course, moved + timedelta(days=1), ["appointment_today 08:00"], until="09:00")
    for number in range(1, plan.last + 1):
        _came(course, course.prepared_on(number), ["appointment_today 11:00"], "09:00", "12:00")
    missed = course.day(plan.missed) + timedelta(days=1)
    asked_to_call = course.ends[plan.missed] + timedelta(days=1)
    assert ("please_call", missed) in {
        (template, at.date()) for template, at in _texts(course) if at >= asked_to_call
    }
    asks = [at for template, at in _texts(course) if template == "feeling_checkin"]
    after = course.journey.protocol.steps.follow_up.checkins_after
    due = [end + timedelta(hours=4) for end in course.ends.values()]
    due += [ended + later for later in after]
    assert len(asks) == len(due)
    late = [at - wanted for at, wanted in zip(asks, due, strict=True)]
    a_moment = timedelta(seconds=10)
    assert all(-a_moment < by < timedelta(minutes=10) for by in late), late
    answers = Counter(t for t, _ in _texts(course) if t in {"checkin_thanks", "support_numbers"})
    assert answers == {"checkin_thanks": len(due) - 1, "support_numbers": 1}


def _came(
    course: Course, day: date, expected: list[str], since: str = "00:00", until: str = "23:59"
) -> None:
    """The reminders of one day, or of its hours, to the ten minutes of the spread."""
    came = [
        f"{template} {at:%H}:{at.minute // 10 * 10:02}"
        for template, at in _texts(course)
        if template in COUNTED_TEMPLATES
        and clinic_time(day, since) <= at <= clinic_time(day, until)
    ]
    assert came == expected, day


def _nobody_disturbed(course: Course) -> None:
    """Never in quiet hours, never above the day's cap, never twice."""
    texting = course.journey.protocol.texting
    texts = _texts(course)
    assert all(time(8) <= at.time() < time(21) for _, at in texts)
    days = Counter(at.date() for template, at in texts if template in COUNTED_TEMPLATES)
    assert max(days.values()) <= texting.daily_cap
    intents = [t.intent for t in course.journey.stand.fakes.texts]
    assert len(intents) == len(set(intents))


def _texts(course: Course) -> list[tuple[str, datetime]]:
    """Every text with the patient's wall clock."""
    zone = ZoneInfo(ZONE)
    texts = course.journey.stand.fakes.texts
    return [(str(text.template), text.as_of.astimezone(zone)) for text in texts]
