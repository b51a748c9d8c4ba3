"""A console over each database, and Twilio calling it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from console_stand import Console, a_console, console_settings
from database_fixtures import SLOWLY_BOTH, records_url_on
from link_phone import Clock, Phone, link_console

from records.database import Records

records_url = records_url_on(SLOWLY_BOTH)


@pytest.fixture
async def console(records: Records, records_url: str, tmp_path: Path) -> AsyncIterator[Console]:
    async with a_console(records_url, console_settings(tmp_path)) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def phone(
    records: Records, records_url: str, tmp_path: Path, clock: Clock
) -> AsyncIterator[Phone]:
    async with link_console(records_url, tmp_path, clock) as console:
        yield Phone(console.twilio.port)
