"""Twilio as a bench needs it: signs webhooks and sends them at a fixed rate, open loop."""

import asyncio
import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlencode

from local.ports import LOOPBACK

ACCOUNT = "AC" + "0" * 32
TOKEN = "of-the-bench"  # noqa: S105 - it opens a toy and nothing else
NUMBER = "+15005550006"
_WAITS_SECONDS = 20
_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def text(number: int) -> tuple[str, dict[str, str]]:
    """A text that a patient writes: path and fields."""
    return "/twilio/inbound", {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": ACCOUNT,
        "From": f"+1415555{number % 10_000:04}",
        "To": NUMBER,
        "Body": f"number {number}",
        "NumMedia": "0",
        "FromCity": "",
    }


def callback(number: int) -> tuple[str, dict[str, str]]:
    """What became of the text with this number: path and fields."""
    return f"/twilio/status?i={intent(number)}", {
        "MessageSid": f"SM{number:032x}",
        "MessageStatus": "delivered",
        "AccountSid": ACCOUNT,
        "From": NUMBER,
        "To": "+14155550132",
    }


def intent(number: int) -> str:
    return f"bench-{number}"


class Load:
    """Webhooks at their times, whether or not those before have been answered.

    `times` are seconds from the moment at which each was to be sent, so that a stall counts for
    everything that it held up.
    """

    def __init__(self, port: int) -> None:
        self.times: list[float] = []
        self.answers: Counter[int] = Counter()
        self.taken: set[str] = set()
        """The messages of those that were answered with 204."""
        self._port = port
        self._idle: list[_Connection] = []

    async def run(self, rate: int, seconds: int) -> None:
        """Send half texts and half callbacks, and wait for the last answer."""
        loop = asyncio.get_running_loop()
        began = loop.time() + 0.1
        under_way = set()
        for number in range(rate * seconds):
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - loop.time()))
            path, fields = (text if number % 2 else callback)(number)
            under_way.add(asyncio.create_task(self._send(path, fields, due)))
        await asyncio.gather(*under_way)
        for _, writer in self._idle:
            writer.close()

    async def _send(self, path: str, fields: Mapping[str, str], due: float) -> None:
        try:
            async with asyncio.timeout(_WAITS_SECONDS):
                code = await self._answered(path, fields)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            code = 0
        self.times.append(asyncio.get_running_loop().time() - due)
        self.answers[code] += 1
        if code == 204:
            self.taken.add(fields["MessageSid"])

    async def _answered(self, path: str, fields: Mapping[str, str]) -> int:
        reader, writer = await self._connection()
        body = urlencode(fields).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {self._signature(path, fields)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        self._idle.append((reader, writer))
        return int(answer.split()[1])

    async def _connection(self) -> _Connection:
        """One that is open: the console closes those that were idle for some seconds."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(LOOPBACK, self._port)

    def _signature(self, path: str, fields: Mapping[str, str]) -> str:
        url = f"http://{LOOPBACK}:{self._port}{path}"
        signed = url + "".join(name + fields[name] for name in sorted(fields))
        digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()
