"""Callbacks: whose message it is, what is parked, what is still to be done about a text."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from enrolled import PHONE, enrolled

from pathway.protocol import Template
from records import consent, deliveries, following_up, patients, text_status, texts
from records.database import Records
from records.deliveries import Callback
from records.patient_model import Contact, PhoneKind
from records.tables import Text
from records.text_model import TextState
from workflows.messages import SendText

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
SID = "SM" + "1" * 32
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def reference(records: Records) -> str:
    return await enrolled(records)


async def posted(records: Records, reference: str, name: str = "day") -> str:
    send = SendText(
        reference=reference,
        intent=f"{reference}/t1/infusion/a1/text/{name}",
        template=Template.CHECKIN_THANKS,
        as_of=NOON,
    )
    await texts.reserve(records, send, "see you")
    assert await texts.mark_posting(records, send.intent, NOON)
    return send.intent


async def sent(records: Records, reference: str, name: str = "day", sid: str = SID) -> str:
    intent = await posted(records, reference, name)
    await texts.settle(records, intent, TextState.SENT, "taken", sid)
    return intent


def says(status: str, minutes: float = 1, **fields: object) -> Callback:
    values = {"sid": SID, "status": status, "at": NOON + minutes * MINUTE, **fields}
    return Callback.model_validate(values)


async def stands(records: Records, sid: str = SID) -> str | None:
    found = text_status.standing(await text_status.history(records, sid))
    return found.status if found else None


async def test_a_callback_with_an_intent_claims_its_message(
    records: Records, reference: str
) -> None:
    intent = await posted(records, reference)
    assert await deliveries.take(records, [says("queued", intent=intent)])
    stored = await texts.get(records, intent)
    assert stored is not None
    assert (stored.state, stored.sid) == (TextState.ADOPTED, SID)
    assert await stands(records) == "queued"


@pytest.mark.parametrize("intent", [None, "J-0123456789/e1/rung/1/mara.voss"])
async def test_a_message_of_nobody_is_parked_and_not_trusted(
    records: Records, reference: str, intent: str | None
) -> None:
    await posted(records, reference)
    for _ in range(2):
        assert not await deliveries.take(records, [says("failed", 1, intent=intent)])
    (parked,) = await deliveries.parked(records)
    assert (parked.sid, parked.intent) == (SID, intent)
    assert await stands(records) is None
    assert await deliveries.ended_badly(records, 10) == ()


async def test_a_second_message_for_one_intent_is_parked(records: Records, reference: str) -> None:
    intent = await sent(records, reference)
    other = "SM" + "2" * 32
    assert not await deliveries.take(records, [says("sent", sid=other, intent=intent)])
    assert [each.sid for each in await deliveries.parked(records)] == [other]


async def test_parked_words_count_once_the_message_is_known(
    records: Records, reference: str
) -> None:
    await deliveries.take(records, [says("sent")])
    await deliveries.take(records, [says("delivered")])
    assert await deliveries.adopt_parked(records, 10) == 0
    await sent(records, reference)
    assert await deliveries.adopt_parked(records, 10) == 2
    assert await deliveries.parked(records) == ()
    assert await stands(records) == "delivered"


@pytest.mark.parametrize("minutes", [(1, 2), (2, 1)])
@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("known", [True, False], ids=["known", "parked"])
async def test_of_the_same_word_the_earliest_time_is_kept(
    records: Records, reference: str, minutes: tuple[int, int], *, at_once: bool, known: bool
) -> None:
    """A callback that waited in the spool comes after its own repetition."""
    if known:
        await sent(records, reference)
    words = [says("delivered", each) for each in minutes]
    for batch in [words] if at_once else [[word] for word in words]:
        await deliveries.take(records, batch)
    if not known:
        await sent(records, reference)
        assert await deliveries.adopt_parked(records, 10) == 1
    (said,) = await text_status.history(records, SID)
    assert said.at == NOON + MINUTE


async def test_a_word_that_is_new_to_us_is_kept(records: Records, reference: str) -> None:
    await sent(records, reference)
    assert await deliveries.take(records, [says("partially_delivered")])
    assert [each.status for each in await deliveries.parked(records)] == ["partially_delivered"]
    assert await deliveries.adopt_parked(records, 10) == 0


async def test_what_did_not_arrive_is_listed_until_followed_up(
    records: Records, reference: str
) -> None:
    intent = await sent(records, reference)
    await deliveries.take(records, [says("failed", 2)])
    await deliveries.take(records, [says("undelivered", 1, provider_code=30006)])
    (found,) = await deliveries.ended_badly(records, 10)
    assert (found.text.intent, found.said.status, found.said.provider_code) == (
        intent,
        "undelivered",
        30006,
    )
    assert found.number_is_hers
    assert not found.arrived
    await following_up.followed_up(records, Text, intent, NOON)
    assert await deliveries.ended_badly(records, 10) == ()


async def test_a_failure_after_delivery_is_none(records: Records, reference: str) -> None:
    await sent(records, reference)
    await deliveries.take(records, [says("delivered", 1)])
    await deliveries.take(records, [says("failed", 2, provider_code=30008)])
    (found,) = await deliveries.ended_badly(records, 10)
    assert found.arrived


async def test_a_number_she_has_no_more_is_told_apart(records: Records, reference: str) -> None:
    await sent(records, reference)
    await deliveries.take(records, [says("failed", 1, provider_code=21610)])
    new = Contact(phone_e164="+14155550177", phone_kind=PhoneKind.MOBILE, text_consent=True)
    await patients.set_contact(records, reference, new)
    (found,) = await deliveries.ended_badly(records, 10)
    assert not found.number_is_hers
    assert not await consent.stopped_at_provider(records, reference, PHONE)
    assert await consent.stopped_at_provider(records, reference, "+14155550177")


async def test_silent_texts_are_those_without_an_end_in_their_span(
    records: Records, reference: str
) -> None:
    for number, name in enumerate(("ended", "silent", "asked")):
        await sent(records, reference, name, f"SM{number:032x}")
    await deliveries.take(records, [says("delivered", sid=f"SM{0:032x}")])
    await deliveries.take(records, [says("sent", sid=f"SM{1:032x}")])
    await following_up.asked(records, Text, f"{reference}/t1/infusion/a1/text/asked", NOON)

    async def listed(span: tuple[datetime, datetime], asked_before: datetime) -> list[str]:
        found = await following_up.silent(records, Text, span, asked_before, 10)
        return [text.intent.rpartition("/")[2] for text in found]

    day = (NOON - 24 * 60 * MINUTE, NOON)
    assert await listed(day, NOON) == ["silent"]
    assert await listed(day, NOON + MINUTE) == ["silent", "asked"]
    assert await listed((NOON - MINUTE, NOON - MINUTE), NOON) == []


async def test_many_callbacks_in_one_act_each_find_their_own(
    records: Records, reference: str
) -> None:
    mine = await posted(records, reference, "mine")
    sent_sid = "SM" + "3" * 32
    other = await sent(records, reference, "other", sent_sid)
    doubled = "SM" + "2" * 32
    ours = await deliveries.take(
        records,
        [
            says("sent", intent=mine),
            says("delivered", intent=mine),
            says("sent", sid=doubled, intent=mine),
            says("failed", sid=sent_sid, intent=other),
            says("sent", sid="SM" + "4" * 32, intent="nobody's"),
            says("new_word", sid=sent_sid),
        ],
    )
    assert ours == {SID, sent_sid}
    assert await stands(records) == "delivered"
    assert await stands(records, sent_sid) == "failed"
    parked = {(each.sid[-1], each.status) for each in await deliveries.parked(records)}
    assert parked == {("2", "sent"), ("4", "sent"), ("3", "new_word")}


async def test_a_message_two_intents_name_is_the_first_ones(
    records: Records, reference: str
) -> None:
    intents = [await posted(records, reference, name) for name in ("one", "two")]
    other = "SM" + "2" * 32
    callbacks = [says("sent", intent=intent) for intent in intents]
    third = await posted(records, reference, "three")
    assert await deliveries.take(records, [*callbacks, says("sent", sid=other, intent=third)])
    sids = [getattr(await texts.get(records, each), "sid", None) for each in (*intents, third)]
    assert sids == [SID, None, other]


async def test_ten_callbacks_at_once_claim_one_message(records: Records, reference: str) -> None:
    intent = await posted(records, reference)
    words = ["queued", "sent", "delivered", "queued", "sent"] * 2
    taken = await asyncio.gather(
        *(deliveries.take(records, [says(word, intent=intent)]) for word in words)
    )
    assert all(taken)
    assert await stands(records) == "delivered"
