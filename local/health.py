"""Ways to see that a child works: a page that answers, a file that appears."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from local.ports import LOOPBACK

Check = Callable[[], Awaitable[bool]]

_ANSWERS_WITHIN = 2.0


def page_answers(port: int, path: str) -> Check:
    """A check that is true when the page answers 200."""
    request = f"GET {path} HTTP/1.0\r\nHost: {LOOPBACK}:{port}\r\n\r\n".encode()

    async def check() -> bool:
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN):
                return b" 200 " in await _first_line(port, request)
        except (OSError, TimeoutError):
            return False

    return check


async def _first_line(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(request)
        return await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()


def file_appears(path: Path) -> Check:
    """A check that is true once the file is there."""

    async def check() -> bool:
        return path.exists()  # noqa: ASYNC240 - one look at a local file

    return check
