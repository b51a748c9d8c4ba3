"""`waymark prepare` makes an empty database and an empty Temporal ready, and may be repeated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli
from sealed import RING
from temporalio.client import Client

from records.database import Records, newest_revision
from workflows.search_attributes import STAGE


async def test_prepare_makes_ready_and_may_be_repeated(
    private_server: Callable[..., Any], tmp_path: Path
) -> None:
    async with private_server() as server:
        url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
        environment = {
            "TEMPORAL_ADDRESS": server.address,
            "TEMPORAL_NAMESPACE": "a-new-clinic",
            "WAYMARK_DATABASE_URL": url,
        }
        for _ in range(2):
            await Cli(environment)("prepare")
        records = await Records.open(url, ring=RING)
        assert await records.revision() == newest_revision()
        await records.close()
        client = await Client.connect(server.address, namespace="a-new-clinic")
        found = await client.count_workflows(f"{STAGE.name} = 'assessment'")
        assert found.count == 0


@pytest.mark.timeout(60)
async def test_without_temporal_it_says_so(tmp_path: Path) -> None:
    environment = {
        "TEMPORAL_ADDRESS": "127.0.0.1:9",
        "WAYMARK_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'records.db'}",
    }
    await Cli(environment)("prepare", "--patience", "1", exit_code=4)
