"""Failed deliveries reach their journeys once; what Twilio does not tell is asked for."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from a_snapshot import a_snapshot
from away import Away
from enrolled import PHONE, enrolled, opted_out
from journey_stand import LiveJourney
from structlog.testing import LogCapture
from temporalio.client import Client

import workers.stranded
from activities.provider import Provider, Standing
from activities.provider_answers import Posted
from pathway.protocol import Template
from records import deliveries, following_up, patients, text_status, texts
from records.database import Records
from records.deliveries import Callback
from records.errors import RecordsUnavailableError
from records.patient_model import Contact, PhoneKind
from records.tables import Text
from records.text_model import TextState
from workers.deliveries import tell_failures
from workers.silence import TEXTS, ask_about_silent
from workers.telling import Heard, Told
from workflows.messages import SendText

SID = "SM" + "1" * 32
HOUR = timedelta(hours=1)


async def sent(
    records: Records, reference: str, sid: str = SID, age: timedelta = HOUR, phone: str = PHONE
) -> str:
    send = SendText(
        reference=reference,
        intent=f"{reference}/t1/infusion/a1/text/{sid[-4:]}",
        template=Template.CHECKIN_THANKS,
        as_of=datetime.now(UTC),
    )
    await texts.reserve(records, send, "see you")
    assert await texts.mark_posting(records, send.intent, datetime.now(UTC) - age)
    await texts.settle(records, send.intent, TextState.SENT, "taken", sid)
    return send.intent


async def failed(records: Records, code: int | None, word: str = "undelivered") -> None:
    callback = Callback(sid=SID, status=word, at=datetime.now(UTC), provider_code=code)
    assert await deliveries.take(records, [callback])


async def test_a_failure_is_a_call_and_told_once(
    records: Records, client: Client, journey: LiveJourney
) -> None:
    intent = await sent(records, journey.reference)
    await failed(records, 30003)
    sweep = tell_failures(records, client)
    assert await sweep.work() == 1
    before = await journey.settled()
    lines = [row.line for row in before.owed]
    assert "Call the patient: a text did not arrive" in lines
    assert await sweep.work() == 0
    # The note of it is lost, and two workers find it at once: it stays one act.
    await following_up.stamp(records, Text, intent, followed_up_at=None)
    assert sum(await asyncio.gather(sweep.work(), sweep.work())) >= 1
    assert (await journey.settled()).events == before.events
    assert not before.opted_out


async def test_the_same_message_told_in_other_words_stays_one_act(
    records: Records, client: Client, journey: LiveJourney
) -> None:
    intent = await sent(records, journey.reference)
    await failed(records, None, "failed")
    assert await tell_failures(records, client).work() == 1
    before = await journey.settled()
    await following_up.stamp(records, Text, intent, followed_up_at=None)
    await failed(records, 30005)
    assert await tell_failures(records, client).work() == 1
    assert (await journey.settled()).events == before.events


async def test_opted_out_at_the_provider_is_so_in_records_and_journey(
    records: Records, client: Client, journey: LiveJourney
) -> None:
    await sent(records, journey.reference)
    await failed(records, 21610, "failed")
    assert await tell_failures(records, client).work() == 1
    assert await opted_out(records, journey.reference)
    assert (await journey.overview()).opted_out


@pytest.mark.parametrize(("code", "doubted"), [(30005, True), (30006, True), (30007, False)])
async def test_a_number_at_fault_is_confirmed_by_a_person(
    records: Records, client: Client, journey: LiveJourney, code: int, doubted: bool
) -> None:
    await sent(records, journey.reference)
    await failed(records, code)
    assert await tell_failures(records, client).work() == 1
    rows = [row.line for row in (await journey.overview()).owed]
    assert any(line.startswith("Confirm the phone number") for line in rows) is doubted


@pytest.mark.parametrize("code", [21610, 30006])
async def test_a_failure_at_her_old_number_says_nothing_of_the_new_one(
    records: Records, client: Client, journey: LiveJourney, code: int
) -> None:
    await sent(records, journey.reference)
    new = Contact(phone_e164="+14155550177", phone_kind=PhoneKind.MOBILE, text_consent=True)
    await patients.set_contact(records, journey.reference, new)
    await failed(records, code)
    assert await tell_failures(records, client).work() == 1
    seen = await journey.overview()
    assert not seen.opted_out
    assert not await opted_out(records, journey.reference)
    assert not any(row.line.startswith("Confirm the phone") for row in seen.owed)


async def test_what_was_delivered_first_is_nobodys_business(
    records: Records, client: Client, journey: LiveJourney
) -> None:
    await sent(records, journey.reference)
    await failed(records, None, "delivered")
    await failed(records, 30008)
    before = await journey.settled()
    assert await tell_failures(records, client).work() == 1
    assert await tell_failures(records, client).work() == 0
    assert (await journey.settled()).events == before.events


async def test_while_temporal_is_away_it_waits_and_consent_does_not(
    records: Records, client: Client, journey: LiveJourney
) -> None:
    await sent(records, journey.reference)
    await failed(records, 21610)
    away = Away()
    assert await tell_failures(records, away).work() == 0  # type: ignore[arg-type]
    assert away.asked == 1, "the fault did not fire"
    assert await opted_out(records, journey.reference)
    assert await tell_failures(records, client).work() == 1
    assert (await journey.overview()).opted_out


async def test_a_text_that_cannot_be_followed_up_holds_up_no_other(
    records: Records, client: Client, monkeypatch: pytest.MonkeyPatch, lines: LogCapture
) -> None:
    """Else what is still under way would be begun again by the next round."""
    ada, bo = await enrolled(records), await enrolled(records, "Bo", "+14155550188")
    await sent(records, ada)
    await failed(records, 30003)
    other = await sent(records, bo, sid="SM" + "2" * 32, phone="+14155550188")
    said = Callback(sid="SM" + "2" * 32, status="failed", at=datetime.now(UTC))
    assert await deliveries.take(records, [said])

    async def told(_: Client, reference: str, __: object) -> Told:
        if reference == ada:
            raise RecordsUnavailableError
        await asyncio.sleep(0.3)
        return Told(Heard.TAKEN)

    monkeypatch.setattr(workers.stranded, "tell", told)
    assert await tell_failures(records, client).work() == 1
    assert "delivery_failure_not_told" in [line["event"] for line in lines.entries]
    assert other not in [each.text.intent for each in await deliveries.ended_badly(records, 9)]


async def test_a_journey_that_has_ended_is_not_told_for_ever(
    records: Records, client: Client
) -> None:
    reference = await enrolled(records)
    async with records.begin() as session:
        session.add(a_snapshot(reference, datetime.now(UTC), ended=True))
    await sent(records, reference)
    await failed(records, 30003)
    assert await tell_failures(records, client).work() == 1
    assert await tell_failures(records, client).work() == 0


async def test_a_fault_of_ours_is_told_to_ops(
    records: Records, client: Client, journey: LiveJourney, lines: LogCapture
) -> None:
    await sent(records, journey.reference)
    await failed(records, 30034)
    assert await tell_failures(records, client).work() == 1
    (line,) = [line for line in lines.entries if line["event"] == "provider_refuses"]
    assert (line["code"], line["reason"]) == (30034, "sender_not_registered")


# What Twilio has not told


def posted(provider: Provider, phone: str) -> str:
    answer = provider.create(phone, "see you", "intent")
    assert isinstance(answer, Posted)
    return answer.sid


@pytest.mark.parametrize(
    ("phone", "word", "code"),
    [
        (PHONE, "delivered", None),
        ("+14155550190", "undelivered", 30003),
        ("+14155550196", "sent", None),
    ],
)
async def test_a_text_of_which_nothing_is_heard_is_asked_for(
    records: Records, provider: Provider, phone: str, word: str, code: int | None
) -> None:
    sid = posted(provider, phone)
    await sent(records, await enrolled(records, phone=phone), sid)
    sweep = ask_about_silent(records, provider, TEXTS)
    assert await sweep.work() == (word != "sent")
    standing = text_status.standing(await text_status.history(records, sid))
    assert standing is not None
    assert (standing.status, standing.provider_code) == (word, code)
    assert await sweep.work() == 0


async def test_it_is_asked_about_in_its_time_and_not_too_often(
    records: Records, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = provider.status_of

    def noted(sid: str) -> Standing | None:
        asked.append(sid)
        return real(sid)

    monkeypatch.setattr(provider, "status_of", noted)
    reference = await enrolled(records, phone="+14155550196")
    silent = [posted(provider, "+14155550196") for _ in range(3)]
    for sid, age in zip(silent, (HOUR, 80 * HOUR, HOUR / 60), strict=True):
        await sent(records, reference, sid, age)
    sweep = ask_about_silent(records, provider, TEXTS)
    await sweep.work()
    await sweep.work()
    assert asked == [silent[0]]
    at_once = replace(TEXTS, again_after=timedelta(0))
    await ask_about_silent(records, provider, at_once).work()
    assert asked == [silent[0]] * 2


async def test_a_message_twilio_does_not_know_stops_nothing(
    records: Records, provider: Provider, lines: LogCapture
) -> None:
    reference = await enrolled(records)
    await sent(records, reference, "SM" + "f" * 32, 2 * HOUR)
    known = posted(provider, PHONE)
    await sent(records, reference, known)
    assert await ask_about_silent(records, provider, TEXTS).work() == 1
    assert [line["event"] for line in lines.entries] == ["message_unknown_to_provider"]


async def test_while_twilio_is_away_it_is_asked_again(
    records: Records, provider: Provider, lines: LogCapture
) -> None:
    sid = posted(provider, PHONE)
    await sent(records, await enrolled(records), sid)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provider._client.api, "base_url", "http://127.0.0.1:1")
        assert await ask_about_silent(records, provider, TEXTS).work() == 0
    assert [line["event"] for line in lines.entries] == ["provider_not_asked"]
    assert await ask_about_silent(records, provider, TEXTS).work() == 1
