"""`waymark prepare` makes an empty database and an empty Temporal ready, and may be repeated."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli
from sealed import RING
from temporalio.client import Client

from cli.exit_codes import ExitCode
from cli.trouble import as_trouble
from config.settings import Settings
from local.database import prepare_database
from local.errors import StandError
from records.database import Records, migrate, newest_revision
from workers.namespace import NamespaceError
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


async def test_an_older_release_says_that_the_database_is_a_newer_ones(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'records.db'}"
    await migrate(url, ring=RING)
    with sqlite3.connect(tmp_path / "records.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    environment = {"TEMPORAL_ADDRESS": "127.0.0.1:9", "WAYMARK_DATABASE_URL": url}
    told = await Cli(environment)("prepare", exit_code=ExitCode.WRONG_USAGE)
    assert "newer release" in told.stderr
    assert "put back the backup" in " ".join(told.stderr.split())
    settings = Settings(database_url=url, state_dir=tmp_path)
    with pytest.raises(StandError, match="newer release") as stand:
        await prepare_database(settings)
    assert "put back the backup" in stand.value.remedy


def test_a_namespace_that_cannot_be_used_is_a_sentence() -> None:
    told = as_trouble(NamespaceError("It has another type.", "Use another namespace."))
    assert (told.exit_code, told.code) == (ExitCode.WRONG_USAGE, "wrong_settings")
    assert told.sentence == "It has another type. Use another namespace."


@pytest.mark.timeout(60)
async def test_without_temporal_it_says_so(tmp_path: Path) -> None:
    environment = {
        "TEMPORAL_ADDRESS": "127.0.0.1:9",
        "WAYMARK_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'records.db'}",
    }
    await Cli(environment)("prepare", "--patience", "1", exit_code=4)
