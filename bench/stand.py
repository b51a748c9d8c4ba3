"""What every measurement runs on: PostgreSQL, a Temporal server, phones, a folder, a meter."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench import meter, ours, postgres, temporal_servers, toys
from bench.meter import Meter
from bench.ours import Ours
from bench.phones import Phones
from bench.plan import Pace
from bench.postgres import Postgres
from bench.toys import Toy
from local.temporal_server import TemporalServer
from workers.time_zones import use_pinned_time_zones


class Store(StrEnum):
    """What Temporal and the records keep their data in."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass
class Stand:
    """One Temporal server; workers come and go on it."""

    store: Store
    folder: Path
    postgres: Postgres
    phones: Phones
    server: TemporalServer
    pace: Pace

    def meter(self, worker: int) -> Meter:
        """CPU of a worker and of what it works on, from now."""
        return Meter(worker=worker, server=self.server.pid, database=self.postgres.pid)

    def meter_without_temporal(self, worker: int) -> Meter:
        """The same for a worker that does not use the Temporal server, which idles beside it."""
        return Meter(worker=worker, database=self.postgres.pid)

    @asynccontextmanager
    async def product(
        self, pace: Pace | None = None, *, sealed: bool = True, **settings: str
    ) -> AsyncIterator[Ours]:
        """The product's worker with records of its own; see `ours.running`."""
        url = self.postgres.url(self.postgres.create("records"))
        if self.store is Store.SQLITE:
            url = f"sqlite:///{self.folder}/records.db"
        async with ours.running(
            self.server,
            url,
            self.phones,
            self.folder,
            pace or self.pace,
            sealed=sealed,
            **settings,
        ) as opened:
            yield opened

    @asynccontextmanager
    async def plain_temporal(self) -> AsyncIterator[Toy]:
        """The plain Temporal toy on the same server."""
        url = self.postgres.url(self.postgres.create("toy"))
        async with toys.on_temporal(
            self.server, url, self.phones, self.folder, self.pace
        ) as opened:
            yield opened

    @asynccontextmanager
    async def dbos(self) -> AsyncIterator[Toy]:
        """The DBOS toy on the same PostgreSQL."""
        url = self.postgres.url(self.postgres.create("toy"))
        async with toys.on_dbos(self.postgres, url, self.phones, self.folder, self.pace) as opened:
            yield opened

    def disk(self) -> float:
        """What Temporal's store takes, in MiB."""
        if isinstance(self.server, temporal_servers.OnPostgres):
            names = self.server.stores.values()
            return sum(map(self.postgres.bytes, names)) / meter.MIB
        return meter.disk(self.folder / "temporal")


@asynccontextmanager
async def opened(store: Store, pace: Pace | None = None) -> AsyncIterator[Stand]:
    """A stand in a folder of its own; everything it started has ended when the block is left."""
    use_pinned_time_zones()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="waymark-bench-")))
        database = stack.enter_context(postgres.running())
        phones = await stack.enter_async_context(Phones.open())
        behind = database if store is Store.POSTGRES else None
        server = await stack.enter_async_context(temporal_servers.running(folder, behind))
        yield Stand(store, folder, database, phones, server, pace or Pace())
