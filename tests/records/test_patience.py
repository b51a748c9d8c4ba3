"""A database that hangs makes a call fail in time; it hangs nobody."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from database_proxy import Proxy, through
from sealed import RING
from sqlalchemy import text

from records import refusals
from records.database import Records, migrate
from records.engine import database_url
from records.errors import RecordsUnavailableError

PATIENCE = timedelta(seconds=1)
REFUSED = refusals.Refused(
    reference="J-0000000001",
    command="book",
    code="too_early",
    sentence="The gap is a day.",
    by="ada",
    role="coordinator",
    at=datetime(2026, 3, 9, 12, tzinfo=UTC),
)


async def _seconds_until_unavailable(records: Records) -> float:
    begun = monotonic()
    with pytest.raises(RecordsUnavailableError):
        await refusals.record(records, REFUSED)
    return monotonic() - begun


async def test_a_silent_server_fails_each_call_in_time(postgres_url: str) -> None:
    proxy = Proxy(database_url(postgres_url))
    async with proxy.listening() as port:
        records = await Records.open(through(postgres_url, port), patience=PATIENCE, ring=RING)
        await refusals.record(records, REFUSED)
        proxy.freeze()
        for _ in range(3):
            assert await _seconds_until_unavailable(records) < 2
        # Many at once: some wait for the pool, none waits longer.
        waits = await asyncio.gather(*(_seconds_until_unavailable(records) for _ in range(15)))
        assert max(waits) < 2
        begun = monotonic()
        await records.close()
        assert monotonic() - begun < 1
        proxy.thaw()


async def test_a_silent_server_does_not_outlast_a_cancelled_activity(postgres_url: str) -> None:
    proxy = Proxy(database_url(postgres_url))
    async with proxy.listening() as port:
        records = await Records.open(through(postgres_url, port), patience=PATIENCE, ring=RING)
        await refusals.record(records, REFUSED)
        proxy.freeze()
        begun = monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await refusals.record(records, REFUSED)
        assert monotonic() - begun < 0.8
        proxy.thaw()
        await asyncio.sleep(0.1)
        await refusals.record(records, REFUSED)
        await records.close()


async def test_a_restarted_server_is_found_again(postgres_url: str) -> None:
    records = await Records.open(postgres_url, ring=RING)
    await refusals.record(records, REFUSED)
    other = await Records.open(postgres_url, ring=RING)
    async with other.session() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await refusals.record(records, REFUSED)
    await records.close()
    await other.close()


async def test_a_row_that_somebody_locked_is_waited_for_only_so_long(postgres_url: str) -> None:
    records = await Records.open(postgres_url, patience=PATIENCE, ring=RING)
    other = await Records.open(postgres_url, ring=RING)
    async with other.begin() as session:
        await session.execute(text("LOCK TABLE refusals IN ACCESS EXCLUSIVE MODE"))
        assert await _seconds_until_unavailable(records) < 1.5
    await refusals.record(records, REFUSED)
    await records.close()
    await other.close()


async def test_nobody_listening_is_unavailable_not_wrong() -> None:
    url = "postgresql://waymark:hunter2@127.0.0.1:9/none"
    records = await Records.open(url, patience=PATIENCE, ring=RING)
    with pytest.raises(RecordsUnavailableError) as refused:
        await refusals.record(records, REFUSED)
    assert "hunter2" not in str(refused.value)
    await records.close()


async def test_a_sqlite_file_that_somebody_writes_to_is_waited_for_only_so_long(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    await migrate(url, ring=RING)
    records = await Records.open(url, patience=PATIENCE, ring=RING)
    with closing(sqlite3.connect(tmp_path / "records.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await _seconds_until_unavailable(records) < 1.5
        waits = await asyncio.gather(*(_seconds_until_unavailable(records) for _ in range(8)))
        assert max(waits) < 1.6
        assert await refusals.for_reference(records, REFUSED.reference) == ()
        other.execute("ROLLBACK")
    await refusals.record(records, REFUSED)
    assert await refusals.for_reference(records, REFUSED.reference) == (REFUSED,)
    await records.close()


async def test_records_that_were_never_migrated_say_so(tmp_path: Path) -> None:
    records = await Records.open(f"sqlite:///{tmp_path}/new.db", ring=RING)
    assert await records.revision() is None
    await records.close()
