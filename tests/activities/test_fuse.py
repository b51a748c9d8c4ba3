"""The last fuse: whatever asks for texts, one patient gets no flood and no echo."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from activities.fuse import Fuse
from activities.provider import Provider
from activities.texting import Texting
from config.clinic import load_clinic
from pathway.protocol import Template
from records import fuse as fuse_of_records
from records import texts
from records.database import Records
from records.enrolment import enrol
from records.errors import RecordsUnavailableError
from records.fuse import Limits
from records.patient_model import EnrolmentRow, PhoneKind
from records.text_model import TextState
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from workflows.messages import SendText, TextOutcome, TextStatus

PHONE = "+14155550132"
OPS = load_clinic().ops_phone
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = Limits(texts_a_day=4, same_text_within=timedelta(hours=24))


async def patient(records: Records, phone: str = PHONE) -> str:
    row = EnrolmentRow(
        given_name="Ada",
        family_name="Example",
        born=date(1980, 5, 4),
        phone_e164=phone,
        phone_kind=PhoneKind.MOBILE,
        zone="America/New_York",
        text_consent=True,
    )
    return (await enrol(records, row, NOW)).reference


@pytest.fixture
async def texting(records: Records, provider: Provider, network: BackgroundNetwork) -> Texting:
    clinic = load_clinic()
    fuse = Fuse(records, provider, clinic, LIMITS)
    return Texting(records, provider, clinic, asyncio.get_running_loop(), fuse)


def a_text(
    reference: str,
    n: int,
    *,
    at: datetime = NOW,
    visit: int | None = None,
    template: Template = Template.APPOINTMENT_TODAY,
) -> SendText:
    """The `n`th text; texts about different visits have different words."""
    return SendText(
        reference=reference,
        intent=f"{reference}/t1/text/{n}",
        template=template,
        appointment_at=NOW + (visit if visit is not None else n) * HOUR,
        as_of=at,
    )


async def sent(texting: Texting, text: SendText) -> TextOutcome:
    return await asyncio.to_thread(texting.send_text, text)


def received(network: BackgroundNetwork, phone: str = PHONE) -> list[str]:
    return [entry.body for entry in network.control.ledger(phone)]


async def test_so_many_a_day_and_ops_are_told_once(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    outcomes = [await sent(texting, a_text(reference, n)) for n in range(1, 8)]
    assert [o.status for o in outcomes] == [*4 * [TextStatus.SENT], *3 * [TextStatus.WITHHELD]]
    assert {o.reason for o in outcomes[4:]} == {"too_many_texts_a_day"}
    assert len(received(network)) == 4
    (told,) = received(network, OPS)
    assert reference in told
    assert "too_many_texts_a_day" in told
    row = await texts.get(records, f"{reference}/t1/text/5")
    assert row is not None
    assert row.state is TextState.WITHHELD
    again = await sent(texting, a_text(reference, 5))
    assert again.status is TextStatus.WITHHELD, "asked again it stays as it ended"


async def test_a_day_later_she_is_texted_again(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    for n in range(1, 6):
        await sent(texting, a_text(reference, n))
    assert len(received(network)) == 4
    tomorrow = NOW + timedelta(hours=24, minutes=1)
    assert (await sent(texting, a_text(reference, 9, at=tomorrow))).status is TextStatus.SENT


async def test_the_same_words_go_once_a_day(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    assert (await sent(texting, a_text(reference, 1, visit=3))).status is TextStatus.SENT
    echo = await sent(texting, a_text(reference, 2, visit=3, at=NOW + HOUR))
    assert (echo.status, echo.reason) == (TextStatus.WITHHELD, "same_text_again")
    assert len(received(network)) == 1
    other = await patient(records, "+14155550133")
    assert (await sent(texting, a_text(other, 1, visit=3))).status is TextStatus.SENT


@pytest.mark.parametrize("template", [Template.CALL_YOU_BACK, Template.CHECKIN_THANKS])
async def test_she_is_answered_as_often_as_she_writes_and_within_the_days_number(
    texting: Texting, records: Records, network: BackgroundNetwork, template: Template
) -> None:
    """She asks for a call in the morning and again in the evening."""
    reference = await patient(records)
    answers = [a_text(reference, n, template=template) for n in range(1, 6)]
    outcomes = [await sent(texting, each) for each in answers]
    assert len(set(received(network))) == 1, "each says the same"
    assert [o.status for o in outcomes] == [*4 * [TextStatus.SENT], TextStatus.WITHHELD]
    assert outcomes[-1].reason == "too_many_texts_a_day"


async def test_who_stops_and_starts_again_hears_again_what_she_agrees_to_rule_25(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    for n in (1, 2):
        text = a_text(reference, n, template=Template.WELCOME)
        assert (await sent(texting, text)).status is TextStatus.SENT
    assert received(network, OPS) == []


async def test_of_the_same_words_at_once_one_goes_at_most(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    storm = (sent(texting, a_text(reference, n, visit=3)) for n in range(1, 7))
    outcomes = await asyncio.gather(*storm)
    assert len(received(network)) <= 1
    held = [o for o in outcomes if o.status is TextStatus.WITHHELD]
    assert len(held) == 6 - len(received(network)), "each of the others becomes a call"


async def test_one_in_doubt_counts_since_she_may_have_it(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    first = await sent(texting, a_text(reference, 1, visit=3))
    assert first.status is TextStatus.AMBIGUOUS
    assert [f.fired for f in network.control.faults()] == [1]
    echo = await sent(texting, a_text(reference, 2, visit=3))
    assert echo.status is TextStatus.WITHHELD


async def test_one_that_did_not_leave_is_no_echo_of_itself(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    network.control.fault(FaultKind.RATE_LIMIT)
    with pytest.raises(Exception, match="rate_limited"):
        await sent(texting, a_text(reference, 1))
    assert [f.fired for f in network.control.faults()] == [1]
    assert (await sent(texting, a_text(reference, 1))).status is TextStatus.SENT


async def test_the_answer_to_somebody_in_danger_is_never_held_back_rule_19(
    texting: Texting, records: Records, network: BackgroundNetwork
) -> None:
    reference = await patient(records)
    numbers = [
        await sent(texting, a_text(reference, n, template=Template.SUPPORT_NUMBERS))
        for n in range(1, 9)
    ]
    assert {o.status for o in numbers} == {TextStatus.SENT}
    assert len(received(network)) == 8
    assert received(network, OPS) == []


async def test_while_the_records_cannot_say_a_marked_text_goes(
    texting: Texting,
    records: Records,
    network: BackgroundNetwork,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    async def away(*_: object) -> None:
        asked.append(1)
        raise RecordsUnavailableError("the database did not answer")

    reference = await patient(records)
    monkeypatch.setattr(fuse_of_records, "tripped", away)
    assert (await sent(texting, a_text(reference, 1))).status is TextStatus.SENT
    assert asked, "the fault fired"
