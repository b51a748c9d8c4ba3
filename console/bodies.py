"""A request's body, read within limits."""

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

SLOWEST_BODY_SECONDS = 5


class Unacceptable(Exception):  # noqa: N818 - an answer to whoever sent it
    """A request that is not read on, with the HTTP status that says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read_body(request: Request, largest: int) -> bytes:
    """The body, of at most so many bytes.

    Raises Unacceptable for more than that, or a body that does not end.
    """
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            return await _body(request, largest)
    except TimeoutError:
        raise Unacceptable(408, "too_slow") from None
    except ClientDisconnect:
        raise Unacceptable(400, "cut_off") from None


async def _body(request: Request, largest: int) -> bytes:
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > largest:
        raise Unacceptable(413, "too_large")
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > largest:
            raise Unacceptable(413, "too_large")
    return bytes(body)
