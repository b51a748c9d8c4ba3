"""A whole treatment on the whole system, while worker, server and database are taken away."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from clinic_days import a_tuesday, admit_to_programme, book_visit, decide, infuse, prepare
from journal_reading import rebuilt
from journey_stand import clinic_time
from real_stand import PHONE, PatientLiveJourney, RealStand, real_stand

from pathway import commands as cmd
from pathway.escalation import Ending
from pathway.facts import Choice
from pathway.overview import overview
from records.text_model import TextState
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from simulator.model import Pace
from simulator.network import NetworkSettings


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[BackgroundNetwork]:
    instant = Pace(accepted=0, sending=0, sent=0, done=0)
    with BackgroundNetwork(NetworkSettings(state_dir=tmp_path / "phones", pace=instant)) as opened:
        yield opened


@pytest.fixture
async def stand(
    private_server: Callable[..., Any],
    postgres_url: str,
    phones: BackgroundNetwork,
    tmp_path: Path,
) -> AsyncIterator[RealStand]:
    async with real_stand(private_server, postgres_url, phones, tmp_path) as opened:
        yield opened


@pytest.mark.timeout(420)
async def test_kills_in_its_middle_lose_and_repeat_nothing(stand: RealStand) -> None:
    journey = await stand.enrolled()
    await admit_to_programme(journey)
    day = await a_tuesday(journey)
    await book_visit(journey, 1, day)
    await stand.worker.kill()
    await prepare(journey, 1, day)
    stand.network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    await infuse(journey, 1, day)
    await stand.kill_server()
    await journey.to(clinic_time(day + timedelta(days=1), "10:00"))
    stand.database.cut()
    await journey.do(cmd.RecordPsychotherapy, "therapist", treatment=1)
    await decide(journey, 1, Choice.CONTINUE_SAME)
    stand.database.mend()

    second = day + timedelta(days=6)
    await book_visit(journey, 2, second)
    await prepare(journey, 2, second)
    await infuse(journey, 2, second)
    await stand.worker.kill()
    await journey.to(clinic_time(second + timedelta(days=1), "15:00"))
    await stand.kill_server()
    await journey.do(cmd.AcknowledgeEscalation, escalation="e1")
    await journey.do(
        cmd.ResolveEscalation,
        "therapist",
        escalation="e1",
        outcome=Ending.DECLINED,
        note="she does not want the session",
    )
    await decide(journey, 2, Choice.COMPLETE)

    assert [f.fired for f in stand.network.control.faults()] == [1], "no answer was lost"
    assert stand.worker.starts == 3
    await nothing_lost_nothing_twice(stand, journey)
    assert [t for t in await journey.stored_texts() if t.state is TextState.TO_STAFF] == []


async def nothing_lost_nothing_twice(stand: RealStand, journey: PatientLiveJourney) -> None:
    """Phones, records, journal and journey tell the same story."""
    received = [text.sid for text in stand.network.control.ledger(PHONE)]
    stored = await journey.stored_texts()
    # Each text that a phone has got belongs to one intent, and each intent to one text.
    gone = [t.sid for t in stored if t.state in {TextState.SENT, TextState.ADOPTED}]
    assert sorted(received) == sorted(str(sid) for sid in gone)
    seen = await journey.overview()
    rows = await journey.journal(seen.events)
    assert [row.number for row in rows] == list(range(1, seen.events + 1))
    assert overview(rebuilt(rows)) == await journey.overview()
    assert len(stored) == 13, "a reminder was never tried"
