"""A Temporal server of one's own, on one file: for `make run` and for tests.

It can be killed and started again on the same file and the same ports, so that a test of crash
recovery meets what a power cut leaves behind.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol, Self

from temporalio.service import ConnectConfig, RPCError, ServiceClient

from local.binary import ServerBinary
from local.child import Child, ChildSpec
from local.dynamic_config import FOR_RUN, DynamicConfig
from local.errors import StandError
from local.launch import TemporalPorts, launch_of
from local.ports import LOOPBACK
from workers import namespace as namespaces
from workflows.search_attributes import ALL

DEFAULT_NAMESPACE = "waymark"
RETENTION = timedelta(days=30)
"""How long closed journeys stay visible in a local Temporal."""


class Endpoint(Protocol):
    """What a client needs to know of a server, whoever runs it."""

    @property
    def address(self) -> str: ...

    @property
    def namespace(self) -> str: ...


class TemporalServer(Child):
    """One server on one file; `address` and `namespace` are what a client connects to."""

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
        codec: str | None = None,
        log: Path | None = None,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.ports = ports or TemporalPorts.choose()
        self.namespace = namespace
        self._retention = retention
        launch = launch_of(binary, directory, self.ports, dynamic_config, ui_port, codec)
        super().__init__(
            ChildSpec(
                name="Temporal server",
                argv=launch.argv,
                env=launch.env,
                log=log or directory / "temporal.log",
                ready=self._usable,
            )
        )

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

    async def restart(self) -> None:
        """Start again on the same file and the same ports; stops the server if it runs."""
        await self.stop()
        await self.up()

    async def _usable(self) -> bool:
        """Whether a journey could be started now; registers what it needs on the way."""
        try:
            service = await ServiceClient.connect(ConnectConfig(target_host=self.address))
            await namespaces.prepare(service, self.namespace, self._retention, ALL)
        except namespaces.NamespaceError as error:
            raise StandError(error.problem, error.remedy) from None
        except (RuntimeError, RPCError):
            # First nobody listens; then the frontend answers before history and matching do.
            return False
        return True


ServerStarter = Callable[..., AbstractAsyncContextManager[TemporalServer]]
"""TemporalServer.start with the program and the folder already chosen."""
