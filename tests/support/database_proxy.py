"""A proxy before PostgreSQL, to take the database away from those who use it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import URL

from records.engine import database_url


class Proxy:
    """Stands before PostgreSQL and can fall silent, as a hung server or a dead network does."""

    def __init__(self, server: URL) -> None:
        host = server.host or str(server.query.get("host", ""))
        self._socket = f"{host}/.s.PGSQL.{server.port or 5432}" if "/" in host else None
        self._address = (host, server.port or 5432)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._cut = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.port = 0
        """Where it listens, while it does."""

    def freeze(self) -> None:
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def cut(self) -> None:
        """Drop every connection and take no new one, as a stopped server does."""
        self._cut = True
        for writer in self._writers:
            writer.close()

    def mend(self) -> None:
        self._cut = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(server.sockets[0].getsockname()[1])
        yield self.port
        server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut:
            writer.close()
            return
        if self._socket:
            upstream = await asyncio.open_unix_connection(self._socket)
        else:
            upstream = await asyncio.open_connection(*self._address)
        self._writers += [writer, upstream[1]]
        for source, target in ((reader, upstream[1]), (upstream[0], writer)):
            self._tasks.add(asyncio.create_task(self._pipe(source, target)))

    async def _pipe(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while block := await source.read(65536):
                await self._flowing.wait()
                target.write(block)
                await target.drain()
        target.close()


def through(url: str, port: int) -> str:
    """The database's URL by way of the proxy's port."""
    direct = database_url(url)
    query = {name: value for name, value in direct.query.items() if name != "host"}
    return direct.set(host="127.0.0.1", port=port, query=query).render_as_string(
        hide_password=False
    )
