"""A Temporal server of one's own, on one file: for `make run` and for tests.

It can be killed and started again on the same file and the same ports, so that a test of crash
recovery meets what a power cut leaves behind.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol, Self

from temporalio.service import ConnectConfig, RPCError, ServiceClient

from local import namespace as namespaces
from local.binary import ServerBinary
from local.dynamic_config import FOR_RUN, DynamicConfig
from local.errors import StandError
from local.launch import TemporalPorts, launch_of
from local.ports import LOOPBACK
from local.process import ChildProcess
from workflows.search_attributes import ALL

DEFAULT_NAMESPACE = "waymark"
RETENTION = timedelta(days=30)
"""How long closed journeys stay visible in a local Temporal."""

_READY_WITHIN = 60.0
_POLL_EVERY = 0.1


class Endpoint(Protocol):
    """What a client needs to know of a server, whoever runs it."""

    @property
    def address(self) -> str: ...

    @property
    def namespace(self) -> str: ...


class TemporalServer:
    """One server process; `address` and `namespace` are what a client connects to."""

    name = "temporal"

    def __init__(
        self,
        binary: ServerBinary,
        directory: Path,
        *,
        ports: TemporalPorts | None = None,
        dynamic_config: DynamicConfig = FOR_RUN,
        namespace: str = DEFAULT_NAMESPACE,
        retention: timedelta = RETENTION,
        ui_port: int | None = None,
        log: Path | None = None,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.ports = ports or TemporalPorts.choose()
        self.namespace = namespace
        self.log = log or directory / "temporal.log"
        self._retention = retention
        self._launch = launch_of(binary, directory, self.ports, dynamic_config, ui_port)
        self._process: ChildProcess | None = None

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        binary: ServerBinary,
        state_dir: Path,
        *,
        ports: TemporalPorts | None = None,
        dynamic_config: DynamicConfig = FOR_RUN,
        namespace: str = DEFAULT_NAMESPACE,
    ) -> AsyncIterator[Self]:
        """A running server with its namespace and search attributes, stopped at the end."""
        server = cls(
            binary, state_dir, ports=ports, dynamic_config=dynamic_config, namespace=namespace
        )
        try:
            await server.up()
            yield server
        finally:
            await server.stop()

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.ports.frontend}"

    @property
    def pid(self) -> int:
        return self._running().pid

    async def up(self) -> None:
        """Start the process and return once a journey could be started.

        Raises StandError when it ends or stays silent instead.
        """
        self._process = await ChildProcess.start(
            self._launch.argv, env=self._launch.env, log=self.log
        )
        try:
            async with asyncio.timeout(_READY_WITHIN):
                await self._until_ready()
        except TimeoutError:
            raise StandError(
                f"The Temporal server did not become usable within {_READY_WITHIN:.0f} seconds.",
                f"Its log may say why: {self.log}",
            ) from None

    async def stop(self) -> None:
        """End the process as a person would; without effect when none runs."""
        if self._process is not None:
            await self._process.stop()

    async def kill(self) -> None:
        """End the process as a power cut would (SIGKILL)."""
        await self._running().kill()

    async def restart(self) -> None:
        """Start again on the same file and the same ports; stops the process if it runs."""
        await self.stop()
        await self.up()

    async def wait(self) -> int:
        """Wait for the process to end and return its exit code."""
        return await self._running().wait()

    async def _until_ready(self) -> None:
        service = await self._connected()
        while True:
            self._require_alive()
            try:
                await namespaces.prepare(service, self.namespace, self._retention, ALL)
            except RPCError:
                # The frontend answers before history and matching do.
                await asyncio.sleep(_POLL_EVERY)
            else:
                return

    async def _connected(self) -> ServiceClient:
        while True:
            self._require_alive()
            try:
                return await ServiceClient.connect(ConnectConfig(target_host=self.address))
            except RuntimeError:
                await asyncio.sleep(_POLL_EVERY)

    def _require_alive(self) -> None:
        code = self._running().exit_code
        if code is not None:
            raise StandError(
                f"The Temporal server ended with exit code {code} instead of starting.",
                f"Its log says why: {self.log}",
            )

    def _running(self) -> ChildProcess:
        if self._process is None:
            raise RuntimeError("this server was never started")
        return self._process


ServerStarter = Callable[..., AbstractAsyncContextManager[TemporalServer]]
"""TemporalServer.start with the program and the folder already chosen."""
