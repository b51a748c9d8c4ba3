"""A console process that can be killed, and that is started again."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Self

from local.health import page_answers


class ConsoleKeeper:
    """Keeps a console alive on its port, as an orchestrator does."""

    def __init__(self, environment: Mapping[str, str], port: int) -> None:
        self._environment = dict(environment)
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "console",
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
        )
        self.starts += 1
        answers = page_answers(self._port, "/healthz")
        async with asyncio.timeout(60):
            while not await answers():
                assert self._process.returncode is None, "the console ended by itself"
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL; nobody starts it again but `start`."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
