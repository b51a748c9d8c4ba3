"""One child process: its own session, its output in a log file, an end that is waited for."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

# What any program needs to run; everything else a child gets is given to it by name.
_INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LANG", "LC_ALL", "SYSTEMROOT")


def bare_environment(**extra: str) -> dict[str, str]:
    """The caller's environment reduced to what every program needs, plus what is named."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | extra


class ChildProcess:
    """A started program. Its output is appended to `log`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self.log = log

    @classmethod
    async def start(
        cls, argv: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path | None = None
    ) -> Self:
        """Start a program in a session of its own.

        A Ctrl-C in the terminal thus reaches the supervisor alone, which then stops its
        children in order. Raises OSError when the program cannot be executed.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *argv,
                env=dict(env),
                cwd=cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(process, log)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while the process runs; the negated signal number if a signal ended it."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait for the end and return the exit code."""
        return await self._process.wait()

    async def stop(self, grace: float = 10.0) -> int:
        """Ask the process to end, and kill it after `grace` seconds. Returns the exit code."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace):
                return await self.wait()
        except TimeoutError:
            return await self.kill()

    async def kill(self) -> int:
        """End the process as a power cut would."""
        self._signal(signal.SIGKILL)
        return await self.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)


def begin_log(log: Path) -> None:
    """Put the last stand's log aside, so that this one's begins with this one."""
    if log.exists():
        log.replace(log.with_suffix(".before.log"))
