"""A program that the stand runs: how to start it, and how to see that it works."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from local.errors import StandError
from local.health import Check
from local.process import ChildProcess

_LOOK_EVERY = 0.05


class Member(Protocol):
    """What the supervisor asks of everything it runs."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> Path: ...

    @property
    def argv(self) -> tuple[str, ...]: ...

    @property
    def pid(self) -> int: ...

    async def up(self, started: Callable[[], None] = ...) -> None:
        """Start, call `started`, and return once it works; raises StandError when it does not."""

    async def stop(self) -> None:
        """End it in order; without effect when it does not run."""

    async def kill(self) -> None:
        """End it at once."""

    async def wait(self) -> int:
        """Wait for its end and return the exit code."""


@dataclass(frozen=True)
class ChildSpec:
    """How to run one program. Times are in seconds."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    log: Path
    ready: Check
    ready_file: Path | None = None
    """Written by the program when it works; removed before each start."""
    ready_within: float = 60.0
    grace: float = 15.0


class Child:
    """One run program after another, from the same description."""

    def __init__(self, spec: ChildSpec) -> None:
        self._spec = spec
        self._process: ChildProcess | None = None

    @property
    def name(self) -> str:
        return self._spec.name

    @property
    def log(self) -> Path:
        return self._spec.log

    @property
    def argv(self) -> tuple[str, ...]:
        return self._spec.argv

    @property
    def env(self) -> Mapping[str, str]:
        return self._spec.env

    @property
    def pid(self) -> int:
        return self._running().pid

    async def up(self, started: Callable[[], None] = lambda: None) -> None:
        """Start the program and return once it works; `started` is called as soon as it runs.

        Raises StandError, naming the log, when it ends or stays silent instead.
        """
        spec = self._spec
        if spec.ready_file is not None:
            spec.ready_file.unlink(missing_ok=True)
        self._process = await self._begin()
        started()
        try:
            async with asyncio.timeout(spec.ready_within):
                await self._until_ready()
        except TimeoutError:
            raise StandError(
                f"The {spec.name} did not become ready within {spec.ready_within:.0f} seconds.",
                f"Its log may say why: {spec.log}",
            ) from None

    async def stop(self) -> None:
        """Ask the program to end and wait for it; kills it after the grace is over."""
        if self._process is not None:
            await self._process.stop(self._spec.grace)

    async def kill(self) -> None:
        """End the program as a power cut would (SIGKILL)."""
        await self._running().kill()

    async def wait(self) -> int:
        """Wait for the program's end and return its exit code."""
        return await self._running().wait()

    async def _begin(self) -> ChildProcess:
        try:
            return await ChildProcess.start(self.argv, env=self.env, log=self.log)
        except OSError as error:
            raise StandError(
                f"The {self.name} cannot be started: {error.strerror} ({error.filename}).",
                "If the file is damaged or missing, remove its folder to have it fetched again.",
            ) from None

    async def _until_ready(self) -> None:
        while not await self._spec.ready():
            code = self._running().exit_code
            if code is not None:
                raise StandError(
                    f"The {self.name} ended with exit code {code} instead of starting.",
                    f"Its log says why: {self.log}",
                )
            await asyncio.sleep(_LOOK_EVERY)

    def _running(self) -> ChildProcess:
        if self._process is None:
            raise RuntimeError(f"the {self.name} was never started")
        return self._process
