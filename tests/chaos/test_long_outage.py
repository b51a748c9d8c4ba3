"""The database is down, then hung, for ten minutes of real time: pages and commands go on."""

import asyncio
import time

import pytest
from journey_stand import LiveJourney, Stand
from temporalio.client import Client

from pathway import commands as cmd

OUTAGE_SECONDS = 600
PAGE_WITHIN_SECONDS = 3.0
COMMAND_WITHIN_SECONDS = 3.0

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


async def test_ten_minutes_without_the_database(client: Client) -> None:
    async with Stand.open(client) as stand:
        journey = await stand.start()
        begun = time.monotonic()
        slowest_command = slowest_page = 0.0
        rounds = 0
        while (gone := time.monotonic() - begun) < OUTAGE_SECONDS:
            stand.fakes.journal_mode = "down" if gone < OUTAGE_SECONDS / 2 else "hung"
            command, page = await _one_flag(stand, journey)
            slowest_command = max(slowest_command, command)
            slowest_page = max(slowest_page, page)
            rounds += 1
            await asyncio.sleep(9)
        assert stand.fakes.journal_failures > rounds / 4, "the database hardly failed"
        stand.fakes.journal_mode = "up"
        events = (await journey.overview()).events
        async with asyncio.timeout(120):
            while len(stand.fakes.journal[journey.reference]) < events:
                await asyncio.sleep(0.2)
        print(f"{rounds} rounds: command {slowest_command:.2f} s, page {slowest_page:.2f} s")  # noqa: T201
        assert slowest_command < COMMAND_WITHIN_SECONDS
        assert slowest_page < PAGE_WITHIN_SECONDS
        await stand.replay_all()


async def _one_flag(stand: Stand, journey: LiveJourney) -> tuple[float, float]:
    """Seconds until a flag was taken up and until it was paged; then it is acknowledged."""
    pages = len(stand.fakes.pages)
    begun = time.monotonic()
    await journey.do(cmd.RaiseFlag, "nurse")
    command = time.monotonic() - begun
    async with asyncio.timeout(30):
        while len(stand.fakes.pages) == pages:
            await asyncio.sleep(0.01)
    page = time.monotonic() - begun
    newest = (await journey.overview()).escalations[-1].id
    await journey.do(cmd.AcknowledgeEscalation, "on_call_clinician", escalation=newest)
    return command, page
