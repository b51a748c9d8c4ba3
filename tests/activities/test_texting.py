"""Patients' texts through the real client, the simulated network and the real records."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from temporalio.exceptions import ApplicationError

from activities.provider import Provider
from activities.texting import Texting
from config.clinic import load_clinic
from pathway.protocol import Template
from records import patients, staff_answers, texts
from records.database import Records
from records.enrolment import enrol
from records.errors import RecordsUnavailableError
from records.patient_model import EnrolmentRow, PhoneKind
from records.text_model import StoredText, TextState
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from simulator.model import PhoneKind as SimulatedPhone
from workflows.messages import LookUpText, SendText, TextOutcome, TextStatus

PHONE = "+14155550132"
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
T = TypeVar("T")


@pytest.fixture
async def reference(records: Records) -> str:
    row = EnrolmentRow(
        given_name="Ada",
        family_name="Example",
        born=date(1980, 5, 4),
        phone_e164=PHONE,
        phone_kind=PhoneKind.MOBILE,
        zone="America/New_York",
        text_consent=True,
    )
    return (await enrol(records, row, NOW)).reference


@pytest.fixture
async def texting(records: Records, provider: Provider, network: BackgroundNetwork) -> Texting:
    return Texting(records, provider, load_clinic(), asyncio.get_running_loop())


async def _in_thread(act: Callable[[Any], T], message: Any) -> T:
    """As the worker runs it: the activity in a thread, the records on the loop."""
    return await asyncio.to_thread(act, message)


def _text(reference: str, key: str = "t1/infusion/a1/text/3h") -> SendText:
    return SendText(
        reference=reference,
        intent=f"{reference}/{key}",
        template=Template.APPOINTMENT_TODAY,
        appointment_at=NOW + timedelta(hours=3),
        as_of=NOW,
    )


def _received(network: BackgroundNetwork) -> list[str]:
    return [entry.body for entry in network.control.ledger(PHONE)]


async def test_a_text_reaches_the_phone_in_the_clinics_words(
    texting: Texting, reference: str, network: BackgroundNetwork, records: Records
) -> None:
    outcome = await _in_thread(texting.send_text, _text(reference))
    assert outcome.status is TextStatus.SENT
    (body,) = _received(network)
    assert body.startswith(load_clinic().alias)
    assert "1:00 PM" in body
    stored = await texts.get(records, f"{reference}/t1/infusion/a1/text/3h")
    assert stored is not None
    assert (stored.state, stored.body) == (TextState.SENT, body)


async def test_the_same_intent_again_is_one_text(
    texting: Texting, reference: str, network: BackgroundNetwork
) -> None:
    outcomes = [await _in_thread(texting.send_text, _text(reference)) for _ in range(3)]
    assert {o.status for o in outcomes} == {TextStatus.SENT}
    assert len(_received(network)) == 1


async def test_many_attempts_at_once_are_one_text(
    texting: Texting, reference: str, network: BackgroundNetwork
) -> None:
    async def attempt() -> TextOutcome | None:
        try:
            return await _in_thread(texting.send_text, _text(reference))
        except ApplicationError:
            return None

    await asyncio.gather(*(attempt() for _ in range(8)))
    assert len(_received(network)) == 1


@pytest.mark.parametrize(
    ("forbid", "reason"),
    [
        (lambda r, ref: patients.set_hold(r, ref, True), "texts_held"),
        (lambda r, ref: patients.set_opt_out(r, ref, True), "opted_out"),
        (lambda r, ref: patients.set_deceased(r, ref), "deceased"),
        (lambda r, ref: patients.set_in_hospital(r, ref, True), "in_hospital"),
        (lambda r, ref: patients.doubt_phone(r, ref), "phone_not_confirmed"),
    ],
    ids=["hold", "opt-out", "death", "hospital_rule_23", "doubted_number_rule_26"],
)
async def test_the_records_have_the_last_word(
    texting: Texting,
    reference: str,
    network: BackgroundNetwork,
    records: Records,
    forbid: Callable[..., Any],
    reason: str,
) -> None:
    await forbid(records, reference)
    outcome = await _in_thread(texting.send_text, _text(reference))
    assert (outcome.status, outcome.reason) == (TextStatus.WITHHELD, reason)
    assert _received(network) == []


@pytest.mark.parametrize("kind", ["accept_then_drop", "accept_then_500", "bad_json"])
async def test_a_lost_answer_is_looked_up_and_adopted_never_sent_again(
    texting: Texting, reference: str, network: BackgroundNetwork, kind: str
) -> None:
    network.control.fault(FaultKind(kind))
    text = _text(reference)
    first = await _in_thread(texting.send_text, text)
    assert first.status is TextStatus.AMBIGUOUS
    again = await _in_thread(texting.send_text, text)
    assert again.status is TextStatus.AMBIGUOUS, "a second attempt did not see the first"
    found = await _in_thread(texting.look_up_text, _ask(text))
    assert found.found == "one"
    assert len(_received(network)) == 1
    assert [f.fired for f in network.control.faults()] == [1]


def _ask(text: SendText, **fields: bool) -> LookUpText:
    asked = {"last": False, **fields}
    return LookUpText(reference=text.reference, intent=text.intent, as_of=NOW, **asked)


async def test_what_cannot_be_written_down_is_in_doubt_until_it_is_looked_up(
    texting: Texting,
    reference: str,
    network: BackgroundNetwork,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(*_: object) -> None:
        raise RecordsUnavailableError("cut off between the provider's answer and the row")

    text = _text(reference)
    with monkeypatch.context() as cut:
        cut.setattr(texts, "settle", away)
        cut.setattr(time, "sleep", lambda _: None)
        outcome = await _in_thread(texting.send_text, text)
    assert (outcome.status, outcome.reason) == (TextStatus.AMBIGUOUS, "not_written_down")
    assert (await _in_thread(texting.look_up_text, _ask(text))).found == "one"
    stored = await texts.get(records, text.intent)
    assert stored is not None
    assert stored.state is TextState.ADOPTED
    assert len(_received(network)) == 1


async def test_a_pause_of_the_records_leaves_no_doubt(
    texting: Texting, reference: str, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = texts.settle
    failed: list[bool] = []

    async def at_second_try(*args: Any) -> StoredText:
        if not failed:
            failed.append(True)
            raise RecordsUnavailableError("cut off")
        return await settle(*args)

    monkeypatch.setattr(texts, "settle", at_second_try)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    outcome = await _in_thread(texting.send_text, _text(reference))
    assert failed
    assert outcome.status is TextStatus.SENT


async def test_what_was_withdrawn_before_it_left_never_leaves(
    texting: Texting, reference: str, network: BackgroundNetwork, records: Records
) -> None:
    """An attempt that wakes up late, and one that began before the row was asked about."""
    network.control.fault(FaultKind.RATE_LIMIT)
    text = _text(reference)
    with pytest.raises(ApplicationError):
        await _in_thread(texting.send_text, text)
    found = await _in_thread(texting.look_up_text, _ask(text, withdrawn=True))
    assert found.found == "not_posted"
    late = await _in_thread(texting.send_text, text)
    assert (late.status, late.reason) == (TextStatus.WITHHELD, "no_longer_due")
    assert _received(network) == []


@pytest.mark.parametrize("kind", ["drop_before_accept", "server_error_500", "html_503"])
async def test_a_text_that_was_never_taken_goes_to_staff_in_the_end(
    texting: Texting, reference: str, network: BackgroundNetwork, records: Records, kind: str
) -> None:
    network.control.fault(FaultKind(kind))
    text = _text(reference)
    assert (await _in_thread(texting.send_text, text)).status is TextStatus.AMBIGUOUS
    assert (await _in_thread(texting.look_up_text, _ask(text))).found == "none"
    assert (await _in_thread(texting.look_up_text, _ask(text, last=True))).found == "none"
    stored = await texts.get(records, text.intent)
    assert stored is not None
    assert stored.state is TextState.TO_STAFF
    assert _received(network) == []
    assert [f.fired for f in network.control.faults()] == [1]


async def test_two_alike_in_doubt_are_told_apart_by_what_is_claimed(
    texting: Texting, reference: str, network: BackgroundNetwork
) -> None:
    """The same words twice in a day: the first was answered, the second was not."""
    first, second = _text(reference), _text(reference, "t1/infusion/a2/text/3h")
    assert (await _in_thread(texting.send_text, first)).status is TextStatus.SENT
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    assert (await _in_thread(texting.send_text, second)).status is TextStatus.AMBIGUOUS
    assert (await _in_thread(texting.look_up_text, _ask(second))).found == "one"
    assert len(_received(network)) == 2


async def test_two_unclaimed_matches_are_nobodys(
    texting: Texting, reference: str, network: BackgroundNetwork, records: Records
) -> None:
    network.control.fault(FaultKind.ACCEPT_THEN_DROP, times=2)
    first, second = _text(reference), _text(reference, "t1/infusion/a2/text/3h")
    for text in (first, second):
        assert (await _in_thread(texting.send_text, text)).status is TextStatus.AMBIGUOUS
    assert (await _in_thread(texting.look_up_text, _ask(first))).found == "several"
    stored = await texts.get(records, first.intent)
    assert stored is not None
    assert stored.state is TextState.TO_STAFF


async def test_a_rate_limit_is_tried_again_and_sent_once(
    texting: Texting, reference: str, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.RATE_LIMIT, retry_after=7)
    with pytest.raises(ApplicationError) as told:
        await _in_thread(texting.send_text, _text(reference))
    assert told.value.type == "NotSent"
    assert told.value.next_retry_delay == timedelta(seconds=7)
    assert (await _in_thread(texting.send_text, _text(reference))).status is TextStatus.SENT
    assert len(_received(network)) == 1


async def test_a_refused_number_is_refused_with_its_reason(
    texting: Texting, reference: str, network: BackgroundNetwork
) -> None:
    network.control.declare(PHONE, SimulatedPhone.LANDLINE)
    outcome = await _in_thread(texting.send_text, _text(reference))
    assert outcome.status is TextStatus.REFUSED
    assert outcome.provider_code == 21614
    assert _received(network) == []


async def test_no_error_names_the_number_or_the_patient(
    texting: Texting, reference: str, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.RATE_LIMIT)
    with pytest.raises(ApplicationError) as told:
        await _in_thread(texting.send_text, _text(reference))
    assert PHONE[2:] not in repr(told.value)
    assert "Ada" not in repr(told.value)


async def test_what_staff_wrote_is_sent_as_written_and_never_without_its_words(
    texting: Texting, records: Records, reference: str, network: BackgroundNetwork
) -> None:
    words_id = "a1b2c3d4e5f60718"
    await staff_answers.keep(
        records, words_id, reference, "Yes, bring her.", by="mara.voss", at=NOW
    )
    asked = _text(reference, "words/a1b2c3d4e5f60718/answer")
    asked = asked.model_copy(
        update={"template": Template.STAFF_ANSWER, "words": "a1b2c3d4e5f60718"}
    )
    assert (await _in_thread(texting.send_text, asked)).status is TextStatus.SENT
    (body,) = _received(network)
    assert body.startswith(f"{load_clinic().alias}: Yes, bring her.")
    lost = asked.model_copy(update={"intent": f"{reference}/words/x/answer", "words": "0" * 16})
    with pytest.raises(ValueError, match="somebody's words"):
        await _in_thread(texting.send_text, lost)
    assert len(_received(network)) == 1
