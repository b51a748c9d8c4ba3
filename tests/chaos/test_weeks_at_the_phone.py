"""Two treatments as a patient lives them on her phone: every text has its reason, also the unsent.

The whole system under skipped time. What she writes is stored as the webhook stores it, at the
journey's own time: the network's clock is the real one.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pytest
from clinic_days import a_tuesday, admit_to_programme, book_visit, prepare
from journal_reading import event_of
from journey_stand import clinic_time
from real_stand import PatientLiveJourney, RealStand

from pathway import commands as cmd
from pathway.events import Event, ItemSettled, ReplyReceived, TextInDoubt
from pathway.facts import Step
from pathway.overview import Overview
from records import inbound
from records.inbound import InboundState, Written
from records.text_model import TextState

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

OURS = "+15005550006"
_numbers = count(1)


@dataclass
class Phone:
    """Hers: what it gets, and what she writes on it."""

    stand: RealStand
    journey: PatientLiveJourney

    async def writes(self, body: str, read_by: str = "a person") -> None:
        """She writes, and it comes to whoever is to have it."""
        ends = InboundState.ROUTED if read_by == "a person" else InboundState.HANDLED
        sid = f"SM{next(_numbers):032}"
        text = Written(
            sid=sid,
            sender=self.journey.phone,
            recipient=OURS,
            body=body,
            received_at=await self.journey.now(),
        )
        await inbound.store(self.stand.records, [text])
        async with asyncio.timeout(60):
            while True:
                stored = await inbound.get(self.stand.records, sid)
                assert stored is not None
                if stored.state is ends:
                    return
                await asyncio.sleep(0.1)

    async def got(self, words: str) -> str:
        """The newest text, once there is one with these words."""
        async with asyncio.timeout(60):
            while True:
                bodies = [
                    text.body for text in self.stand.network.control.ledger(self.journey.phone)
                ]
                if found := [body for body in bodies if re.search(words, body)]:
                    return found[-1]
                await asyncio.sleep(0.1)

    def count(self) -> int:
        return len(self.stand.network.control.ledger(self.journey.phone))

    async def until(self, holds: Callable[[Overview], bool]) -> Overview:
        async with asyncio.timeout(60):
            while not holds(seen := await self.journey.overview()):
                await asyncio.sleep(0.1)
        return seen


def lines(seen: Overview) -> list[str]:
    return [task.line for task in seen.tasks]


async def test_rule_25_a_patients_weeks_are_explained(whole_system: RealStand) -> None:
    journey = await whole_system.enrolled()
    phone = Phone(whole_system, journey)
    day = await enters(journey)
    await confirms_and_is_not_asked_again(phone, day)
    next_week = await is_moved(phone, day)
    await asks_for_a_call(phone, next_week)
    await stops_and_comes_back(phone, next_week)
    await writes_in_spanish(phone)
    await frightens_us(phone)
    await every_text_is_explained(phone)


async def enters(journey: PatientLiveJourney) -> date:
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    return day


async def confirms_and_is_not_asked_again(phone: Phone, day: date) -> None:
    await phone.journey.to(clinic_time(day - timedelta(days=3), "12:00"))
    await phone.got("Reply 1 to confirm or 2 for a call")
    await phone.writes("1", read_by="nobody")
    await prepare(phone.journey, 1, day)
    await phone.journey.to(clinic_time(day - timedelta(days=1), "18:00"))
    reminder = await phone.got("tomorrow")
    assert "Reply" not in reminder, "a confirmed patient was asked again"


async def is_moved(phone: Phone, day: date) -> date:
    later = day + timedelta(days=7)
    seen = await phone.journey.overview()
    (visit,) = [a for a in seen.treatments[0].appointments if a.step is Step.INFUSION]
    await phone.journey.do(
        cmd.Move,
        treatment=1,
        step=Step.INFUSION,
        revision=visit.revision,
        at=clinic_time(later, "10:00"),
    )
    before = phone.count()
    await phone.journey.to(clinic_time(day, "12:00"))
    assert phone.count() == before, "the old visit was reminded of"
    return later


async def asks_for_a_call(phone: Phone, day: date) -> None:
    await phone.journey.to(clinic_time(day - timedelta(days=3), "12:00"))
    await phone.got(f"{day:%b} {day.day} .*2 for a call")
    await phone.writes("2", read_by="nobody")
    seen = await phone.until(lambda o: any("call" in line.lower() for line in lines(o)))
    (call,) = [task for task in seen.tasks if "call" in task.line.lower()]
    await phone.journey.do(cmd.RecordContactAttempt, task=call.key, outcome="reached")
    await phone.until(lambda o: call.key not in [task.key for task in o.tasks])


async def stops_and_comes_back(phone: Phone, day: date) -> None:
    await phone.writes("STOP", read_by="nobody")
    await phone.until(lambda o: o.opted_out)
    before, rows = phone.count(), len(lines(await phone.journey.overview()))
    await phone.journey.to(clinic_time(day - timedelta(days=1), "18:00"))
    assert phone.count() == before, "texted after her STOP"
    seen = await phone.journey.overview()
    assert len(lines(seen)) > rows, "no call in place of the reminder"
    await phone.writes("START", read_by="nobody")
    await phone.until(lambda o: not o.opted_out)


async def writes_in_spanish(phone: Phone) -> None:
    await phone.writes("¿Puedo traer a mi hermana mañana?")
    await phone.until(lambda o: any("Read what" in line for line in lines(o)))


async def frightens_us(phone: Phone) -> None:
    before = phone.count()
    await phone.writes("ya no quiero vivir")
    seen = await phone.until(lambda o: bool(o.flags))
    assert seen.highest_level == "safety"
    answer = await phone.got("988")
    assert phone.count() > before
    assert "911" in answer
    paged = whole_system_pages(phone)
    assert paged, "nobody was paged"


def whole_system_pages(phone: Phone) -> list[str]:
    ledger = phone.stand.network.control.ledger()
    return [text.body for text in ledger if phone.journey.reference in text.body]


async def _told_of(phone: Phone, intents: set[str], seconds: float = 20) -> list[Event]:
    """The journal, once it knows of these texts: an end is told a moment after the text went."""
    for _ in range(int(seconds / 0.2)):
        seen = await phone.journey.overview()
        events: list[Event] = [event_of(row) for row in await phone.journey.journal(seen.events)]
        told = {e.key for e in events if isinstance(e, ItemSettled)}
        if intents <= {f"{phone.journey.reference}/{key}" for key in told}:
            break
        await asyncio.sleep(0.2)
    return events


async def every_text_is_explained(phone: Phone) -> None:
    """What the phone has is what the records sent, and the journal says why, also of the unsent."""
    stored = await phone.journey.stored_texts()
    events = await _told_of(phone, {text.intent for text in stored})
    ours = {text.sid for text in phone.stand.network.control.ledger(phone.journey.phone)}
    sent = {t.sid for t in stored if t.state in {TextState.SENT, TextState.ADOPTED}}
    assert sent == ours
    told = {f"{phone.journey.reference}/{e.key}": e for e in events if isinstance(e, ItemSettled)}
    assert {t.intent for t in stored} <= told.keys()
    texts = [e for e in told.values() if e.line.startswith("text: ")]
    assert all(e.reason for e in texts)
    assert {e.outcome for e in texts} >= {"sent"}
    assert not any(isinstance(e, TextInDoubt) for e in events)
    past = (await phone.journey.explain()).past
    assert {entry.key for entry in past} & {e.key for e in texts}
    assert sum(isinstance(e, ReplyReceived) for e in events) >= 4
