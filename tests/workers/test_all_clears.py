"""Who was paged by a rung that never ended is told all the same that nothing is needed (rule 4)."""

from datetime import UTC, datetime, timedelta

import pytest
from a_page import MONDAY_NOON, a_page
from a_snapshot import a_journal_row, a_snapshot
from temporalio.exceptions import ApplicationError

from activities.page_sending import PageSender
from activities.paging import Paging
from activities.provider import Provider
from config.clinic import load_clinic
from pathway import events as ev
from pathway.escalation import Acknowledgement, Ending
from records import all_clears
from records.database import Records
from records.tables import Page
from simulator.background import BackgroundNetwork
from simulator.faults import AFTER_ACCEPT, FaultKind
from workers.all_clears import tell_all_clear
from workers.sweeps import Sweep

CLINIC = load_clinic()
HER = "J-0000000001"
HALE, TAMM = "+14155550107", "+14155550109"
"""On call together at that time."""
PATIENT = 10.0
CLOSED = ev.EscalationClosed(at=MONDAY_NOON, escalation="e1", outcome=Ending.DONE, by="jon.pell")
TAKEN = ev.EscalationAcknowledged(
    at=MONDAY_NOON,
    escalation="e1",
    acknowledgement=Acknowledgement(by="jon.pell", at=MONDAY_NOON, next_look=MONDAY_NOON),
)


def but(**changes: object) -> ev.Event:
    return CLOSED.model_copy(update=changes)


def paged(*people: str, escalation: str = "e1") -> ev.Event:
    return ev.EscalationPaged(at=MONDAY_NOON, escalation=escalation, people=people)


@pytest.fixture
def paging(records: Records, provider: Provider) -> Paging:
    sender = PageSender(provider, CLINIC, records, timedelta(minutes=1), PATIENT)
    return Paging(provider, CLINIC, sender)


@pytest.fixture
def sweep(records: Records, provider: Provider) -> Sweep:
    return tell_all_clear(records, PageSender(provider, CLINIC), CLINIC)


async def told(records: Records, *events: ev.Event) -> None:
    """What the journal says of her."""
    async with records.begin() as session:
        session.add(a_snapshot(HER, MONDAY_NOON, through=len(events)))
        await session.flush()
        for number, event in enumerate(events, 1):
            session.add(
                a_journal_row(
                    HER,
                    number,
                    event.kind,
                    MONDAY_NOON,
                    event.model_dump_json(exclude={"kind", "at"}),
                )
            )


def got(network: BackgroundNetwork, phone: str) -> list[str]:
    return [text.body for text in network.control.ledger(phone)]


async def one_waits(paging: Paging) -> None:
    """Dr. Hale has just been paged about somebody else, so her page of e1 waits."""
    await paging.send_page(a_page(reference="J-0000000002", person="dr.hale"))
    with pytest.raises(ApplicationError, match="not taken"):
        await paging.send_page(a_page())


ALL_CLEAR = (
    f"Waymark {HER}: done since, nothing is needed "
    "(a safety flag needs a clinician, since Mon 12:00)."
)


@pytest.mark.parametrize("events", [(CLOSED,), (TAKEN, CLOSED)])
async def test_rule_4_who_was_paged_hears_it_once_and_who_waited_gets_nothing(
    paging: Paging,
    sweep: Sweep,
    records: Records,
    network: BackgroundNetwork,
    events: tuple[ev.Event, ...],
) -> None:
    await one_waits(paging)
    assert len(got(network, TAMM)) == 1
    assert await sweep.work() == 0, "it is open still"
    await told(records, *events)
    assert [await sweep.work() for _ in range(3)] == [1, 0, 0]
    assert got(network, TAMM)[1:] == [ALL_CLEAR]
    # A later page takes with it what waited for her: this is over.
    later = {"reference": "J-0000000003", "as_of": MONDAY_NOON + timedelta(minutes=1)}
    await paging.send_page(a_page(**later, person="dr.hale"))
    await sweep.work()
    assert [HER in body for body in got(network, HALE)] == [False, False]


@pytest.mark.parametrize(
    "events",
    [
        (paged("dr.hale"), CLOSED),
        (but(by="dr.hale"),),
        (but(outcome=Ending.REACHED),),
        (but(escalation="e2"),),
        (TAKEN,),
    ],
)
async def test_nobody_is_told_twice_or_what_is_not_so(
    paging: Paging,
    sweep: Sweep,
    records: Records,
    network: BackgroundNetwork,
    events: tuple[ev.Event, ...],
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    await told(records, *events)
    assert await sweep.work() == 0
    assert len(got(network, HALE)) == 1


async def test_a_page_that_the_journey_heard_of_too_late_counts_as_unheard(
    paging: Paging, sweep: Sweep, records: Records, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    await told(records, paged("dr.hale", escalation="e2"), CLOSED, paged("dr.hale"))
    assert await sweep.work() == 1
    assert got(network, HALE)[1:] == [ALL_CLEAR]


async def test_several_turns_of_one_escalation_are_one_all_clear(
    paging: Paging, sweep: Sweep, records: Records, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    again = MONDAY_NOON + timedelta(minutes=5)
    await paging.send_page(a_page(person="dr.hale", key="e1/r1/0/1", as_of=again))
    await told(records, CLOSED)
    assert [await sweep.work(), await sweep.work()] == [1, 0]
    assert len(got(network, HALE)) == 3


async def test_what_certainly_did_not_leave_is_tried_again(
    paging: Paging, sweep: Sweep, records: Records, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    await told(records, CLOSED)
    network.control.fault(FaultKind.RATE_LIMIT)
    assert [await sweep.work() for _ in range(3)] == [0, 1, 0]
    assert [fault.fired for fault in network.control.faults()] == [1]
    assert got(network, HALE)[1:] == [ALL_CLEAR]


@pytest.mark.parametrize("lost", sorted(AFTER_ACCEPT - {FaultKind.SLOW}))
async def test_what_may_have_arrived_is_not_told_again(
    paging: Paging, sweep: Sweep, records: Records, network: BackgroundNetwork, lost: FaultKind
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    await told(records, CLOSED)
    network.control.fault(lost, times=100)
    assert [await sweep.work() for _ in range(3)] == [1, 0, 0]
    assert got(network, HALE)[1:] == [ALL_CLEAR]


async def test_who_takes_no_texts_is_not_tried_for_ever(
    paging: Paging, sweep: Sweep, records: Records, network: BackgroundNetwork
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    network.control.declare(HALE, opted_out=True)
    await told(records, CLOSED)
    await sweep.work()
    assert await all_clears.untold(records) == ()


async def test_of_two_workers_one_tells_and_what_one_died_over_the_other_tells(
    paging: Paging, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    await told(records, CLOSED)
    (found,) = await all_clears.untold(records)
    assert [await all_clears.claim(records, found) for _ in range(2)] == [True, False]
    assert await all_clears.untold(records) == ()
    monkeypatch.setattr(all_clears, "STILL_POSTING", timedelta(0))
    (found,) = await all_clears.untold(records)
    assert await all_clears.claim(records, found)


async def test_what_is_settled_is_not_looked_at_again(
    paging: Paging, sweep: Sweep, records: Records
) -> None:
    await paging.send_page(a_page(person="dr.hale"))
    await told(records, paged("dr.hale"), CLOSED)
    await sweep.work()
    async with records.session() as session:
        row = await session.get(Page, f"{HER}/e1/r1/0/0/dr.hale")
    assert row is not None
    assert row.all_clear == "not_from_here"
    assert datetime.now(UTC) - row.written_at < timedelta(minutes=1)
