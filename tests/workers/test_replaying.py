"""A replay that fails is told by our own lines, not printed as Core has it."""

from contextlib import suppress
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.client import Client

from workers import histories
from workers.connection import core_runtime


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
