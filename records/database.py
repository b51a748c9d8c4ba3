"""The door to the records: open, migrate, and one transaction at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from config.key_ring import KeyRing
from records.engine import (
    WRITES,
    database_url,
    foreign_keys_broken,
    let_tables_be_rebuilt,
    open_engine,
    prepare_sqlite_file,
)
from records.errors import MissingKeyError, NewerRecordsError
from records.patience import Patience
from records.seals import Seals

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = timedelta(seconds=5)
"""How long one request to the records may take, waiting for a connection included."""


class Records:
    """An open database. The functions of this package take it as their first argument."""

    def __init__(self, engine: AsyncEngine, patience: Patience, seals: Seals) -> None:
        self._engine = engine
        self.seals = seals
        self._patience = patience
        self._reading = async_sessionmaker(engine, expire_on_commit=False)
        self._writer = engine.execution_options(**{WRITES: True})
        self._writing = async_sessionmaker(self._writer, expire_on_commit=False)
        # SQLite has one writer. Standing in line here costs nothing; standing in line there
        # is a thread that polls, and nobody says whose turn it is.
        self._line = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    async def open(cls, url: str, *, ring: KeyRing, patience: timedelta = PATIENCE) -> "Records":
        """Open the records at `url` without connecting: a worker starts while they are down.

        The keys of `ring` seal and open what names a patient; `patience` bounds every request.
        Raises ValueError for a URL of another database.
        """
        seconds, seals = patience.total_seconds(), Seals(ring)
        return cls(open_engine(database_url(url), seconds, seals), Patience(seconds), seals)

    async def close(self) -> None:
        """Close every connection; what still hangs is cancelled."""
        await self._patience.close()
        await self._engine.dispose()

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self._engine.dialect.name

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; whatever it changed is rolled back."""
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session in one writing transaction, committed at the end of the block."""
        async with AsyncExitStack() as stack:
            if self._line is not None:
                await stack.enter_async_context(self._line)
            yield await stack.enter_async_context(self._writing.begin())

    @asynccontextmanager
    async def statements(self) -> AsyncIterator[AsyncConnection]:
        """The same without units of work, for what is written at every step of every journey."""
        async with AsyncExitStack() as stack:
            if self._line is not None:
                await stack.enter_async_context(self._line)
            yield await stack.enter_async_context(self._writer.begin())

    @property
    def ring(self) -> KeyRing:
        """The keys with which it was opened."""
        return self.seals.ring

    async def has_key(self, key_id: str) -> bool:
        """Whether a key is there; the source of the keys is asked again, and may take its time."""
        return await asyncio.to_thread(self.ring.can_be_had, key_id)

    async def revision(self) -> str | None:
        """The schema's revision as the database says it, None before the first migration."""
        return await self._patience.run(self._revision())

    async def _revision(self) -> str | None:
        async with self._engine.connect() as connection:
            return await connection.run_sync(_current)

    async def in_time(self, work: Awaitable[T]) -> T:
        """Await `work` within the patience of these records."""

        async def waited() -> T:
            return await work

        return await self._patience.run(waited())


def in_time(
    function: Callable[Concatenate[Records, P], Awaitable[T]],
) -> Callable[Concatenate[Records, P], Awaitable[T]]:
    """Bound a function of the records by their patience and hide the driver's errors.

    It then raises RecordsUnavailableError when the database does not answer in time. Where it
    meets a key that was added while the process runs, it is tried again with that key.
    """

    @wraps(function)
    async def bounded(records: Records, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await records.in_time(function(records, *args, **kwargs))
        except MissingKeyError as error:
            if not await records.has_key(error.key_id):
                raise
        return await records.in_time(function(records, *args, **kwargs))

    return bounded


def newest_revision() -> str:
    """The revision that this version of Waymark works with."""
    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    assert head is not None  # noqa: S101 - the package ships its migrations
    return head


async def migrate(url: str, revision: str = "head", *, ring: KeyRing) -> None:
    """Bring the database at `url` to `revision`, creating the SQLite file if needed.

    Two processes may call this at once: one waits for the other. Within a process it runs once
    at a time, as Alembic keeps its state in the module. A migration has no time limit. What it
    seals it seals with `ring`. Raises the driver's errors unchanged, for a person at a terminal,
    and NewerRecordsError where a newer release has migrated it: what that one sealed, moved or
    made needed, this one would read and write wrongly.
    """
    await _run(url, command.upgrade, revision, ring)


async def migrate_back(url: str, revision: str, *, ring: KeyRing) -> None:
    """Bring the database back to an older `revision`. What newer tables hold is lost."""
    await _run(url, command.downgrade, revision, ring)


async def _run(url: str, step: Callable[[Config, str], None], revision: str, ring: KeyRing) -> None:
    address, seals = database_url(url), Seals(ring)
    prepare_sqlite_file(address)
    engine = open_engine(address, 60, seals).execution_options(**{WRITES: True})
    let_tables_be_rebuilt(engine)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrated, step, revision)
    finally:
        await engine.dispose()


def _migrated(connection: Connection, step: Callable[[Config, str], None], revision: str) -> None:
    settings = _alembic()
    settings.attributes["connection"] = connection
    try:
        step(settings, revision)
    except CommandError:
        # Looked at afterwards: the newer release may have migrated while this one waited.
        if _is_known(settings, _current(connection)):
            raise
        raise NewerRecordsError from None
    if foreign_keys_broken(connection):
        raise RuntimeError("after the migration a row names another that is not there")


def _is_known(settings: Config, revision: str | None) -> bool:
    ours = (each.revision for each in ScriptDirectory.from_config(settings).walk_revisions())
    return revision is None or revision in ours


def _alembic() -> Config:
    settings = Config()
    # By package, so that it is found in a wheel and from any working directory.
    settings.set_main_option("script_location", "records:migrations")
    return settings


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
