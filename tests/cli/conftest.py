"""A clinic's stand for the command line: SQLite records, a worker with fake texts and pages."""

import logging
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from cli_runner import Cli, Desk
from fake_activities import FakeActivities
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


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    url = f"sqlite:///{tmp_path}/records.db"
    await migrate(url)
    opened = await Records.open(url)
    yield opened
    await opened.close()


@pytest.fixture
def cli(temporal_server: Endpoint, records: Records, tmp_path: Path) -> Cli:
    """The command with records and Temporal, but with no worker."""
    return Cli(
        {
            "WAYMARK_STATE_DIR": str(tmp_path),
            "WAYMARK_DATABASE_URL": f"sqlite:///{tmp_path}/records.db",
            "WAYMARK_TASK_QUEUE": f"test-{uuid.uuid4()}",
            "TEMPORAL_ADDRESS": temporal_server.address,
            "TEMPORAL_NAMESPACE": temporal_server.namespace,
            "WAYMARK_BY": "mara.voss",
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
