"""A replay that fails is told by our own lines, not printed as Core has it."""

from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import corpus
import pytest
from misfit import misfit
from sealed import RING
from temporalio.client import Client, WorkflowHistory
from temporalio.workflow import NondeterminismError

from workers import histories
from workers.connection import core_runtime
from workers.plugin import sealed_converter


async def test_a_replay_has_the_runtime_whose_lines_are_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, Any] = {}

    async def none(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(histories, "Replayer", lambda **given: told.update(given))
    monkeypatch.setattr(histories, "_runs", none)
    client = cast(Client, SimpleNamespace(data_converter=None))
    with suppress(histories.HistoryError):
        await histories.truth_of(client, "J-0000000000")
    assert told["runtime"] is core_runtime()


async def test_a_history_that_does_not_fit_says_so_by_our_own_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored = corpus.read(corpus.FOLDER / "called_instead_of_texted-1.json")
    runs = [stored]

    async def as_stored(*_: object) -> list[WorkflowHistory]:
        return runs

    monkeypatch.setattr(histories, "_runs", as_stored)
    converter = sealed_converter(RING, plain_allowed=True)
    client = cast(Client, SimpleNamespace(data_converter=converter))
    assert (await histories.truth_of(client, "J-0000000000")).first == 1, "as it is, it fits"
    runs[0] = misfit(stored)
    with pytest.raises(histories.HistoryError) as told:
        await histories.truth_of(client, "J-0000000000")
    assert told.value.reason == "not_replayed"
    assert isinstance(told.value.__cause__, NondeterminismError)
