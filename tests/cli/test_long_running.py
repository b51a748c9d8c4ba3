"""The commands that go on until they are told to stop: the worker, and the watched list."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unittest.mock import AsyncMock

import pytest
from cli_runner import Cli
from rich.console import Console

from cli import worklist as command
from local.ports import free_port
from records import worklist
from records.errors import RecordsUnavailableError

CODE = "import sys; from cli.main import app; sys.argv[0] = 'waymark'; app()"


async def test_the_worker_serves_journeys_until_it_is_told_to_stop(
    cli: Cli, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    nowhere = {
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "a-token",
        "TWILIO_FROM": "+15005550006",
        "WAYMARK_TWILIO_API_BASE": f"http://127.0.0.1:{free_port()}",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CODE, "worker"),
        env={"PATH": os.environ["PATH"], "WAYMARK_READY_FILE": str(ready), **cli.env, **nowhere},
        stdout=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(60):
        while not ready.exists():
            assert process.returncode is None
            await asyncio.sleep(0.1)
    words = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    reference = (await cli.json("enroll", *words))["started"][0]
    answer = await cli.json("do", "record-consent", reference, "--given")
    assert answer["happened"] == ["consent_recorded"]
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 60) == 0


class Screen:
    """Stands in for the terminal: keeps what was shown."""

    def __init__(self) -> None:
        self.frames: list[str] = []

    def __call__(self, *_: Any, **__: Any) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None
    ) -> None: ...

    def update(self, renderable: Any, *, refresh: bool) -> None:
        console = Console(width=120)
        with console.capture() as captured:
            console.print(renderable)
        self.frames.append(captured.get())


async def test_a_watched_list_that_cannot_be_renewed_says_that_it_is_old(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    answers = [[], RecordsUnavailableError("away"), [], KeyboardInterrupt()]
    monkeypatch.setattr(command, "Live", screen)
    monkeypatch.setattr(command, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(worklist, "rows", AsyncMock(side_effect=answers))
    await cli("worklist", "--watch", exit_code=130)
    assert ["what follows is OLD" in frame for frame in screen.frames] == [False, True, False]
    assert all("Nothing is owed" in frame for frame in screen.frames)
