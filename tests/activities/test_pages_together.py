"""Pages with records behind them: a number for each, and one text for many in a minute."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.page_sending import PageSender
from activities.paging import Paging
from activities.provider import Provider
from config.clinic import load_clinic
from records import pages
from records.database import Records
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from workflows.messages import SendPage

NOON = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
HALE = "+14155550107"
MINUTE = timedelta(minutes=1)
PATIENT = 10.0
"""Seconds: a busy machine must not turn a test about numbers into one about slow records."""


def a_page(n: int = 1, **changes: object) -> SendPage:
    fields: dict[str, object] = {
        "reference": f"J-{n:010}",
        "escalation": "e1",
        "key": "e1/r1/0/0",
        "role": "prescriber",
        "person": "dr.hale",
        "level": "follow_up",
        "what": "no psychotherapy in time",
        "since": NOON - n * MINUTE,
        "as_of": NOON,
    }
    return SendPage.model_validate(fields | changes)


@pytest.fixture
def paging(provider: Provider, network: BackgroundNetwork, records: Records) -> Paging:
    clinic = load_clinic()
    return Paging(provider, clinic, PageSender(provider, clinic, records, MINUTE, PATIENT))


def got(network: BackgroundNetwork, phone: str = HALE) -> list[str]:
    return [text.body for text in network.control.ledger(phone)]


async def waits(paging: Paging, page: SendPage) -> float:
    """Not sent now; for how many seconds."""
    with pytest.raises(ApplicationError) as refused:
        await paging.send_page(page)
    assert refused.value.next_retry_delay is not None
    return refused.value.next_retry_delay.total_seconds()


async def test_a_page_ends_with_its_number_and_keeps_it(
    paging: Paging, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page())
    await paging.send_page(a_page(key="e1/r1/0/1", as_of=NOON + 5 * MINUTE))
    await paging.send_page(a_page(2, as_of=NOON + 10 * MINUTE))
    endings = [body.partition("Reply ")[2] for body in got(network)]
    assert endings == ["1 to take it.", "1 to take it.", "2 to take it."]


async def test_a_storm_is_the_first_at_once_and_one_text_for_the_rest(
    paging: Paging, network: BackgroundNetwork
) -> None:
    outcome = await paging.send_page(a_page(1))
    assert outcome.reached == ("dr.hale",)
    assert len(got(network)) == 1, "the first waits for nothing"
    late = [a_page(n, as_of=NOON + timedelta(seconds=n)) for n in range(2, 7)]
    for page in late:
        assert 50 < await waits(paging, page) < 60
    assert len(got(network)) == 1
    # Each is tried again when the minute is over; the first of them takes the others with it.
    again = [page.model_copy(update={"as_of": NOON + MINUTE}) for page in late]
    for page in again:
        assert (await paging.send_page(page)).reached == ("dr.hale",)
    _, together = got(network)
    assert together == (
        "Waymark: 5 items need you, oldest since Mon 11:54. "
        "Reply 2 to take all 5, L for the list with a number for each."
    )


async def test_a_safety_page_is_hidden_for_a_minute_at_most(
    paging: Paging, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(1))
    grave = a_page(2, level="safety", as_of=NOON + timedelta(seconds=59))
    assert await waits(paging, grave) <= 1
    await waits(paging, a_page(3, as_of=NOON + timedelta(seconds=59)))
    await paging.send_page(grave.model_copy(update={"as_of": NOON + MINUTE}))
    assert "2 items need you (1 safety)" in got(network)[-1]


async def test_one_that_waited_alone_reads_like_any_page(
    paging: Paging, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(1))
    await waits(paging, a_page(2, as_of=NOON + timedelta(seconds=30)))
    await paging.send_page(a_page(2, as_of=NOON + MINUTE))
    assert got(network)[-1].endswith(" Reply 2 to take it.")
    assert "J-0000000002" in got(network)[-1]


async def test_other_people_wait_for_nobody(paging: Paging, network: BackgroundNetwork) -> None:
    await paging.send_page(a_page(1))
    outcome = await paging.send_page(a_page(2, person="dr.moreau"))
    assert outcome.reached == ("dr.moreau",)


async def test_it_counts_as_paged_only_when_its_text_went(
    paging: Paging, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(1))
    for n in (2, 3):
        await waits(paging, a_page(n, as_of=NOON + timedelta(seconds=n)))
    network.control.fault(FaultKind.RATE_LIMIT)
    after = NOON + MINUTE
    with pytest.raises(ApplicationError, match="not taken"):
        await paging.send_page(a_page(2, as_of=after))
    assert [f.fired for f in network.control.faults()] == [1]
    assert len(got(network)) == 1
    assert (await paging.send_page(a_page(3, as_of=after))).reached == ("dr.hale",)
    assert (await paging.send_page(a_page(2, as_of=after))).reached == ("dr.hale",)
    assert len(got(network)) == 2, "both in one text, once it was taken"


async def test_what_was_taken_meanwhile_is_left_out(
    paging: Paging, network: BackgroundNetwork, records: Records
) -> None:
    await paging.send_page(a_page(1))
    for n in (2, 3):
        await waits(paging, a_page(n, as_of=NOON + timedelta(seconds=n)))
    await pages.over(records, "J-0000000003", "e1")
    await paging.send_page(a_page(2, as_of=NOON + MINUTE))
    assert "J-0000000002" in got(network)[-1]


async def test_two_of_a_minute_at_once_are_one_text_and_one_that_waits(
    paging: Paging, network: BackgroundNetwork
) -> None:
    done = await asyncio.gather(
        *(paging.send_page(a_page(n)) for n in range(1, 6)), return_exceptions=True
    )
    assert len(got(network)) == 1
    assert len([each for each in done if isinstance(each, ApplicationError)]) == 4


async def test_without_records_a_page_goes_out_all_the_same(
    provider: Provider,
    network: BackgroundNetwork,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic = load_clinic()
    paging = Paging(provider, clinic, PageSender(provider, clinic, records, MINUTE))
    asked = []

    async def hung(*_: object) -> None:
        asked.append(1)
        await asyncio.sleep(60)

    monkeypatch.setattr(pages, "take_turn", hung)
    began = asyncio.get_running_loop().time()
    outcome = await paging.send_page(a_page())
    assert asked, "the fault fired"
    assert asyncio.get_running_loop().time() - began < 2
    assert outcome.reached == ("dr.hale",)
    assert got(network)[0].endswith("waymark ack J-0000000001 e1")


async def test_who_asked_for_no_more_texts_is_reached_by_nobody(
    paging: Paging, network: BackgroundNetwork
) -> None:
    network.control.declare(HALE, opted_out=True)
    outcome = await paging.send_page(a_page())
    assert outcome.reached == (), "nobody has it: its ladder climbs at once"


async def test_rule_4_an_all_clear_asks_for_no_reply_and_waits_for_nothing(
    paging: Paging, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(1))
    await paging.send_page(a_page(2, all_clear=True))
    assert "nothing is needed" in got(network)[-1]
    assert "Reply" not in got(network)[-1]
