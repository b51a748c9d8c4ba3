"""Cutting a connection without an answer, which ASGI alone cannot do."""

import asyncio
from typing import ClassVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class CuttableProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1 protocol that keeps its open connections findable by the peer."""

    _open: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}
    _peer: tuple[str, int] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._peer = self.client
        if self._peer is not None:
            self._open[self._peer] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._peer is not None:
            self._open.pop(self._peer, None)
        super().connection_lost(exc)

    @classmethod
    def cut(cls, peer: tuple[str, int]) -> None:
        """Abort the peer's connection at once.

        KeyError when it is not one of ours.
        """
        cls._open[peer].abort()


class CutOff(Response):
    """No answer at all: the connection is aborted."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        CuttableProtocol.cut(tuple(scope["client"]))
        # Returning before the server saw the loss would make it answer 500 after all.
        while (await receive())["type"] != "http.disconnect":
            pass
