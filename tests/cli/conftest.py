"""A clinic's stand for the command line: records, a worker with fake texts and pages."""

import logging
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from cli_runner import Cli, Desk
from database_fixtures import SLOWLY_BOTH, database
from fake_activities import FakeActivities
from sealed import KEYS, RING
from temporalio.client import Client

from activities.journal import Journal
from local.temporal_server import Endpoint
from records.database import Records, migrate
from workers.assembly import Activities, build_workers


@pytest.fixture(autouse=True)
def _no_log_lines() -> Iterator[None]:
    """As in the command's own process: what libraries log is no part of its output."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture(params=SLOWLY_BOTH)
async def own_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database with the newest schema, which no other test has written to."""
    async with database(request, tmp_path) as url:
        await migrate(url, ring=RING)
        yield url


@pytest.fixture
async def records(own_database: str) -> AsyncIterator[Records]:
    opened = await Records.open(own_database, ring=RING)
    yield opened
    await opened.close()


@pytest.fixture
def cli(temporal_server: Endpoint, own_database: str, tmp_path: Path) -> Cli:
    """The command with records and Temporal, but with no worker."""
    return Cli(
        {
            "WAYMARK_STATE_DIR": str(tmp_path),
            "WAYMARK_DATABASE_URL": own_database,
            "WAYMARK_TASK_QUEUE": f"test-{uuid.uuid4()}",
            "TEMPORAL_ADDRESS": temporal_server.address,
            "TEMPORAL_NAMESPACE": temporal_server.namespace,
            "WAYMARK_BY": "mara.voss",
            "WAYMARK_KEYS": KEYS,
        }
    )


@pytest.fixture
async def desk(cli: Cli, records: Records, client: Client) -> AsyncIterator[Desk]:
    """The same with a worker that writes the journal into the records."""
    fakes = FakeActivities()
    activities = Activities(
        main=[Journal(records).write_journal, fakes.send_page, fakes.alert_ops],
        texting=[fakes.send_text, fakes.look_up_text],
    )
    main, texting = build_workers(
        client,
        activities,
        task_queue=cli.env["WAYMARK_TASK_QUEUE"],
        texts_per_second=1000,
        build_id="test",
    )
    async with main, texting:
        yield Desk(cli, records, client, fakes)
