"""The thin journey, whole: two treatments, one moved appointment, one missed psychotherapy."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clinic_days import (
    a_tuesday,
    admit_to_programme,
    book_visit,
    debrief,
    decide,
    infuse,
    prepare,
)
from journey_stand import ZONE, LiveJourney, Stand, clinic_time

from pathway import commands as cmd
from pathway.escalation import Ending
from pathway.facts import Choice, Step
from pathway.journey import Stage


async def test_a_moved_visit_and_a_missed_psychotherapy(stand: Stand) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    first = await a_tuesday(journey)
    await book_visit(journey, 1, first)

    # The infusion moves one day later; its psychotherapy and all reminders go with it (rule 8).
    moved = first + timedelta(days=1)
    await journey.to(clinic_time(first - timedelta(days=4), "12:00"))
    await journey.do(
        cmd.Move, treatment=1, step=Step.INFUSION, revision=1, at=clinic_time(moved, "10:00")
    )
    await prepare(journey, 1, first)
    await infuse(journey, 1, moved)
    await debrief(journey, 1, moved)
    await decide(journey, 1, Choice.CONTINUE_SAME)
    assert (await journey.overview()).treatment == 2

    second = moved + timedelta(days=5)
    await book_visit(journey, 2, second)
    await prepare(journey, 2, second)
    await infuse(journey, 2, second)
    await _nobody_comes_to_psychotherapy(stand, journey, second)
    await decide(journey, 2, Choice.COMPLETE)
    assert (await journey.overview()).stage is Stage.FOLLOW_UP
    await journey.do(cmd.Close, outcome="completed", reason="course complete")
    outcome = await journey.handle.result()
    assert (outcome.outcome, outcome.treatments) == ("completed", 2)

    assert await _texts_in_ten_minutes(journey) == _expected(first, moved, second)


def _expected(first: date, moved: date, second: date) -> list[str]:
    """Every text with the wall clock at which it may leave, down to the ten minutes' spread."""

    def on(day: date, ahead: int, clock: str) -> str:
        return f"{day + timedelta(days=ahead):%a %d} {clock}"

    return [
        # 72 hours before; the day before at 17:00; three hours before lies in quiet hours.
        f"before_visit {on(moved, -3, '10:00')}",
        f"appointment {on(first, -2, '13:00')}",
        f"appointment_today {on(first, -1, '11:00')}",
        f"appointment_tomorrow {on(moved, -1, '17:00')}",
        f"appointment_today {on(moved, 0, '08:00')}",
        f"feeling_checkin {on(moved, 0, '14:40')}",
        f"appointment_today {on(moved, 1, '08:00')}",
        f"before_visit {on(second, -3, '10:00')}",
        f"appointment {on(second, -2, '13:00')}",
        f"appointment_today {on(second, -1, '11:00')}",
        f"appointment_tomorrow {on(second, -1, '17:00')}",
        f"appointment_today {on(second, 0, '08:00')}",
        f"feeling_checkin {on(second, 0, '14:40')}",
        f"appointment_today {on(second, 1, '08:00')}",
        f"please_call {on(second, 1, '11:00')}",
    ]


async def _texts_in_ten_minutes(journey: LiveJourney) -> list[str]:
    zone = ZoneInfo(ZONE)
    """But for the opt-in text, which leaves as her journey begins."""
    sent = [t for t in journey.stand.fakes.texts if t.reference == journey.reference]
    texts = [t for t in sent if t.template != "welcome"]
    local = [(t.template, t.as_of.astimezone(zone)) for t in texts]
    return [f"{t} {at:%a %d %H}:{at.minute // 10 * 10:02}" for t, at in local]


async def _nobody_comes_to_psychotherapy(stand: Stand, journey: LiveJourney, day: date) -> None:
    next_day = day + timedelta(days=1)
    await journey.to(clinic_time(next_day, "10:20"))
    seen = await journey.overview()
    assert next(t.line for t in seen.tasks).startswith("Was the psychotherapy session held")
    assert not seen.escalations
    await journey.to(clinic_time(next_day, "11:10"))
    seen = await journey.overview()
    assert [e.ladder for e in seen.escalations] == ["follow_up"]
    await journey.to(clinic_time(next_day, "15:00"))
    pages = [p.role for p in stand.fakes.pages if p.reference == journey.reference]
    assert pages[0] == "coordinator"
    await journey.do(cmd.AcknowledgeEscalation, escalation="e1")
    await journey.do(
        cmd.ResolveEscalation,
        "therapist",
        escalation="e1",
        outcome=Ending.DECLINED,
        note="she does not want the session",
    )
