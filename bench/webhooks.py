"""Webhooks under load: how soon each is answered, and that none is lost.

Signed texts and delivery callbacks come at a fixed rate, whether or not those before have been
answered, as Twilio sends them. It ends by itself, and counts what the records then hold.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from bench import postgres
from bench.keys import KEYS, RING
from bench.meter import provenance
from bench.page import Figures
from bench.stand import Store
from bench.twilio import ACCOUNT, NUMBER, TOKEN, Load, intent
from local.health import page_answers
from local.ports import LOOPBACK, free_port
from local.process import ChildProcess, bare_environment
from local.progress import Progress
from records.database import Records, migrate
from records.tables import InboundText, Text, TextStatus

_STARTS_WITHIN_SECONDS = 30
_KEPT_WITHIN_SECONDS = 60
_HEADINGS = ("store", "a second", "sent", "204", "p50", "p99", "slowest", "spooled", "lost")


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--on", type=Store, choices=list(Store), help="one store alone")


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    rows = []
    for store in [chosen.on] if chosen.on else list(Store):
        with progress.step(f"{chosen.rate} webhooks a second on {store}"):
            rows.append(await _on(store, chosen.rate, chosen.seconds))
    note = (
        "Half texts, half delivery callbacks that claim their text. Times are from when each was "
        "to be sent; spooled: kept by a file first, because the records took longer than 0.4 s; "
        f"lost: answered 204 and not in the records at the end. {provenance()}"
    )
    return [Figures("webhooks", _HEADINGS, rows, note)]


async def _on(store: Store, rate: int, seconds: int) -> list[str]:
    with (
        tempfile.TemporaryDirectory(prefix="waymark-bench-") as name,
        _database(store, Path(name)) as url,
    ):
        await migrate(url, ring=RING)
        await _expect(url, rate * seconds)
        async with _console(url, Path(name)) as port:
            load = Load(port)
            await load.run(rate, seconds)
            spooled = _spooled(Path(name) / "log")
            lost = await _lost(url, load)
    times = sorted(load.times)
    return [
        store,
        str(rate),
        str(len(times)),
        str(load.answers[204]),
        *(f"{times[int(len(times) * part)] * 1000:.1f} ms" for part in (0.5, 0.99)),
        f"{times[-1] * 1000:.0f} ms",
        str(spooled),
        str(lost),
    ]


@contextmanager
def _database(store: Store, folder: Path) -> Iterator[str]:
    if store is Store.SQLITE:
        yield f"sqlite:///{folder}/records.db"
        return
    with postgres.running() as server:
        yield server.url(server.create("records"))


async def _expect(url: str, count: int) -> None:
    """Texts that have been posted and not answered, for the callbacks to claim."""
    now = datetime.now(UTC)
    rows = [
        {
            "intent": intent(number),
            "reference": "J-0000000000",
            "template": "checkin_thanks",
            "body": "",
            "state": "posting",
            "reason": "",
            "attempts": 1,
            "as_of": now,
            "posted_at": now,
        }
        for number in range(0, count, 2)
    ]
    records = await Records.open(url, ring=RING)
    async with records.begin() as session:
        await session.execute(insert(Text), rows)
    await records.close()


@asynccontextmanager
async def _console(url: str, folder: Path) -> AsyncIterator[int]:
    port = free_port()
    environment = bare_environment(
        WAYMARK_DATABASE_URL=url,
        WAYMARK_STATE_DIR=str(folder),
        WAYMARK_KEYS=KEYS,
        WAYMARK_PORT_CONSOLE=str(port),
        WAYMARK_PUBLIC_URL=f"http://{LOOPBACK}:{port}",
        WAYMARK_TWILIO_API_BASE=f"http://{LOOPBACK}:9",
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_FROM=NUMBER,
    )
    argv = (sys.executable, "-m", "console")
    process = await ChildProcess.start(argv, env=environment, log=folder / "log")
    try:
        async with asyncio.timeout(_STARTS_WITHIN_SECONDS):
            await _until_it_answers(port)
        yield port
    finally:
        await process.stop()


def _spooled(log: Path) -> int:
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return sum(line["count"] for line in lines if line["event"] == "notices_set_aside")


async def _until_it_answers(port: int) -> None:
    answers = page_answers(port, "/healthz")
    while not await answers():  # noqa: ASYNC110 - what is watched is another process
        await asyncio.sleep(0.1)


async def _lost(url: str, load: Load) -> int:
    """How many were answered 204 and are not in the records, once all that waited could be."""
    records = await Records.open(url, ring=RING)
    try:
        for _ in range(_KEPT_WITHIN_SECONDS):
            async with records.session() as session:
                kept = {*await session.scalars(select(InboundText.sid))}
                kept |= {*await session.scalars(select(TextStatus.sid))}
            if load.taken <= kept:
                return 0
            await asyncio.sleep(1)
        return len(load.taken - kept)
    finally:
        await records.close()
