"""Journeys on a real server with skipped time, through fakes that record what they did."""

from collections.abc import AsyncIterator

import pytest
from journey_stand import Stand
from temporalio.client import Client


@pytest.fixture
async def stand(client: Client) -> AsyncIterator[Stand]:
    """A worker of its own on the shared server; every history is replayed at the end."""
    async with Stand.open(client) as opened:
        yield opened
        await opened.replay_all()
