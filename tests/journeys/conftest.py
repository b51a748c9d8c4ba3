"""The second database of journeys comes with the long matrix; and a stand with the watch."""

from collections.abc import AsyncIterator

import pytest
from database_fixtures import SLOWLY_BOTH, records_url_on
from temporalio.client import Client
from watch_stand import WatchStand, watch_stand

from records.database import Records

records_url = records_url_on(SLOWLY_BOTH)


@pytest.fixture
async def watched(
    client: Client, records: Records, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[WatchStand]:
    async with watch_stand(client, records, monkeypatch) as opened:
        yield opened
