"""A rung that pages two, one of whom waits: who has her page hears that nothing is needed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from clinic_days import a_tuesday, admit_to_programme
from fake_activities import FakeActivities
from journey_stand import Stand, clinic_time
from temporalio.client import Client
from visits import dose_fields

from activities.journal import Journal
from activities.page_sending import PageSender
from activities.paging import Paging
from activities.provider import Provider
from config.clinic import load_clinic
from config.rota import Staff
from pathway import commands as cmd
from pathway.roles import Role
from records import pages
from records.database import Records
from records.page_model import Listed, PageToSend, Post
from simulator.background import BackgroundNetwork
from workers.all_clears import tell_all_clear
from workers.assembly import Activities

CLINIC = load_clinic()
MINUTE = timedelta(minutes=1)
PATIENT = 10.0


@pytest.fixture
async def paging_stand(
    client: Client, records: Records, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stand]:
    """A stand that keeps its journal, and pages as the product does."""
    paging = Paging(provider, CLINIC, PageSender(provider, CLINIC, records, MINUTE, PATIENT))
    journal = Journal(records)

    def real(self: FakeActivities) -> Activities:
        main: list[Any] = [journal.write_journal, paging.send_page, self.alert_ops]
        return Activities(main=main, texting=[self.send_text, self.look_up_text])

    monkeypatch.setattr(FakeActivities, "activities", real)
    async with Stand.open(client) as stand:
        yield stand
        await stand.replay_all()


async def just_texted(records: Records, person: Staff, at: datetime) -> None:
    """She has a page of another patient's, so the next one waits for the minute's end."""
    listed = Listed(
        intent="J-0000000009/e1/r1/0/0",
        reference="J-0000000009",
        escalation="e1",
        key="e1/r1/0/0",
        role=Role.NURSE,
        level="urgent",
        what="somebody else's",
        since=at,
    )
    due = PageToSend(listed=listed, person=person.id, recipient=person.phone, at=at)
    turn = await pages.take_turn(records, due, MINUTE)
    assert isinstance(turn, Post)
    await pages.went_out(records, turn.intent, "SM9")


async def test_rule_4_closed_while_another_waited_the_one_paged_hears_it_once(
    paging_stand: Stand, records: Records, provider: Provider, network: BackgroundNetwork
) -> None:
    journey = await paging_stand.start()
    await admit_to_programme(journey)
    eleven = clinic_time(await a_tuesday(journey), "11:00")
    await journey.to(eleven)
    rules = journey.protocol
    rung = rules.ladders.named(rules.steps.monitoring.ladder).rungs[0]
    paged, waits = CLINIC.on_shift(rung.to, eleven)[:2]
    await just_texted(records, waits, await journey.now())
    said = dose_fields(rules, already_running="begun by hand")
    await journey.do(cmd.StartInfusion, "nurse", treatment=1, **said)
    async with asyncio.timeout(20):
        while not network.control.ledger(paged.phone):
            await asyncio.sleep(0.05)
    sweep = tell_all_clear(records, PageSender(provider, CLINIC), CLINIC)
    assert await sweep.work() == 0, "it is open"
    await journey.do(cmd.SignDeviations, "prescriber", treatment=1)
    async with asyncio.timeout(20):
        while not await sweep.work():
            await asyncio.sleep(0.05)
    await journey.to(await journey.now() + 3 * MINUTE)
    assert await sweep.work() == 0
    texts = [text.body for text in network.control.ledger(paged.phone)]
    assert ["nothing is needed" in body for body in texts] == [False, True]
    assert network.control.ledger(waits.phone) == (), "she knows nothing of it"
