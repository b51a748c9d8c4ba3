"""Webhooks while the database is slow, silent, gone or full: answered in time, none lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from console_stand import Console, a_console, console_settings
from database_proxy import Proxy, through
from enrolled import enrolled, opted_out
from sealed import RING
from twilio_caller import Caller, inbound, status

from console.notices import Notice, keep
from records import deliveries
from records import inbound as inbound_texts
from records.database import Records
from records.engine import database_url
from records.errors import RecordsError

INBOUND, STATUS = "/twilio/inbound", "/twilio/status"


@pytest.fixture
async def eyes(own_postgres_url: str) -> AsyncIterator[Records]:
    """Straight to the database, whatever the console has before it."""
    records = await Records.open(own_postgres_url, ring=RING)
    yield records
    await records.close()


@pytest.fixture
async def database(own_postgres_url: str) -> Proxy:
    return Proxy(database_url(own_postgres_url))


@pytest.fixture
async def console(database: Proxy, own_postgres_url: str, tmp_path: Path) -> AsyncIterator[Console]:
    async with database.listening() as port:
        url = through(own_postgres_url, port)
        async with a_console(url, console_settings(tmp_path), in_haste=True) as opened:
            yield opened


async def timed(twilio: Caller, path: str, fields: dict[str, str]) -> tuple[int, float]:
    began = time.monotonic()
    return await twilio.post(path, fields), time.monotonic() - began


def sid(number: int) -> str:
    return f"SM{number:032x}"


def spooled(console: Console) -> int:
    return sum(len(console.spool.read(path)) for path in console.spool.waiting())


@pytest.mark.parametrize("trouble", ["freeze", "cut"])
@pytest.mark.parametrize("warm", [True, False])
async def test_answered_within_a_second_and_stored_when_it_is_over(
    console: Console, database: Proxy, eyes: Records, trouble: str, warm: bool
) -> None:
    if warm:
        assert await console.twilio.post(INBOUND, inbound(MessageSid=sid(99))) == 204
    getattr(database, trouble)()
    calls = [
        *(timed(console.twilio, INBOUND, inbound(MessageSid=sid(n))) for n in range(20)),
        *(timed(console.twilio, STATUS, status("sent", MessageSid=sid(n))) for n in range(5)),
    ]
    answers = await asyncio.gather(*calls)
    assert {code for code, _ in answers} == {204}
    assert max(seconds for _, seconds in answers) < 1.2
    assert spooled(console) == 25, "the fault did not fire"
    assert await console.desk.replay() == 0
    assert spooled(console) == 25, "a file went before it was stored"

    database.thaw()
    database.mend()
    async with asyncio.timeout(20):
        while console.spool.waiting():
            await console.desk.replay()
            await asyncio.sleep(0.1)
    assert len(await inbound_texts.not_routed(eyes)) == 20 + warm
    assert len(await deliveries.parked(eyes)) == 5


async def test_a_stop_that_waited_is_honoured_when_it_is_replayed(
    console: Console, database: Proxy, eyes: Records
) -> None:
    reference = await enrolled(eyes)
    database.freeze()
    assert await console.twilio.post(INBOUND, inbound("STOP")) == 204
    assert len(console.spool.waiting()) == 1, "the fault did not fire"
    assert not await opted_out(eyes, reference)
    database.thaw()
    async with asyncio.timeout(20):
        while console.spool.waiting():
            await console.desk.replay()
    assert await opted_out(eyes, reference)
    (stored,) = await inbound_texts.not_routed(eyes)
    assert (stored.body, stored.keyword) == ("STOP", "STOP")


async def test_a_start_that_passed_the_stop_before_it_still_counts(
    console: Console, database: Proxy, eyes: Records
) -> None:
    reference = await enrolled(eyes)
    database.cut()
    assert await console.twilio.post(INBOUND, inbound("STOP", MessageSid=sid(1))) == 204
    assert len(console.spool.waiting()) == 1, "the fault did not fire"
    database.mend()
    async with asyncio.timeout(20):
        # The first tries may still find connections that were cut.
        while not await inbound_texts.get(eyes, sid(2)):
            assert await console.twilio.post(INBOUND, inbound("START", MessageSid=sid(2))) == 204
    while console.spool.waiting():
        await console.desk.replay()
    assert not await opted_out(eyes, reference)


async def test_when_nothing_can_keep_it_twilio_is_asked_to_try_again(
    console: Console, database: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    database.freeze()
    monkeypatch.setattr(console.spool, "add", full)
    code, seconds = await timed(console.twilio, INBOUND, inbound())
    assert code == 503
    assert seconds < 1.2


async def test_a_disk_that_hangs_does_not_hang_the_answer(
    console: Console, database: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.freeze()
    monkeypatch.setattr(console.spool, "add", lambda _: time.sleep(2))
    code, seconds = await timed(console.twilio, INBOUND, inbound())
    assert code == 503
    assert seconds < 1.2


async def test_what_the_records_refuse_waits_and_holds_up_nothing(
    console: Console, eyes: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refusing(records: Records, notices: Sequence[Notice]) -> None:
        if any(notice.sid == sid(1) for notice in notices):
            raise RecordsError("the database refused")
        await keep(records, notices)

    monkeypatch.setattr("console.desk.keep", refusing)
    assert await console.twilio.post(INBOUND, inbound(MessageSid=sid(1))) == 204
    (first,) = console.spool.read(console.spool.waiting()[0])
    two, three = (
        Notice.model_validate_json(first.model_dump_json().replace(sid(1), sid(n))) for n in (2, 3)
    )
    console.spool.add([first, two])
    console.spool.add([three])
    assert await console.desk.replay() == 1
    assert len(console.spool.waiting()) == 2
    assert {text.sid for text in await inbound_texts.not_routed(eyes)} == {sid(2), sid(3)}
    assert await console.desk.replay() == 0
    monkeypatch.setattr("console.desk.keep", keep)
    console.desk._refused.clear()
    assert await console.desk.replay() == 3
    assert console.spool.waiting() == ()
    assert len(await inbound_texts.not_routed(eyes)) == 3


async def test_a_damaged_file_is_put_aside_for_a_person(
    console: Console, database: Proxy, eyes: Records
) -> None:
    database.cut()
    assert await console.twilio.post(INBOUND, inbound("hush", MessageSid=sid(1))) == 204
    (file,) = console.spool.waiting()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    whole = file.read_bytes()
    (notice,) = console.spool.read(file)
    assert notice.first("Body") == "hush"
    file.write_bytes(whole + whole[:40])
    database.mend()
    async with asyncio.timeout(20):
        while console.spool.waiting():
            await console.desk.replay()
    assert len(console.spool.unreadable()) == 1
    assert console.spool.unreadable()[0].stat().st_mode & 0o777 == 0o600
    assert [text.sid for text in await inbound_texts.not_routed(eyes)] == [sid(1)]
