"""Serves /metrics, /healthz and /readyz from a thread with a loop of its own.

So a process whose own loop hangs still says that it does. Only a loopback port by default: the
figures tell of nobody, and still are nobody else's business.
"""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from config.key_ring import KeyRing
from config.settings import Port, Settings
from records import measures
from records.database import Records
from workers.metrics.health import Check, Health, Verdict
from workers.metrics.measuring import PATIENCE, Measuring
from workers.metrics.self_check import Checked

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_JSON = "application/json"
_STARTS_SECONDS, _STOPS_SECONDS = 10.0, 5.0

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a path answers."""

    status: int
    kind: str
    body: bytes


class Pages:
    """The three pages, and nothing else."""

    def __init__(self, health: Health, measuring: Measuring, *more: Collector) -> None:
        self._health = health
        self._measuring = measuring
        self._checked = Checked(health)
        self._registry = CollectorRegistry()
        for collector in (measuring, self._checked, *more):
            self._registry.register(collector)

    async def answer(self, path: str) -> Answer:
        """The page of a path. Never raises for what is behind it."""
        match path:
            case "/metrics":
                return await self._metrics()
            case "/healthz":
                return _said("ok", "failing", await self._health.lives())
            case "/readyz":
                return _said("ready", "not_ready", await self._health.ready())
            case _:
                return Answer(404, "text/plain", b"")

    async def _metrics(self) -> Answer:
        await asyncio.gather(self._measuring.refresh(), self._checked.refresh())
        body = generate_latest(self._registry) + generate_latest(REGISTRY)
        return Answer(200, CONTENT_TYPE_LATEST, body)

    async def __call__(self, scope: MutableMapping[str, Any], _receive: object, send: Send) -> None:
        """As ASGI has it."""
        known = scope["type"] == "http" and scope["method"] == "GET"
        answer = await self.answer(scope["path"]) if known else Answer(405, "text/plain", b"")
        headers = [(b"content-type", answer.kind.encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


def _said(well: str, ill: str, verdict: Verdict) -> Answer:
    body = {"status": well if verdict.well else ill, "checks": verdict.said}
    return Answer(200 if verdict.well else 503, _JSON, json.dumps(body).encode())


@asynccontextmanager
async def open_door(
    settings: Settings, ring: KeyRing, port: Port | None, health: Health, *more: Collector
) -> AsyncIterator[None]:
    """Serve until the block ends; nothing is served without a port.

    Args:
        ring: opens the records; figures look into nothing that it seals.
        more: what else this process has to say of itself.

    A port that is taken is said and costs nothing else: care does not wait for figures.
    """
    beating = asyncio.create_task(health.pulse.beat())
    try:
        listening = _listening(settings.metrics_host, port)
        if listening is None:
            yield
            return
        door = _Door(partial(_records, settings, ring), health, listening, more)
        await asyncio.to_thread(door.open)
        try:
            yield
        finally:
            await asyncio.to_thread(door.close)
    finally:
        beating.cancel()


def _listening(host: str, port: Port | None) -> socket.socket | None:
    if port is None:
        return None
    try:
        return socket.create_server((host, port))
    except OSError as error:
        log.error("metrics_not_served", port=port, error=type(error).__name__)  # noqa: TRY400
        return None


class _Door:
    def __init__(
        self,
        records: Callable[[], Awaitable[Records]],
        health: Health,
        listening: socket.socket,
        more: tuple[Collector, ...],
    ) -> None:
        self._records, self._health, self._more = records, health, more
        self._listening = listening
        self._server: uvicorn.Server | None = None
        self._begun = threading.Event()
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)

    def open(self) -> None:
        self._thread.start()
        self._begun.wait(_STARTS_SECONDS)

    def close(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join(_STOPS_SECONDS)

    def _run(self) -> None:
        with self._listening, contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        records = await self._records()
        try:
            self._health.checks["records"] = Check(
                partial(_answers, records), required=self._health.needs_records
            )
            pages = Pages(self._health, Measuring(records), *self._more)
            self._server = uvicorn.Server(_config(pages))
            self._begun.set()
            await self._server.serve(sockets=[self._listening])
        finally:
            await records.close()


async def _records(settings: Settings, ring: KeyRing) -> Records:
    return await Records.open(settings.database_url, ring=ring, patience=PATIENCE)


async def _answers(records: Records) -> None:
    await measures.answer(records)


def _config(pages: Pages) -> uvicorn.Config:
    return uvicorn.Config(
        pages,
        ws="none",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        limit_concurrency=20,
        timeout_graceful_shutdown=1,
    )
