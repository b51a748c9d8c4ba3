"""The phone network, as little of it as a bench needs: takes each text, and notes when it came.

It answers like Twilio's Messages resource. The simulator does more, and would cost more than
what is measured.
"""

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import parse_qs

from local.ports import LOOPBACK

_PATIENCE_SECONDS = 120


class Phones:
    """`arrived` holds the wall-clock second of each text, by number."""

    def __init__(self) -> None:
        self.arrived: dict[str, list[float]] = defaultdict(list)
        self._news: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._numbers = itertools.count(1)
        self.port = 0

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        phones = cls()
        server = await asyncio.start_server(phones._serve, LOOPBACK, 0)
        phones.port = server.sockets[0].getsockname()[1]
        try:
            yield phones
        finally:
            server.close()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def count(self) -> int:
        return sum(map(len, self.arrived.values()))

    async def until(self, number: str, count: int) -> None:
        """Wait until this number has got so many texts.

        Raises:
            TimeoutError: when none comes for so long that none will: a figure would be wrong.
        """
        while (seen := len(self.arrived[number])) < count:
            self._news[number].clear()
            try:
                await asyncio.wait_for(self._news[number].wait(), _PATIENCE_SECONDS)
            except TimeoutError:
                raise TimeoutError(f"text {seen + 1} of {count} did not come") from None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                writer.write(_NOBODY_WROTE if head.startswith(b"GET ") else self._answer(body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, body: bytes) -> bytes:
        form = parse_qs(body.decode())
        number = form["To"][0]
        self.arrived[number].append(time.time())
        self._news[number].set()
        text = {
            "sid": f"SM{next(self._numbers):032x}",
            "status": "queued",
            "to": number,
            "body": form["Body"][0],
            "direction": "outbound-api",
        }
        return _response("201 Created", text)


def _response(status: str, document: Mapping[str, object]) -> bytes:
    body = json.dumps(document).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_NOBODY_WROTE = _response("200 OK", {"messages": [], "next_page_uri": None})
"""To the sweep that asks for texts which no webhook brought."""


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
