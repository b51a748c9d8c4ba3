"""What she answers, on a real server: at once, by the digits that were asked for."""

from datetime import timedelta

from clinic_days import a_tuesday, admit_to_programme, book_visit, infuse, prepare
from journey_stand import Stand, clinic_time

from pathway import commands as cmd

MINUTE = timedelta(minutes=1)


async def test_story_7_worse_is_answered_within_a_minute_and_paged(stand: Stand) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    await prepare(journey, 1, day)
    ended = await infuse(journey, 1, day)
    await journey.to(ended + timedelta(hours=4, minutes=5))
    texts = await journey.texts()
    assert texts[-1][0] == "feeling_checkin"
    pages = len(stand.fakes.pages)
    wrote = await journey.now()
    answer = await journey.do(cmd.RecordReply, "patient", by="patient", digit="5")
    assert answer.happened[:2] == ("reply_received", "mood_reported")
    await journey.to(wrote + MINUTE)
    assert (await journey.texts())[-1][0] == "support_numbers"
    assert [page.level for page in stand.fakes.pages[pages:]] == ["safety"]


async def test_a_reminder_carries_its_digits_until_she_confirms(stand: Stand) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    await journey.to(clinic_time(day - timedelta(days=1), "17:30"))
    asked = stand.fakes.texts[-1]
    assert asked.digits == {"confirmed": "1", "call_me": "2"}
    await journey.do(cmd.RecordReply, "patient", by="patient", digit="1")
    await journey.to(clinic_time(day, "09:00"))
    assert stand.fakes.texts[-1].intent != asked.intent
    assert stand.fakes.texts[-1].digits == {}
