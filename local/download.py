"""Temporal's own command-line server, fetched by the SDK where its download can be reached."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from filelock import FileLock
from temporalio.testing import WorkflowEnvironment

from local.cache import cache_dir
from local.progress import Progress

VERSION = "1.9.1"
"""Of the command-line tool; it carries server 1.32.0 and UI 2.54.1."""

_ANSWER_WITHIN = 20.0
_WHOLE_WITHIN = 600.0
_LOOK_EVERY = 0.5


def downloaded() -> Path:
    """Where the download is kept, whether it is there or not; the SDK chooses the name."""
    return _folder() / f"temporal-v{VERSION}"


def download(progress: Progress) -> Path | None:
    """The downloaded program, or None where the download cannot be had.

    Two processes that ask at once download once.
    """
    _folder().mkdir(parents=True, exist_ok=True)
    with (
        progress.step(f"Downloading Temporal {VERSION}") as step,
        FileLock(_folder() / "download.lock"),
    ):
        if not downloaded().exists():
            # The SDK would wait for a download that was cut off long ago.
            for remains in _folder().glob("temporal-v*.downloading"):
                remains.unlink()
            if not asyncio.run(_fetch(step.note)):
                return None
    return downloaded()


def _folder() -> Path:
    return cache_dir() / "servers" / "downloaded"


async def _fetch(note: Callable[[str], None]) -> bool:
    """Let the SDK download and start the server once: a server that has run is a good one."""
    started = asyncio.ensure_future(_start_once())
    deadline = time.monotonic() + _WHOLE_WITHIN
    while not started.done() and time.monotonic() < deadline:
        await asyncio.wait([started], timeout=_LOOK_EVERY)
        size = _bytes_so_far()
        note(f"{size >> 20} MB")
        # A firewall that swallows packets would otherwise hold the newcomer for minutes.
        if size == 0 and time.monotonic() > deadline - _WHOLE_WITHIN + _ANSWER_WITHIN:
            break
    started.cancel()
    with contextlib.suppress(asyncio.CancelledError, RuntimeError):
        await started
    return downloaded().exists()


async def _start_once() -> None:
    environment = await WorkflowEnvironment.start_local(
        download_dest_dir=str(_folder()),
        dev_server_download_version=f"v{VERSION}",
        dev_server_startup_timeout=timedelta(seconds=30),
    )
    await environment.shutdown()


def _bytes_so_far() -> int:
    return sum(file.stat().st_size for file in _folder().glob("temporal-v*"))
