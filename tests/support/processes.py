"""Worker processes for tests that kill them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN

SUPPORT = Path(__file__).parent
_NO_TWILIO = {
    "TWILIO_ACCOUNT_SID": DEMONSTRATION_ACCOUNT,
    "TWILIO_AUTH_TOKEN": DEMONSTRATION_TOKEN,
    "TWILIO_FROM": "+15005550006",
    "WAYMARK_TWILIO_API_BASE": "http://127.0.0.1:9",
}


def worker_environment(
    address: str, namespace: str, state_dir: Path, **more: str
) -> dict[str, str]:
    """What a worker process is told; texts go nowhere unless `more` says where."""
    return {
        **os.environ,
        **_NO_TWILIO,
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": namespace,
        "WAYMARK_STATE_DIR": str(state_dir),
        "WAYMARK_LOG_LEVEL": "WARNING",
        "WAYMARK_READY_FILE": str(state_dir / "ready"),
        **more,
    }


class Killable:
    """A process that can be killed, and asked whether it died."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def died(self, seconds: float = 60) -> int:
        """Wait for its end; the exit code."""
        return await asyncio.wait_for(self._process.wait(), seconds)


@asynccontextmanager
async def worker_process(
    environment: Mapping[str, str], script: str | None = None, *, said: Path | None = None
) -> AsyncIterator[Killable]:
    """A worker in a process of its own, ready for work; what it says to people goes to `said`."""
    ready = Path(environment["WAYMARK_READY_FILE"])
    ready.unlink(missing_ok=True)
    what = [str(SUPPORT / script)] if script else ["-m", "workers.worker"]
    with (said or Path(os.devnull)).open("wb") as told:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *what, env=dict(environment), stderr=told if said else None
        )
    killable = Killable(process)
    try:
        async with asyncio.timeout(60):
            while not ready.exists():
                if process.returncode is not None:
                    raise RuntimeError(f"the worker ended with {process.returncode}")
                await asyncio.sleep(0.05)
        yield killable
    finally:
        await killable.kill()
