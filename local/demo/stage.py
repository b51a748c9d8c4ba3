"""`make demo`: its own server, database and folder; then the stories, then time to look around."""

import asyncio
import os
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from rich.console import Console

from cli.session import Session
from config.clinic import load_clinic
from config.keys import ring_of
from config.settings import Settings
from local import banner, orphans
from local.database import prepare_database
from local.demo.diary import diary
from local.demo.director import Midway
from local.demo.notebook import Notebook
from local.demo.stories import Chosen, chosen_stories
from local.demo.telling import tell
from local.dynamic_config import FOR_TESTS
from local.finder import find_test_server
from local.instance import sole_instance
from local.process import begin_log
from local.progress import Progress
from local.stand import Stand, plan
from local.supervisor import ASKED_TO_STOP_BY, Supervisor
from pathway import civil
from pathway.roles import Role
from records.database import Records
from workers.connection import connect
from workers.plugin import plugin_for

Look = Callable[[Stand, Progress], Awaitable[None]]
"""A look at the stand, taken while everything runs."""

FOLDER = "demo"
_PATIENCE = timedelta(days=1)
_KEPT = (
    *("port_temporal", "port_ui", "port_simulator", "port_console", "port_codec"),
    *("log_level", "log_json"),
)
"""What a person may set for the demonstration too. All else is its own."""


def demo_settings(settings: Settings) -> Settings:
    """Settings of a demonstration: no cluster, clinic, database or sender of anybody's.

    Twelve invented lives must not be written into a clinic's server, nor texted to real phones.
    """
    folder = settings.state_dir / FOLDER
    set_aside_environment()
    return Settings(
        state_dir=folder,
        database_url=f"sqlite+aiosqlite:///{folder / 'waymark.db'}",
        texts_per_second=100.0,
        **{name: getattr(settings, name) for name in _KEPT},
    )


def set_aside_environment() -> None:
    """Forget what the environment says of servers, senders and files, for children too."""
    kept = {f"WAYMARK_{name.upper()}" for name in (*_KEPT, "cache_dir")}
    for name in [*os.environ]:
        if name.startswith(("TEMPORAL_", "TWILIO_", "WAYMARK_")) and name not in kept:
            del os.environ[name]


def run_demo(
    settings: Settings,
    console: Console,
    *,
    stay: bool,
    stories: Sequence[str] = (),
    look: Look | None = None,
    days: int | None = None,
) -> None:
    """Live the examples' courses, or go on with them.

    Args:
        stay: keep everything running afterwards, to be looked at, until Ctrl-C.
        stories: only these, by record number; none given is all.
        look: taken once the stories are told, before anything is ended.
        days: stop in the middle, so many days from now or as soon behind them as an escalation is
            open and a prescriber is waited for.

    Raises StandError when something the person can put right is in the way.
    """
    chosen = chosen_stories(stories)
    mine = demo_settings(settings)
    mine.state_dir.mkdir(parents=True, exist_ok=True)
    progress = Progress(console)
    with sole_instance(mine.state_dir):
        processes = mine.state_dir / "processes.json"
        if ended := orphans.end_orphans(processes):
            progress.say(f"{ended} processes of a demonstration that was killed have been ended.")
        stand = plan(mine, find_test_server(progress), progress, FOR_TESTS)
        for member in stand.members:
            begin_log(member.log)
        until = _midway(days) if days is not None else None
        telling = partial(_tell_and_write, stand, chosen, progress, look, until)
        asyncio.run(_perform(stand, telling, progress, stay=stay))
        processes.unlink(missing_ok=True)


def _midway(days: int) -> Midway:
    return Midway(
        datetime.now(UTC) + timedelta(days=days),
        lambda going: (
            any(each.escalations for each in going)
            and any(each.waits_for is Role.PRESCRIBER for each in going)
        ),
    )


async def _perform(
    stand: Stand,
    tell_all: Callable[[], Coroutine[Any, Any, None]],
    progress: Progress,
    *,
    stay: bool,
) -> None:
    settings = stand.settings
    await prepare_database(settings)
    processes = settings.state_dir / "processes.json"
    stop, ready = asyncio.Event(), asyncio.Event()
    for number in ASKED_TO_STOP_BY:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    supervisor = Supervisor(
        stand.members,
        say=progress.say,
        changed=lambda members: orphans.note(processes, members),
    )
    running = asyncio.create_task(supervisor.run(stop, on_ready=ready.set))
    with progress.step("Starting"):
        await _either(ready.wait(), running)
    try:
        if ready.is_set():
            await _told(tell_all(), progress, running, stop)
            if stay and not stop.is_set():
                _where(stand, progress)
                await _either(stop.wait(), running)
    finally:
        stop.set()
        await running


async def _told(
    telling_all: Coroutine[Any, Any, None],
    progress: Progress,
    running: asyncio.Task[None],
    stop: asyncio.Event,
) -> None:
    telling = asyncio.create_task(telling_all)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({telling, running, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not telling.done():
        telling.cancel()
        await asyncio.wait({telling})
        if stop.is_set():
            progress.say("Stopped. `make demo` goes on from here.")
        return
    telling.result()


async def _tell_and_write(
    stand: Stand,
    chosen: Chosen,
    progress: Progress,
    look: Look | None,
    until: Midway | None,
) -> None:
    async with _session(stand.settings) as session:
        first = civil.local(datetime.now(UTC), session.zone).date() + timedelta(days=1)
        notebook = Notebook.open(stand.settings.state_dir / "stories.json", first)
        ahead = {name: story for name, story in chosen.items() if name not in notebook.told}
        if ahead:
            await tell(session, notebook, ahead, progress, until)
        words = await diary(session)
    page = stand.settings.state_dir / "diary.md"
    await asyncio.to_thread(page.write_text, words, encoding="utf-8")
    progress.say(f"The diary: {page}")
    if look is not None:
        await look(stand, progress)


@asynccontextmanager
async def _session(settings: Settings) -> AsyncIterator[Session]:
    """What `waymark` works with, on the demonstration's own folder."""
    clinic = load_clinic(settings.clinic_file)
    records = await Records.open(settings.database_url, ring=ring_of(settings, clinic))
    plugin = plugin_for(records.ring, clinic)
    try:
        client = await connect(settings, plugin=plugin, patience=timedelta(seconds=30))
        yield Session(settings, clinic, records, _PATIENCE, _client=client)
    finally:
        await records.close()


async def _either(this: Coroutine[Any, Any, Any], running: asyncio.Task[None]) -> None:
    waiting = asyncio.create_task(this)
    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


def _where(stand: Stand, progress: Progress) -> None:
    folder = stand.settings.state_dir
    progress.say(f"Temporal UI: {stand.ui_url}")
    progress.say(f"Phones: {stand.phones_url}")
    progress.say("The command line, in another terminal:")
    progress.say(f"  WAYMARK_STATE_DIR={shlex.quote(str(folder))} {banner.command()} worklist")
    progress.say("Ctrl-C ends it; everything stays to be looked at with the next `make demo`.")
