"""The two servers that everything is measured on: Temporal on a SQLite file, and on PostgreSQL.

Both are the production server with its production settings: nothing is tuned for the bench.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench import temporal_schema
from bench.postgres import Postgres
from local.binary import Flavour, ServerBinary, Version
from local.build import TEMPORAL_SERVER, built
from local.child import Child, ChildSpec
from local.dynamic_config import FOR_RUN, DynamicConfig
from local.launch import TemporalPorts, launch_of
from local.ports import LOOPBACK
from local.progress import Progress
from local.temporal_server import RETENTION, TemporalServer


def binary() -> ServerBinary:
    """The stock server; `temporal server start-dev` knows no PostgreSQL."""
    path = built(TEMPORAL_SERVER, Progress())
    return ServerBinary(path, Flavour.STOCK, Version.parse(TEMPORAL_SERVER.version), "built")


class OnPostgres(TemporalServer):
    """The same server with its two stores on PostgreSQL."""

    def __init__(
        self, program: ServerBinary, folder: Path, postgres: Postgres, config: DynamicConfig
    ) -> None:
        super().__init__(program, folder, dynamic_config=config)
        self.stores = temporal_schema.create(postgres)
        launch = launch_of(program, folder, self.ports, config)
        env = launch.env | {
            "DB": "postgres12",
            "POSTGRES_SEEDS": LOOPBACK,
            "DB_PORT": str(postgres.port),
            "POSTGRES_USER": "postgres",
            "DBNAME": self.stores["temporal"],
            "VISIBILITY_DBNAME": self.stores["visibility"],
            "NUM_HISTORY_SHARDS": "4",
        }
        spec = ChildSpec("Temporal server", launch.argv, env, folder / "temporal.log", self._usable)
        Child.__init__(self, spec)


@asynccontextmanager
async def running(
    folder: Path, postgres: Postgres | None = None, config: DynamicConfig = FOR_RUN
) -> AsyncIterator[TemporalServer]:
    """A server with its namespace and search attributes: on PostgreSQL where one is given."""
    program, folder = binary(), folder / "temporal"
    if postgres is None:
        server = TemporalServer(
            program,
            folder,
            ports=TemporalPorts.choose(),
            retention=RETENTION,
            dynamic_config=config,
        )
    else:
        server = OnPostgres(program, folder, postgres, config)
    try:
        await server.up()
        yield server
    finally:
        await server.stop()
