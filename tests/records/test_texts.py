"""One intent is at most one text, and the records have the last word."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from pathway.model import PathwayReference
from pathway.protocol import Template
from records import enrolment, patients, texts
from records.database import Records
from records.errors import UnknownTextError
from records.patient_model import Contact, EnrolmentRow, PhoneKind
from records.text_model import FINAL, TextState
from workflows.messages import SendText

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
PHONE = "+14155550132"
BODY = "Northgate Clinic: please call +1 415 555 0100."


async def patient(records: Records, given: str = "Ada", phone: str | None = PHONE) -> str:
    row = EnrolmentRow(
        given_name=given,
        family_name="Quill",
        born=date(1985, 3, 3),
        phone_e164=phone,
        phone_kind=PhoneKind.UNKNOWN if phone else PhoneKind.NONE,
        text_consent=True,
    )
    return (await enrolment.enrol(records, row, NOON)).reference


def send(reference: PathwayReference, key: str = "call") -> SendText:
    return SendText(
        reference=reference,
        intent=f"{reference}/{key}",
        template=Template.PLEASE_CALL,
        as_of=NOON,
    )


async def posting(records: Records, key: str = "call", reference: str | None = None) -> str:
    """An intent that somebody has begun to POST."""
    wanted = send(reference or await patient(records), key)
    await texts.reserve(records, wanted, BODY)
    assert await texts.mark_posting(records, wanted.intent, NOON)
    return wanted.intent


async def state(records: Records, intent: str) -> tuple[TextState, str, str | None]:
    found = await texts.get(records, intent)
    assert found is not None
    return found.state, found.reason, found.sid


async def test_from_reservation_to_sent(records: Records) -> None:
    reference = await patient(records)
    reserved = await texts.reserve(records, send(reference), BODY)
    assert (reserved.state, reserved.recipient, reserved.body) == ("reserved", PHONE, BODY)
    assert await texts.mark_posting(records, reserved.intent, NOON + timedelta(seconds=1))
    sent = await texts.settle(records, reserved.intent, TextState.SENT, "accepted", sid="SM1")
    assert (sent.state, sent.sid, sent.attempts) == ("sent", "SM1", 1)
    assert sent.posted_at == NOON + timedelta(seconds=1)
    assert await texts.for_reference(records, reference) == (sent,)


async def test_an_attempt_that_died_between_post_and_answer_is_seen(records: Records) -> None:
    intent = await posting(records)
    again = await texts.reserve(records, send(intent.split("/")[0]), "another body")
    assert (again.state, again.body, again.posted_at) == ("posting", BODY, NOON)
    assert not await texts.mark_posting(records, intent, NOON)


async def test_of_ten_callers_one_may_post(records: Records) -> None:
    wanted = send(await patient(records))
    await asyncio.gather(*(texts.reserve(records, wanted, BODY) for _ in range(10)))
    won = await asyncio.gather(
        *(texts.mark_posting(records, wanted.intent, NOON) for _ in range(10))
    )
    assert sorted(won) == [False] * 9 + [True]


async def hold(records: Records, reference: str) -> None:
    await patients.set_hold(records, reference, held=True)


async def opt_out(records: Records, reference: str) -> None:
    await patients.set_opt_out(records, reference, opted_out=True)


async def landline(records: Records, reference: str) -> None:
    new = Contact(phone_e164=PHONE, phone_kind=PhoneKind.LANDLINE, text_consent=True)
    await patients.set_contact(records, reference, new)


async def no_number(records: Records, reference: str) -> None:
    await patients.set_contact(records, reference, Contact(text_consent=True))


async def no_consent(records: Records, reference: str) -> None:
    new = Contact(phone_e164=PHONE, phone_kind=PhoneKind.MOBILE)
    await patients.set_contact(records, reference, new)


async def in_hospital(records: Records, reference: str) -> None:
    await patients.set_in_hospital(records, reference, there=True)


async def phone_shared(records: Records, reference: str) -> None:
    await patient(records, "Ben")


Act = Callable[[Records, str], Awaitable[object]]
ACTS: list[tuple[Act, str]] = [
    (hold, "texts_held"),
    (opt_out, "opted_out"),
    (patients.set_deceased, "deceased"),
    (landline, "landline"),
    (no_number, "no_number"),
    (no_consent, "no_consent"),
    (phone_shared, "phone_shared"),
    (in_hospital, "in_hospital"),
    (patients.doubt_phone, "phone_not_confirmed"),
]


@pytest.mark.parametrize(("act", "reason"), ACTS)
async def test_the_records_forbid_a_text_before_it_is_reserved(
    records: Records, act: Act, reason: str
) -> None:
    reference = await patient(records)
    await act(records, reference)
    reserved = await texts.reserve(records, send(reference), BODY)
    assert (reserved.state, reserved.reason) == ("withheld", reason)
    assert not await texts.mark_posting(records, reserved.intent, NOON)


@pytest.mark.parametrize(("act", "reason"), ACTS)
async def test_the_records_forbid_a_text_after_it_was_reserved(
    records: Records, act: Act, reason: str
) -> None:
    reference = await patient(records)
    reserved = await texts.reserve(records, send(reference), BODY)
    await act(records, reference)
    assert not await texts.mark_posting(records, reserved.intent, NOON)
    again = await texts.reserve(records, send(reference), BODY)
    assert (again.state, again.reason) == ("withheld", reason)


async def test_a_new_number_is_asked_for_again(records: Records) -> None:
    reference = await patient(records)
    reserved = await texts.reserve(records, send(reference), BODY)
    new = Contact(phone_e164="+14155550140", phone_kind=PhoneKind.MOBILE, text_consent=True)
    await patients.set_contact(records, reference, new)
    assert not await texts.mark_posting(records, reserved.intent, NOON)
    again = await texts.reserve(records, send(reference), "today's body")
    assert (again.recipient, again.body) == ("+14155550140", "today's body")
    assert await texts.mark_posting(records, reserved.intent, NOON)


async def test_nobody_is_texted_who_is_not_enrolled(records: Records) -> None:
    reserved = await texts.reserve(records, send("J-0000000000"), BODY)
    assert (reserved.state, reserved.reason) == ("withheld", "no_patient")


@pytest.mark.parametrize("final", sorted(FINAL))
async def test_a_final_state_never_changes(records: Records, final: TextState) -> None:
    intent = await posting(records)
    await texts.settle(records, intent, final, "first")
    stands = await texts.settle(records, intent, TextState.AMBIGUOUS, "second")
    assert (stands.state, stands.reason) == (final, "first")
    assert not await texts.release(records, intent)
    assert not await texts.mark_posting(records, intent, NOON)


async def test_an_unclear_text_is_adopted_once(records: Records) -> None:
    first = await posting(records, "one", reference := await patient(records))
    second = await posting(records, "two", reference)
    for intent in (first, second):
        await texts.settle(records, intent, TextState.AMBIGUOUS, "timeout")
    assert await texts.claimed(records, ["SM1", "SM2"]) == set()
    won = await asyncio.gather(
        texts.claim_sid(records, first, "SM1"), texts.claim_sid(records, second, "SM1")
    )
    assert sorted(won) == [False, True]
    assert await texts.claimed(records, ["SM1", "SM2"]) == {"SM1"}
    winner, loser = (first, second) if won[0] else (second, first)
    assert await state(records, winner) == ("adopted", "adopted", "SM1")
    assert await state(records, loser) == ("ambiguous", "timeout", None)
    assert await texts.claim_sid(records, winner, "SM1")
    assert not await texts.claim_sid(records, winner, "SM2")


async def test_an_answer_that_comes_after_its_message_was_adopted_elsewhere(
    records: Records,
) -> None:
    slow = await posting(records, "slow", reference := await patient(records))
    unclear = await posting(records, "unclear", reference)
    await texts.settle(records, unclear, TextState.AMBIGUOUS, "timeout")
    assert await texts.claim_sid(records, unclear, "SM1")
    settled = await texts.settle(records, slow, TextState.SENT, "accepted", sid="SM1")
    assert (settled.state, settled.reason, settled.sid) == ("ambiguous", "sid_claimed", None)


async def test_what_the_provider_did_not_take_goes_out_again(records: Records) -> None:
    intent = await posting(records)
    assert await texts.release(records, intent, posted_at=NOON)
    assert await state(records, intent) == ("reserved", "", None)
    assert await texts.mark_posting(records, intent, NOON + timedelta(minutes=1))
    # The first attempt wakes up and must not release the second one's posting.
    assert not await texts.release(records, intent, posted_at=NOON)
    found = await texts.get(records, intent)
    assert found is not None
    assert (found.state, found.attempts) == ("posting", 2)


async def test_a_text_released_too_early_is_adopted_and_not_sent_again(records: Records) -> None:
    intent = await posting(records)
    await texts.release(records, intent)
    assert await texts.claim_sid(records, intent, "SM1")
    assert not await texts.mark_posting(records, intent, NOON)


async def test_staff_learn_that_it_had_gone_out(records: Records) -> None:
    intent = await posting(records)
    await texts.settle(records, intent, TextState.TO_STAFF, "ambiguous")
    assert await texts.claim_sid(records, intent, "SM1")
    assert await state(records, intent) == ("to_staff", "ambiguous", "SM1")


async def test_a_refused_text_adopts_nothing(records: Records) -> None:
    intent = await posting(records)
    await texts.settle(records, intent, TextState.REFUSED, "landline", provider_code=30006)
    assert not await texts.claim_sid(records, intent, "SM1")


async def test_only_an_end_settles_and_an_unknown_intent_is_an_error(records: Records) -> None:
    intent = await posting(records)
    for still in (TextState.RESERVED, TextState.POSTING):
        with pytest.raises(ValueError, match="final"):
            await texts.settle(records, intent, still, "x")
    with pytest.raises(UnknownTextError):
        await texts.settle(records, "nobody's", TextState.SENT, "x")
    with pytest.raises(UnknownTextError):
        await texts.claim_sid(records, "nobody's", "SM1")
    assert await texts.get(records, "nobody's") is None
    assert not await texts.release(records, "nobody's")


async def test_back_from_hospital_and_confirmed_she_is_texted_again(records: Records) -> None:
    reference = await patient(records)
    await in_hospital(records, reference)
    await patients.doubt_phone(records, reference)
    await patients.set_in_hospital(records, reference, there=False)
    assert (await texts.reserve(records, send(reference, "a"), BODY)).state == "withheld"
    await patients.confirm_phone(records, reference, NOON.date())
    assert (await texts.reserve(records, send(reference, "b"), BODY)).state == "reserved"
