"""Stored histories replay on today's code: a journey under way survives the next deploy.

`make histories` records them anew, on purpose, when a journey's shape changes before release.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import corpus
import pytest
from journey_stand import Stand, replayer
from sealed import IN_CLEAR, LENIENT, client_of
from stories import STORIES
from temporalio import workflow
from temporalio.workflow import NondeterminismError

import workflows.engine
from local.temporal_server import Endpoint


@pytest.fixture
async def stand(temporal_server: Endpoint) -> AsyncIterator[Stand]:
    """In clear, so that people can read what is stored and the bench can count it."""
    async with Stand.open(await client_of(temporal_server, IN_CLEAR)) as opened:
        yield opened


def test_every_story_has_its_histories() -> None:
    stored = {path.stem.rsplit("-", 1)[0] for path in corpus.stored()}
    assert stored == set(STORIES)


@pytest.mark.parametrize("path", corpus.stored(), ids=lambda p: p.stem)
async def test_a_stored_history_replays(path: Path) -> None:
    await replayer(LENIENT).replay_workflow(corpus.read(path))


async def test_a_changed_order_of_commands_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate itself: an engine that sleeps first does not pass."""
    until = workflows.engine.Engine.until

    async def sleeps_first(self: workflows.engine.Engine, done: object) -> None:
        await workflow.sleep(1)
        await until(self, done)  # type: ignore[arg-type]

    monkeypatch.setattr(workflows.engine.Engine, "until", sleeps_first)
    path = next(p for p in corpus.stored() if p.stem == "moved_and_missed-1")
    with pytest.raises(NondeterminismError):
        await replayer(LENIENT).replay_workflow(corpus.read(path))


@pytest.mark.record
async def test_record_the_corpus_anew(stand: Stand) -> None:
    written = await corpus.record(stand, corpus.FOLDER)
    assert len(written) >= len(STORIES)
