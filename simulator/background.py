"""A network in a thread of this process, for tests and for local runs in one process."""

import socket
import threading
import time
from types import TracebackType
from typing import Self

import uvicorn

from simulator.app import create_app
from simulator.connections import CuttableProtocol
from simulator.control import Control
from simulator.network import NetworkSettings

_START_SECONDS = 10


def server_config(settings: NetworkSettings, host: str, port: int) -> uvicorn.Config:
    """How the network is always served: no proxy trusted, no numbers in an access log."""
    return uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        http=CuttableProtocol,
        ws="none",
        proxy_headers=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


class BackgroundNetwork:
    """Serves while the `with` block lasts, on a free loopback port.

    `url` is what `client.api.base_url` is set to; `control` speaks to the control API.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        self._server = uvicorn.Server(server_config(settings, "127.0.0.1", 0))
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="simulator", daemon=True)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.control = Control(self.url)

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        self._thread.start()
        give_up = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if time.monotonic() > give_up or not self._thread.is_alive():
                raise RuntimeError("the simulated network did not start")
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)
        self._socket.close()
