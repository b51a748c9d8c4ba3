"""What Temporal keeps: sealed, under keys that change while journeys are open."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import pytest
from entry_fields import assessed, consenting
from journey_stand import LiveJourney, Stand, replayer
from payloads import payloads_in
from sealed import client_of
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from config.key_ring import KeyRing, a_new_key, keys_in
from local.temporal_server import Endpoint
from pathway import commands as cmd
from workers.payload_codec import ENCODING, KEY_ID, SEALED
from workers.plugin import waymark_plugin

OPEN = 12
_OF_THE_CORE = {
    *("seq", "attempt", "activity_id", "activity_type", "complete_time"),
    *("original_schedule_time", "activation_index", "backoff"),
}
OLD, NEW = a_new_key("2026-01"), a_new_key("2026-11")


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    file = tmp_path / "keys"
    file.write_text(OLD)
    return file


def _ring(file: Path) -> KeyRing:
    """As a process that starts now has it."""
    return KeyRing(keys_in(file.read_text()), again=lambda: keys_in(file.read_text()))


async def _client(server: Endpoint, file: Path) -> Client:
    return await client_of(server, waymark_plugin(_ring(file)))


async def test_keys_rotate_under_open_journeys_and_every_payload_opens(
    temporal_server: Endpoint, keys_file: Path
) -> None:
    """Two of twelve are kept in memory, so that nearly each task opens a whole history again."""
    client = await _client(temporal_server, keys_file)
    async with Stand.open(client, max_cached_workflows=2) as stand:
        journeys = [await stand.start() for _ in range(OPEN)]
        for journey in journeys[: OPEN // 2]:
            await journey.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
        # Another process writes with the new key; the worker has read the file before that.
        keys_file.write_text(NEW + OLD)
        stand.client = await _client(temporal_server, keys_file)
        for journey in journeys:
            journey.handle = stand.client.get_workflow_handle(journey.reference)
        for journey in journeys[OPEN // 2 :]:
            await journey.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
        await asyncio.gather(*(j.do(cmd.RecordConsent, **consenting()) for j in journeys))
        used = Counter([key for j in journeys for key in await _keys_of(j)])
        assert set(used) == {"2026-01", "2026-11"}
        assert min(used.values()) >= OPEN
        assert {(await j.overview()).treatment for j in journeys} == {1}
        await _replay(journeys, _ring(keys_file))


async def test_a_missing_key_holds_a_journey_up_and_loses_nothing(
    temporal_server: Endpoint, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.key_ring._ASK_AGAIN_SECONDS", 0.2)
    owner = await _client(temporal_server, keys_file)
    keys_file.write_text(NEW)
    forgetful = await _client(temporal_server, keys_file)
    async with Stand.open(forgetful) as stand:
        stand.client = owner
        stand.skipper = TimeSkipper(owner, config=TimeSkippingConfig(enabled=False))
        journey = await stand.start()
        asked = asyncio.create_task(
            journey.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
        )
        await asyncio.sleep(1.5)
        assert not asked.done(), "a command was answered by a worker that cannot read it"
        assert await _failed_tasks(journey) >= 1
        keys_file.write_text(NEW + OLD)
        async with asyncio.timeout(60):
            assert (await asked).happened
        assert set(await _keys_of(journey)) == {"2026-01", "2026-11"}


async def _keys_of(journey: LiveJourney) -> list[str]:
    """The id of the key of every payload that Temporal keeps; none of ours may be in clear."""
    found: list[str] = []
    for history in await journey.histories():
        for event in history.events:
            for payload in payloads_in(event):
                if payload.metadata[ENCODING] != SEALED:
                    _require_the_cores_own(event, payload)
                    continue
                found.append(payload.metadata[KEY_ID].decode())
    return found


def _require_the_cores_own(event: HistoryEvent, payload: Payload) -> None:
    """The SDK's core notes itself when a local activity ran and what it is called."""
    marker = event.marker_recorded_event_attributes
    assert marker.marker_name == "core_local_activity", event
    assert set(json.loads(payload.data)) <= _OF_THE_CORE, payload


async def _failed_tasks(journey: LiveJourney) -> int:
    history = await journey.handle.fetch_history()
    failed = EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
    return sum(1 for event in history.events if event.event_type == failed)


async def _replay(journeys: list[LiveJourney], ring: KeyRing) -> None:
    replays = replayer(waymark_plugin(ring))
    for journey in journeys:
        for history in await journey.histories():
            async with asyncio.timeout(20):
                await replays.replay_workflow(history)
