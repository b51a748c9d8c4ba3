"""`waymark keys`: a key is made, and a report says which keys what is kept still needs."""

import base64
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cli_runner import Cli, Desk
from sealed import KEYS, client_of
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, Schedule, ScheduleActionStartWorkflow, ScheduleSpec
from temporalio.service import ConnectConfig, ServiceClient
from waiting import until

from config.key_ring import KeyRing, a_new_key, keys_in
from local.temporal_server import RETENTION, Endpoint
from workers import namespace as namespaces
from workers.key_report import key_ids_of
from workers.plugin import waymark_plugin
from workflows.search_attributes import ALL


@dataclass(frozen=True)
class Corner:
    """A namespace of the shared server that no other test writes to."""

    address: str
    namespace: str = "keys"


@pytest.fixture(scope="module")
async def temporal_server(temporal_server: Endpoint) -> Endpoint:
    """A report reads all that a namespace keeps."""
    corner = Corner(temporal_server.address)
    service = await ServiceClient.connect(ConnectConfig(target_host=corner.address))
    await namespaces.prepare(service, corner.namespace, RETENTION, ALL)
    return corner


@pytest.fixture(scope="module")
async def client(temporal_server: Endpoint) -> Client:
    return await client_of(temporal_server)


def _cli_with(cli: Cli, keys: str) -> Cli:
    return replace(cli, env=cli.env | {"WAYMARK_KEYS": keys})


def test_a_new_key_is_one_line_that_the_settings_take(cli: Cli) -> None:
    line = cli.now("keys", "new", "--id", "2026-12").stdout
    (key,) = keys_in(line)
    assert key.id == "2026-12"
    assert len(base64.b64decode(line.split()[1])) == 32
    assert cli.now("keys", "new", "--id", "2026-12").stdout != line
    (dated,) = keys_in(cli.now("keys", "new").stdout)
    assert dated.id.startswith("20")


def test_an_id_that_is_none_is_refused_with_a_sentence(cli: Cli) -> None:
    said = cli.now("keys", "new", "--id", "December 2026")
    assert said.exit_code == 64
    assert "keys" in said.stderr


async def test_key_ids_are_found_wherever_payloads_are(desk: Desk) -> None:
    """In arguments, in results, in summaries, in memos, in failures: whatever holds a payload."""
    reference = await desk.admitted()
    history = await desk.client.get_workflow_handle(reference).fetch_history()
    for event in history.events:
        sealed = event.SerializeToString().count(b"encryption-key-id")
        assert len(list(key_ids_of(event))) == sealed
    found = [each for event in history.events for each in key_ids_of(event)]
    assert len(found) >= 10
    assert set(found) == {"tests-2"}
    assert list(key_ids_of(Payload(metadata={"encoding": b"json/plain"}))) == []


async def _report(cli: Cli, *words: str, exit_code: int = 0) -> Any:
    return await cli.json("keys", "report", *words, exit_code=exit_code)


async def _until_kept(desk: Desk, reference: str) -> None:
    """Until the server lists it: visibility follows a moment later."""

    async def listed() -> bool:
        return bool([run async for run in desk.client.list_workflows(f"WorkflowId='{reference}'")])

    await until(listed)


async def test_the_report_counts_what_is_kept_and_says_what_may_go(desk: Desk) -> None:
    await _until_kept(desk, await desk.enrolled())
    spare = a_new_key("spare").strip()
    found = await _report(_cli_with(desk.cli, f"{KEYS},{spare}"))
    keys = {key["id"]: key for key in found["keys"]}
    assert found["complete"]
    assert found["histories"] == found["of"] >= 1
    assert keys["tests-2"]["writes"]
    assert keys["tests-2"]["open"] >= 1
    assert keys["tests-2"]["oldest"] is not None
    assert "spare" in found["may_go"]
    assert "tests-2" not in found["may_go"]
    assert "it may go" in (await _cli_with(desk.cli, f"{KEYS},{spare}")("keys", "report")).stdout


async def test_a_key_that_an_open_journey_still_holds_does_not_go(desk: Desk) -> None:
    """The middle of a rotation: every process knows both keys, and the other one seals now."""
    reference = await desk.enrolled()
    await _until_kept(desk, reference)
    rotated = _cli_with(desk.cli, ",".join(reversed(KEYS.split(","))))
    by = ("--by", "jon.pell", "--role", "therapist")
    await rotated("do", "raise-flag", reference, *by)
    found = await _report(rotated)
    keys = {key["id"]: key for key in found["keys"]}
    assert (keys["tests-1"]["writes"], keys["tests-2"]["writes"]) == (True, False)
    assert keys["tests-1"]["open"] >= 1
    assert keys["tests-2"]["open"] >= 1
    assert found["may_go"] == found["missing"] == []
    assert "safety" in (await desk.cli("escalations")).stdout, "both keys read it"


async def test_a_key_that_is_missing_ends_it_with_a_code(desk: Desk) -> None:
    await _until_kept(desk, await desk.enrolled())
    other = _cli_with(desk.cli, a_new_key("other").strip())
    found = await _report(other, exit_code=3)
    assert "tests-2" in found["missing"]
    assert found["may_go"] == []
    said = await other("keys", "report", exit_code=3)
    assert "tests-2 is missing" in said.stdout


async def test_a_key_goes_only_when_every_history_was_looked_at(desk: Desk) -> None:
    for name in ("Quill", "Reed"):
        await _until_kept(desk, await desk.enrolled(name))
    spare = a_new_key("spare").strip()
    found = await _report(_cli_with(desk.cli, f"{KEYS},{spare}"), "--most", "1")
    assert (found["histories"], found["complete"], found["may_go"]) == (1, False, [])


async def test_a_schedule_keeps_its_key(desk: Desk, temporal_server: Endpoint) -> None:
    """A schedule is made once and lives for ever: what it starts is sealed with the key of then."""
    ring = KeyRing(keys_in(a_new_key("of-the-schedule") + KEYS.replace(",", "\n")))
    theirs = await client_of(temporal_server, waymark_plugin(ring))
    action = ScheduleActionStartWorkflow(
        "Nothing", "an argument", id="nothing", task_queue="nobody", memo={"said": "a word"}
    )
    handle = await theirs.create_schedule("kept", Schedule(action=action, spec=ScheduleSpec()))
    try:
        found = await _report(desk.cli, exit_code=3)
        (key,) = [key for key in found["keys"] if key["id"] == "of-the-schedule"]
        assert (key["schedules"], key["in_ring"]) == (1, False)
    finally:
        await handle.delete()


@pytest.mark.parametrize("words", [("keys", "report"), ("ops", "decodes")])
async def test_without_what_they_need_they_say_so(cli: Cli, words: tuple[str, ...]) -> None:
    nowhere = replace(cli, env=cli.env | {"WAYMARK_DATABASE_URL": "sqlite:////nowhere/at/all.db"})
    await nowhere(*words, exit_code=4)
