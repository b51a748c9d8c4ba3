"""Who is asked to stop stops at once, though Temporal's client makes it look like no answer."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client

from cli import asking
from cli.session import Session
from config.clinic import load_clinic
from config.settings import Settings
from pathway import commands as cmd
from pathway.model import PathwayReference
from pathway.roles import Role
from records.database import Records
from workers.telling import tell

LONG = timedelta(seconds=30)
Ask = Callable[[Session, Client, PathwayReference], Awaitable[object]]


def a_command() -> cmd.Command:
    return cmd.ReportHospital(
        key="hospital-1", by="mara.voss", role=Role.COORDINATOR, happened_at=datetime.now(UTC)
    )


ASKS: dict[str, Ask] = {
    "give": lambda session, _, reference: asking.give(session, reference, a_command()),
    "overview": lambda session, _, reference: asking.overview(session, reference),
    "tell": lambda _, client, reference: tell(client, reference, a_command(), LONG),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=list(ASKS))
async def test_one_request_to_stop_ends_a_call_that_nobody_answers(
    client: Client, records: Records, ask: Ask
) -> None:
    reference = PathwayReference(uuid.uuid4().hex)
    await client.start_workflow("PatientPathway", id=reference, task_queue=uuid.uuid4().hex)
    session = Session(Settings(), load_clinic(), records, LONG, _client=client)
    asked = asyncio.ensure_future(ask(session, client, reference))
    done, _ = await asyncio.wait({asked}, timeout=1)
    assert not done, "nobody was there to answer"
    asked.cancel()
    done, _ = await asyncio.wait({asked}, timeout=5)
    assert done
    assert asked.cancelled()
