"""The life of a long-running process: start-up checks, signals, an end that loses nothing."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn

import structlog

from config.settings import SettingsError
from workers.time_zones import WrongTimeZonesError, use_pinned_time_zones

READY_FILE = "WAYMARK_READY_FILE"
"""Variable that names the file a supervisor waits for."""

Service = Callable[[asyncio.Event], Awaitable[None]]
"""Runs until the event is set, then finishes what it holds and returns."""

log = structlog.stdlib.get_logger(__name__)


def run_process(service: Service) -> NoReturn:
    """Run a service until SIGTERM or Ctrl-C, then end the process.

    The exit code is 0 after an orderly end and 1 when the service raised or could not start.
    A second signal ends the process without waiting.
    """
    leave(_run(service))


def leave(code: int) -> NoReturn:
    """Flush and end the process now.

    The SDK's native threads can crash an interpreter that shuts down the usual way; a crash
    would turn an orderly end into a failed one.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def announce_ready() -> None:
    """Tell whoever started this process that it works now; without effect if nobody asked."""
    if path := os.environ.get(READY_FILE):
        Path(path).write_text(f"{os.getpid()}\n", encoding="utf-8")


def _run(service: Service) -> int:
    try:
        log.info("process_starting", tzdata=use_pinned_time_zones(), pid=os.getpid())
        asyncio.run(_until_signalled(service))
    except (WrongTimeZonesError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception:
        log.exception("process_failed")
        return 1
    log.info("process_ended")
    return 0


async def _until_signalled(service: Service) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _on_signal, number, stop)
    await service(stop)


def _on_signal(number: signal.Signals, stop: asyncio.Event) -> None:
    log.info("signal_received", signal=number.name)
    if stop.is_set():
        leave(128 + number)
    stop.set()
