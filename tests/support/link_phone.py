"""A phone that opens links: it follows the path of an address to the console under test."""

import asyncio
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from console_stand import Console, a_console, console_settings
from twilio_caller import PUBLIC

from config.clinic import Clinic, load_clinic
from config.links import Links
from console.links import LinkPages
from pathway.protocol import Choice
from records.database import Records

KEY = b"a key of the tests, and of nothing else"
SIGNED = Links(PUBLIC, [KEY])
CHOICES = tuple(Choice)
NOON = datetime(2026, 3, 9, 19, tzinfo=UTC)
"""At the clinic; a test's pages are of that moment."""


class Clock:
    """The console's, five minutes after the page unless a test says otherwise."""

    def __init__(self) -> None:
        self.now = NOON + timedelta(minutes=5)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass(frozen=True)
class Page:
    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def onward(self) -> str:
        """Where its one link leads."""
        (token,) = re.findall(r'href="([^"]+)"', self.body)
        return str(token)


@dataclass(frozen=True)
class Phone:
    port: int
    language: str = "en-US,en;q=0.9"

    async def open(self, url: str) -> Page:
        return await asyncio.to_thread(self._ask, "GET", url, None)

    async def tap(self, url: str, **fields: str) -> Page:
        return await asyncio.to_thread(self._ask, "POST", url, urlencode(fields))

    async def ask(self, method: str, url: str) -> Page:
        return await asyncio.to_thread(self._ask, method, url, None)

    def _ask(self, method: str, url: str, body: str | None) -> Page:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Accept-Language": self.language}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, urlsplit(url).path, body, headers)
            answer = connection.getresponse()
            said = answer.read().decode()
            return Page(answer.status, {k.lower(): v for k, v in answer.getheaders()}, said)
        finally:
            connection.close()


def link_console(
    database_url: str,
    folder: Path,
    clock: Callable[[], datetime],
    *,
    clinic: Clinic | None = None,
    waits_seconds: float = 0.0,
) -> AbstractAsyncContextManager[Console]:
    """The real console with pages behind links, at a time of the test's own."""

    def pages_of(records: Records) -> LinkPages:
        who = clinic or load_clinic()
        return LinkPages(records, SIGNED, who, CHOICES, clock, waits_seconds)

    return a_console(database_url, console_settings(folder), pages_of=pages_of)
