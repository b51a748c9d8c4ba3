"""The database as such: schema, times, transactions."""

import asyncio
import sqlite3
import stat
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sealed import KEYS, RING
from sqlalchemy import Connection, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from records import refusals
from records.database import Records, migrate, newest_revision
from records.engine import _write_ahead, database_url
from records.errors import RecordsError
from records.tables import Base, Refusal

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def _refusal(at: datetime) -> Refusal:
    return Refusal(
        reference="J-0000000001",
        command="book",
        code="too_early",
        sentence="The gap is a day.",
        by="ada",
        role="coordinator",
        at=at,
    )


async def test_the_migrations_make_exactly_the_tables_of_the_code(records_url: str) -> None:
    def difference(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)

    engine = create_async_engine(database_url(records_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(difference) == []
    await engine.dispose()


async def test_migrating_twice_changes_nothing(records: Records, records_url: str) -> None:
    await migrate(records_url, ring=RING)
    assert await records.revision() == newest_revision()


class _Refused:
    """A cursor on a file that another is just turning to its write-ahead log."""

    def __init__(self, times: int) -> None:
        self.times = times

    def execute(self, _: str) -> None:
        if self.times:
            self.times -= 1
            raise sqlite3.OperationalError("database is locked")


def test_whoever_opens_a_new_file_beside_another_asks_again() -> None:
    """SQLite refuses one of the two at once, whatever busy_timeout says."""
    cursor: Any = _Refused(2)
    _write_ahead(cursor, seconds=5)
    assert cursor.times == 0
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        _write_ahead(_refused_for_ever(), seconds=0.1)


def _refused_for_ever() -> Any:
    return _Refused(1_000_000)


async def test_two_processes_may_migrate_at_once(empty_database: str) -> None:
    program = "import asyncio, sys; from records.database import migrate;"
    program += "from config.key_ring import KeyRing, keys_in;"
    program += "ring = KeyRing(keys_in(sys.argv[2].replace(',', '\\n')));"
    program += "asyncio.run(migrate(sys.argv[1], ring=ring))"
    both = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-c", program, empty_database, KEYS
        )
        for _ in range(2)
    ]
    assert [await process.wait() for process in both] == [0, 0]
    opened = await Records.open(empty_database, ring=RING)
    assert await opened.revision() == newest_revision()
    await opened.close()


async def test_migrations_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await migrate("sqlite:///below/records.db", ring=RING)
    file = tmp_path / "below" / "records.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    opened = await Records.open("sqlite:///below/records.db", ring=RING)
    assert await opened.revision() == newest_revision()
    await opened.close()


async def test_an_instant_comes_back_aware_and_in_utc(records: Records) -> None:
    abroad = NOON.astimezone(timezone(timedelta(hours=-7)))
    async with records.begin() as session:
        session.add(_refusal(abroad))
    async with records.session() as session:
        at = (await session.scalars(select(Refusal.at))).one()
        later = select(Refusal.id).where(Refusal.at > NOON - timedelta(microseconds=1))
        assert len((await session.scalars(later)).all()) == 1
    assert at == NOON
    assert at.utcoffset() == timedelta(0)


async def test_a_naive_time_is_refused_and_the_row_is_not_quoted(records: Records) -> None:
    with pytest.raises(RecordsError) as refused:
        await refusals.record(
            records,
            refusals.Refused.model_construct(
                reference="J-0000000001",
                command="book",
                code="x",
                sentence="SECRET",
                by="ada",
                role="coordinator",
                at=datetime(2026, 3, 9, 12),  # noqa: DTZ001 - the fault under test
            ),
        )
    assert "SECRET" not in repr(refused.value)
    assert refused.value.__context__ is None
    assert refused.value.__cause__ is None


async def test_a_failed_transaction_leaves_nothing(records: Records) -> None:
    async def fail_late() -> None:
        async with records.begin() as session:
            session.add(_refusal(NOON))
            await session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_late()
    async with records.session() as session:
        assert (await session.scalars(select(Refusal))).all() == []


async def test_sqlite_is_durable_and_checks_its_keys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/records.db"
    await migrate(url, ring=RING)
    opened = await Records.open(url, ring=RING)
    async with opened.session() as session:
        found = [
            (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    await opened.close()
    assert found == ["wal", 2, 1, 3000]


@pytest.mark.parametrize(
    "url", ["mysql://u:hunter2@host/db", "sqlite://", "sqlite:///:memory:", "hunter2"]
)
async def test_another_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match="records") as refused:
        await Records.open(url, ring=RING)
    assert "hunter2" not in str(refused.value)
