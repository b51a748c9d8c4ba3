"""One POST over a connection of its own, which can be cut before its answer is read."""

import asyncio
from urllib.parse import SplitResult, urldefrag, urlsplit

from simulator.connection_policy import ConnectionPolicy

Answer = tuple[int | None, str | None]
"""The HTTP status, if one was read, and the failure as ConnectionPolicy names it."""


async def post(
    url: str, body: bytes, headers: dict[str, str], policy: ConnectionPolicy, *, cut: bool
) -> Answer:
    """Post once. The address goes out as it is written: a signature covers every character.

    With `cut` the whole request is sent and the connection then closed unread.
    """
    address = urlsplit(urldefrag(url).url)
    try:
        reader, writer = await asyncio.wait_for(_connected(address), policy.connect_ms / 1000)
    except (OSError, ValueError):
        return None, "ct"
    try:
        writer.write(_request(address, body, headers) + body)
        await writer.drain()
        if cut:
            return None, "rt"
        return _judged(await asyncio.wait_for(_status(reader), policy.read_ms / 1000))
    except (OSError, ValueError, EOFError, asyncio.LimitOverrunError):
        return None, "rt"
    finally:
        writer.close()


async def _connected(address: SplitResult) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    secure = address.scheme == "https"
    port = address.port or (443 if secure else 80)
    return await asyncio.open_connection(address.hostname, port, ssl=secure or None)


def _request(address: SplitResult, body: bytes, headers: dict[str, str]) -> bytes:
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    host = address.netloc.rpartition("@")[2]
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode()


async def _status(reader: asyncio.StreamReader) -> int:
    """Of the answer, once its headers are complete. Raises ValueError when it is not HTTP."""
    head = await reader.readuntil(b"\r\n\r\n")
    version, _, rest = head.partition(b" ")
    if not version.startswith(b"HTTP/"):
        raise ValueError("not an answer in HTTP")
    return int(rest[:3])


def _judged(status: int) -> Answer:
    if status < 400:
        return status, None
    return status, "4xx" if status < 500 else "5xx"
