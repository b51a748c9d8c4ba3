"""The server of the local stand: usable at once, and the same after a kill."""

import uuid
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.service import ConnectConfig, ServiceClient

from local.binary import Flavour, ServerBinary, Version
from local.errors import StandError
from local.temporal_server import RETENTION, Endpoint, ServerStarter, TemporalServer
from workers import namespace as namespaces
from workflows.search_attributes import ALL, STAGE


async def _start(client: Client, workflow_id: str) -> None:
    at_preparation = TypedSearchAttributes([SearchAttributePair(STAGE, "preparation")])
    await client.start_workflow(
        "Any", id=workflow_id, task_queue="nobody", search_attributes=at_preparation
    )


async def test_the_shared_server_takes_search_attributes_at_once(client: Client) -> None:
    workflow_id = f"w-{uuid.uuid4()}"
    await _start(client, workflow_id)
    description = await client.get_workflow_handle(workflow_id).describe()
    assert description.typed_search_attributes[STAGE] == "preparation"


async def test_a_killed_server_has_lost_nothing(private_server: ServerStarter) -> None:
    async with private_server() as server:
        client = await Client.connect(server.address, namespace=server.namespace)
        await _start(client, "before")
        address, first = server.address, server.pid
        await server.kill()
        await server.restart()
        assert (server.address, server.pid != first) == (address, True)
        description = await client.get_workflow_handle("before").describe()
        assert description.status is WorkflowExecutionStatus.RUNNING
        await _start(client, "after")


async def test_preparing_twice_changes_nothing(temporal_server: Endpoint) -> None:
    service = await ServiceClient.connect(ConnectConfig(target_host=temporal_server.address))
    for _ in range(2):
        await namespaces.prepare(service, temporal_server.namespace, RETENTION, ALL)


async def test_a_server_that_ends_at_once_names_its_log(tmp_path: Path) -> None:
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\necho no such schema >&2\nexit 3\n")
    program.chmod(0o755)
    broken = ServerBinary(program, Flavour.STOCK, Version(1, 32, 0), "a test")
    with pytest.raises(StandError, match=r"exit code 3 .*temporal\.log"):
        async with TemporalServer.start(broken, tmp_path / "state"):
            pass
    assert "no such schema" in (tmp_path / "state" / "temporal.log").read_text()


@pytest.mark.parametrize("content", [None, "not a program of this machine"])
async def test_a_damaged_program_is_a_sentence(tmp_path: Path, content: str | None) -> None:
    program = tmp_path / "server"
    if content is not None:
        program.write_text(content)
        program.chmod(0o755)
    damaged = ServerBinary(program, Flavour.STOCK, Version(1, 32, 0), "a test")
    with pytest.raises(StandError, match=r"^The Temporal server cannot be started: .*server"):
        async with TemporalServer.start(damaged, tmp_path / "state"):
            pass
