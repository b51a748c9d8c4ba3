"""Someone on call replies to a page on her phone, and the real workers stop within five seconds."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from console_stand import console_settings
from real_stand import RealStand

from config.clinic import load_clinic
from console.desk import Desk
from console.service import server_of
from console.spool import Spool
from pathway import commands as cmd
from simulator.control import Control
from simulator.faults import FaultKind, Match
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN
from workers.sweeps import sweep_until

STOPS_WITHIN = 5.0


@asynccontextmanager
async def webhooks_taken(stand: RealStand, folder: Path) -> AsyncIterator[None]:
    """The console on a port of its own, called by the network as Twilio calls it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        public = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = console_settings(
            folder,
            public_url=public,
            twilio_account_sid=DEMONSTRATION_ACCOUNT,
            twilio_auth_token=DEMONSTRATION_TOKEN,
            twilio_api_base=stand.network.url,
        )
        desk = Desk(stand.records, Spool(folder / "spool", stand.records.seals))
        server = server_of(settings, desk, "127.0.0.1")
        stop = asyncio.Event()
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        replaying = asyncio.create_task(sweep_until(stop, desk.sweep()))
        stand.network.control.direct_inbound(f"{public}/twilio/inbound")
        yield
        stop.set()
        server.should_exit = True
        await asyncio.gather(serving, replaying)
        await desk.close()


def _pages(network: Control) -> list[str]:
    """What staff were paged with: her own texts may go meanwhile, as the first one at eight."""
    return [text.body for text in network.ledger() if text.body.startswith("Waymark ")]


@pytest.mark.timeout(200)
async def test_a_reply_stops_every_further_page_within_five_seconds(
    whole_system: RealStand, tmp_path: Path
) -> None:
    network = whole_system.network.control
    journey = await whole_system.enrolled()
    now = await journey.now()
    first, second, *_ = load_clinic().on_shift("on_call_clinician", now)
    # The other's page is refused for now, so that it is tried again and again.
    network.fault(FaultKind.RATE_LIMIT, match=Match(to=second.phone), times=1000)
    async with webhooks_taken(whole_system, tmp_path):
        await journey.do(cmd.RaiseFlag, "nurse")
        async with asyncio.timeout(30):
            while not (pages := network.ledger(first.phone)) or network.faults()[0].fired < 2:
                await asyncio.sleep(0.05)
        number = re.search(r"Reply (\d+) to take it\.$", pages[0].body)
        assert number is not None
        loop = asyncio.get_running_loop()
        wrote = loop.time()
        network.write(first.phone, number[1])
        async with asyncio.timeout(30):
            while not (await journey.overview()).escalations[0].acknowledged:
                await asyncio.sleep(0.05)
        taken = loop.time() - wrote
        await asyncio.sleep(max(0.0, STOPS_WITHIN - taken))
        tried = network.faults()[0].fired
        assert taken < STOPS_WITHIN, f"it took {taken:.1f} seconds"
        # Longer than any pause between two tries, and than the next rungs' waits.
        await asyncio.sleep(16)
        assert network.faults()[0].fired == tried, "a page was tried again after it was taken"
        before = _pages(network)
        await journey.to(await journey.now() + timedelta(minutes=40))
        assert _pages(network) == before, "paged although somebody has it"
    confirmed = network.ledger(first.phone)[-1].body
    assert confirmed.startswith(f"Yours: {journey.reference}, ")
    (escalation,) = (await journey.overview()).escalations
    assert escalation.acknowledged is not None
    assert escalation.acknowledged.by == first.id
