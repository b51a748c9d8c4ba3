"""The console as a process: it dies in the middle of its work, and what it answered is kept."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from codec_stand import ORIGIN, WORDS, Browser, sealed
from sealed import RING
from twilio_caller import ACCOUNT, NUMBER, PUBLIC, TOKEN, Caller, inbound

from local.health import page_answers
from local.ports import free_port
from records import inbound as inbound_texts
from records.database import Records, migrate

INBOUND = "/twilio/inbound"


def sid(number: int) -> str:
    return f"SM{number:032x}"


@asynccontextmanager
async def a_process(
    folder: Path, port: int, database: str, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        **os.environ,
        "WAYMARK_STATE_DIR": str(folder),
        "WAYMARK_PORT_CONSOLE": str(port),
        "WAYMARK_DATABASE_URL": database,
        "WAYMARK_PUBLIC_URL": PUBLIC,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": NUMBER,
        **more,
    }
    with (folder / "output").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "console", env=environment, stdout=output, stderr=output
        )
    try:
        answers = page_answers(port, "/healthz")
        async with asyncio.timeout(60):
            while not await answers():
                assert process.returncode is None, (folder / "output").read_text()
                await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 30)


async def test_it_starts_without_a_database_and_ends_in_order(tmp_path: Path) -> None:
    port = free_port()
    nowhere = f"postgresql://w:hunter2@127.0.0.1:{free_port()}/w"
    async with a_process(tmp_path, port, nowhere) as console:
        assert await Caller(port).post(INBOUND, inbound("a secret word")) == 204
        assert len(list((tmp_path / "spool").glob("*.notice"))) == 1
    assert console.returncode == 0
    said = (tmp_path / "output").read_text()
    assert "notices_set_aside" in said, "nothing was logged, so nothing is proven"
    for word in ("a secret word", inbound()["From"], "hunter2", TOKEN):
        assert word not in said


async def test_the_codec_has_a_port_of_its_own(tmp_path: Path) -> None:
    port, codec = free_port(), free_port()
    database = f"sqlite:///{tmp_path}/records.db"
    await migrate(database, ring=RING)
    more = {
        "WAYMARK_PORT_CODEC": str(codec),
        "WAYMARK_UI_ORIGIN": ORIGIN,
        "WAYMARK_CODEC_WITHOUT_SIGN_IN": "ops:pat.ops",
    }
    async with a_process(tmp_path, port, database, **more) as console:
        payload = await sealed()
        assert (await Browser(codec).decode([payload])).said == [WORDS]
        assert (await Browser(port).decode([payload])).status == 404
        assert await Caller(codec).post(INBOUND, inbound()) == 404
    assert console.returncode == 0
    assert WORDS not in (tmp_path / "output").read_text()


async def test_it_does_not_start_where_anybody_could_read(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "WAYMARK_STATE_DIR": str(tmp_path),
        "WAYMARK_UI_ORIGIN": ORIGIN,
        "WAYMARK_CODEC_WITHOUT_SIGN_IN": "ops:pat.ops",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "console", "--codec-host", "10.0.0.7"),
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert b"listens beyond this machine" in said


@pytest.mark.parametrize("round_", range(2))
async def test_killed_at_any_moment_it_keeps_what_it_answered(tmp_path: Path, round_: int) -> None:
    database = f"sqlite:///{tmp_path}/records.db"
    await migrate(database, ring=RING)
    port = free_port()
    answered: set[str] = set()

    async def call(number: int) -> None:
        try:
            if await Caller(port).post(INBOUND, inbound("hi", MessageSid=sid(number))) == 204:
                answered.add(sid(number))
        except (OSError, IndexError, TimeoutError):
            unanswered.append(number)

    unanswered: list[int] = []
    numbers = iter(range(10_000))
    for kill in range(3):
        async with a_process(tmp_path, port, database) as console:
            before = len(answered)
            calls = [asyncio.create_task(call(next(numbers))) for _ in range(60)]
            async with asyncio.timeout(20):
                while len(answered) < before + 5 + 10 * kill:
                    await asyncio.sleep(0)
            console.kill()
            await console.wait()
            await asyncio.gather(*calls)
    assert unanswered, "it was killed when nothing was under way"
    assert answered
    async with a_process(tmp_path, port, database):
        # What was not answered is sent again by Twilio.
        await asyncio.gather(*(call(number) for number in unanswered))
        async with asyncio.timeout(20):
            while list((tmp_path / "spool").glob("*.notice")):
                await asyncio.sleep(0.1)
    records = await Records.open(database, ring=RING)
    kept = [text.sid for text in await inbound_texts.not_routed(records, 1000)]
    await records.close()
    assert len(kept) == len(set(kept)) == 180
    assert answered == set(kept)
