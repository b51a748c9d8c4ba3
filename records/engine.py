"""How each database is opened: durable, impatient, and silent about the values it holds."""

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from records.seals import Seals, give_seals

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_ASK_AGAIN_SECONDS = 0.02
WRITES = "waymark_writes"
"""Execution option of a connection whose transaction is going to write."""


def database_url(text: str) -> URL:
    """The URL with the one driver that Waymark uses for each database.

    Raises ValueError, without repeating the URL: it may hold a password.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("the records' URL cannot be read as a URL") from None
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise ValueError("the records' URL begins with sqlite:/// or postgresql://")
    if driver.startswith("sqlite") and url.database in {None, "", ":memory:"}:
        raise ValueError("the records' SQLite URL names a file: sqlite:///path/to/records.db")
    return url.set(drivername=driver)


def open_engine(url: URL, patience: float, seals: Seals) -> AsyncEngine:
    """An engine whose every wait is shorter than `patience` seconds. Connects at first use.

    `seals` seal and open every cell that passes through it.
    """
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = _open_sqlite(url, patience) if is_sqlite else _open_postgres(url, patience)
    give_seals(engine.dialect, seals)
    return engine


def let_tables_be_rebuilt(engine: AsyncEngine) -> None:
    """For migrations: SQLite changes a column by making its table anew, others' parent or not.

    Whoever does so asks `foreign_keys_broken` before the end of the transaction.
    """

    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()

    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", on_connect)


def foreign_keys_broken(connection: Connection) -> bool:
    """Whether a row names a parent that is not there; PostgreSQL has looked by itself."""
    if connection.dialect.name != "sqlite":
        return False
    return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None


def prepare_sqlite_file(url: URL) -> None:
    """Create the file, readable by its owner alone; SQLite's side files take its mode."""
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)


def _open_sqlite(url: URL, patience: float) -> AsyncEngine:
    engine = create_async_engine(
        url, hide_parameters=True, pool_size=5, max_overflow=5, pool_timeout=patience * 0.6
    )
    busy = int(patience * 600)

    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver's own BEGIN comes too late and takes no lock; `on_begin` says it instead.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy}")
        _write_ahead(cursor, patience * 0.6)
        # What was deleted or written over is not left lying in the file.
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        # A reader that turns writer half way through is refused at once when another wrote
        # meanwhile, whatever busy_timeout says. Writers therefore take the lock first.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine


def _write_ahead(cursor: DBAPICursor, seconds: float) -> None:
    """Use the write-ahead log. Of two who open a new file, one is refused at once, whatever it
    was told to wait for: it asks again. In a file that has the log already nobody is refused."""
    until = time.monotonic() + seconds
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(_ASK_AGAIN_SECONDS)
        else:
            return


def _open_postgres(url: URL, patience: float) -> AsyncEngine:
    arguments: dict[str, Any] = {"connect_timeout": max(2, int(patience * 0.6))}
    if "options" not in url.query:
        limits = {
            "statement_timeout": int(patience * 800),
            "lock_timeout": int(patience * 600),
            "idle_in_transaction_session_timeout": int(patience * 2000),
        }
        arguments["options"] = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=5,
        max_overflow=5,
        pool_timeout=patience * 0.6,
        pool_pre_ping=True,  # a text may have gone out already: do not lose its row to a restart
        pool_recycle=1800,
        connect_args=arguments,
    )
