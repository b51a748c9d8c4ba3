"""A form from a request's body, within limits."""

import asyncio
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import ClientDisconnect

from console.signature import Fields

LARGEST_BODY = 64 * 1024
"""Bytes. A text has 1600 characters at most; the rest of a webhook is short."""
MOST_FIELDS = 200
SLOWEST_BODY_SECONDS = 5
_FORM = "application/x-www-form-urlencoded"


class Unacceptable(Exception):  # noqa: N818 - an answer to whoever sent it
    """A request that is not read on, with the HTTP status that says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read_form(request: Request) -> Fields:
    """The fields of a form, blank ones too; what is no UTF-8 is replaced and fits no signature.

    Raises Unacceptable for another type, too much of it, or a body that does not end.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise Unacceptable(415, "no_form")
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            body = await _body(request)
    except TimeoutError:
        raise Unacceptable(408, "too_slow") from None
    except ClientDisconnect:
        raise Unacceptable(400, "cut_off") from None
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Unacceptable(400, "too_many_fields") from None
    return tuple(fields)


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > LARGEST_BODY:
        raise Unacceptable(413, "too_large")
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > LARGEST_BODY:
            raise Unacceptable(413, "too_large")
    return bytes(body)
