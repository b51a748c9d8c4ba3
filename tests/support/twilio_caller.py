"""Twilio as a caller: signs as its documents say, and sends exactly the bytes it is told to."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

ACCOUNT = "AC" + "7" * 32
TOKEN = "the-token-of-today"
NUMBER = "+15005550006"
PUBLIC = "https://texts.clinic.example"
SID = "SM" + "1" * 32


def signature(url: str, fields: Mapping[str, str], token: str = TOKEN) -> str:
    """HMAC-SHA1 over the URL and each field's name and value, sorted by name."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def inbound(body: str = "hello", **more: str) -> dict[str, str]:
    """The fields of an inbound text, with one that nobody has announced."""
    return {
        "ToCountry": "US",
        "SmsMessageSid": SID,
        "NumMedia": "0",
        "FromCity": "",
        "MessageSid": SID,
        "AccountSid": ACCOUNT,
        "From": "+14155550132",
        "To": NUMBER,
        "Body": body,
        "ApiVersion": "2010-04-01",
        "SomethingNew": "1",
    } | more


def status(word: str, **more: str) -> dict[str, str]:
    """The fields of a delivery callback."""
    return {
        "SmsSid": SID,
        "SmsStatus": word,
        "MessageStatus": word,
        "MessageSid": SID,
        "AccountSid": ACCOUNT,
        "From": NUMBER,
        "To": "+14155550132",
        "ApiVersion": "2010-04-01",
    } | more


@dataclass(frozen=True)
class Caller:
    """Calls the console on a loopback port, as Twilio by way of a proxy does."""

    port: int
    public_url: str = PUBLIC
    token: str = TOKEN

    def with_token(self, token: str) -> "Caller":
        return replace(self, token=token)

    async def post(
        self, path: str, fields: Mapping[str, str], signed: str | None = None, **more: str
    ) -> int:
        """Send a form, signed for the public URL; the status it is answered with.

        `signed` is the URL to sign for in its place; more are headers.
        """
        url = signed or self.public_url + path
        headers = {"X-Twilio-Signature": signature(url, fields, self.token)}
        return await self.raw(path, urlencode(fields).encode(), headers | more)

    async def raw(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        method: str = "POST",
        length: int | None = None,
    ) -> int:
        """Send these bytes, under another host and without TLS, as a proxy would."""
        head = {
            "Host": f"10.0.0.7:{self.port}",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Content-Length": str(len(body) if length is None else length),
            "Connection": "close",
        } | dict(headers)
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in head.items() if v)]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            await writer.drain()
            async with asyncio.timeout(20):
                answer = await reader.readline()
            return int(answer.split()[1])
        finally:
            writer.close()
            await writer.wait_closed()
