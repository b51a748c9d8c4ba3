"""`make run`: find, plan, start, say where everything is, and stop in order."""

import asyncio
import time
from contextlib import ExitStack

from rich.console import Console

from config.clinic import load_clinic
from config.loader import load_protocol
from config.settings import Settings, SettingsError
from config.yaml_source import ConfigError
from local import orphans
from local.banner import show
from local.database import prepare_database
from local.finder import RemoteServer, find_server
from local.instance import sole_instance
from local.process import begin_log
from local.progress import Progress
from local.remote import check_remote
from local.stand import Stand, plan
from local.supervisor import ASKED_TO_STOP_BY, Supervisor
from workers.connection import environment_connection


def run_stand(settings: Settings, console: Console) -> None:
    """Run the stand until Ctrl-C or SIGTERM.

    Raises StandError when something the person can put right is in the way, and SettingsError
    for a setting that cannot be used.
    """
    _require_usable(settings)
    started = time.monotonic()
    progress = Progress(console)
    with sole_instance(settings.state_dir):
        processes = settings.state_dir / "processes.json"
        if ended := orphans.end_orphans(processes):
            progress.say(f"{ended} processes of a stand that was killed have been ended.")
        server = find_server(progress)
        stand = plan(settings, server, progress)
        for member in stand.members:
            begin_log(member.log)
        asyncio.run(_supervise(stand, progress, console, started))
        processes.unlink(missing_ok=True)
    progress.say("Everything has stopped. `make run` goes on from here.")


def _require_usable(settings: Settings) -> None:
    """What would else be met with a server built and half of the stand running."""
    files = {
        "WAYMARK_CLINIC_FILE": (load_clinic, settings.clinic_file),
        "WAYMARK_PROTOCOL_FILE": (load_protocol, settings.protocol_file),
    }
    for variable, (load, file) in files.items():
        try:
            load(file)
        except ConfigError as error:
            raise SettingsError(f"{variable} cannot be used: {error}") from None
    environment_connection()


async def _supervise(stand: Stand, progress: Progress, console: Console, started: float) -> None:
    processes = stand.settings.state_dir / "processes.json"
    with ExitStack() as until_ready:
        step = until_ready.enter_context(progress.step("Starting"))
        supervisor = Supervisor(
            stand.members,
            say=progress.say,
            starting=lambda member: step.note(f"the {member.name}"),
            changed=lambda members: orphans.note(processes, members),
        )

        def on_ready() -> None:
            until_ready.close()
            show(console, stand, time.monotonic() - started)

        step.note("the database")
        await _prepare(stand)
        stop = asyncio.Event()
        _stop_on_signal(stop, supervisor, progress)
        await supervisor.run(stop, on_ready=on_ready)


async def _prepare(stand: Stand) -> None:
    await prepare_database(stand.settings)
    if isinstance(stand.server, RemoteServer):
        await check_remote(stand.settings)


def _stop_on_signal(stop: asyncio.Event, supervisor: Supervisor, progress: Progress) -> None:
    def on_signal() -> None:
        if stop.is_set():
            supervisor.hurry()
        else:
            progress.say("Stopping … (once more stops without waiting)")
            stop.set()

    loop = asyncio.get_running_loop()
    for number in ASKED_TO_STOP_BY:
        loop.add_signal_handler(number, on_signal)
