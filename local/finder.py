"""Find a Temporal server: the environment's, one on PATH, a cached, a downloaded, a built one."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.binary import TIME_SKIPPING_SINCE, Flavour, ServerBinary, Version
from local.build import TEMPORAL_SERVER, built
from local.download import download, downloaded
from local.progress import Progress
from workers.connection import environment_connection

_ANSWERS_WITHIN = 20.0


@dataclass(frozen=True)
class RemoteServer:
    """A server that somebody else runs, named by TEMPORAL_ADDRESS or a Temporal profile."""

    address: str

    @property
    def origin(self) -> str:
        return "named by your environment"


def find_server(progress: Progress) -> RemoteServer | ServerBinary:
    """The server for `make run`; an older `temporal` on PATH will do.

    Raises StandError when none can be had, SettingsError when TEMPORAL_* cannot be used.
    """
    address = environment_connection().get("target_host")
    if address:
        return RemoteServer(address)
    return _on_path() or _obtained(progress)


def find_test_server(progress: Progress) -> ServerBinary:
    """A server on which tests can skip time, never one that the environment names.

    Tests would otherwise write into a clinic's own cluster. Raises StandError when none can
    be had.
    """
    candidate = _on_path()
    if candidate is not None and candidate.can_skip_time:
        return candidate
    return _obtained(progress)


def _on_path() -> ServerBinary | None:
    found = shutil.which("temporal")
    if found is None:
        return None
    return _cli_server(Path(found), f"`temporal` on your PATH ({found})")


def _cli_server(path: Path, origin: str) -> ServerBinary | None:
    """Ask the program what it is; None if it is not Temporal's command line."""
    try:
        answer = subprocess.run(  # noqa: S603
            [path, "--version"],
            capture_output=True,
            text=True,
            timeout=_ANSWERS_WITHIN,
            check=True,
        )
        # It says: temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)
        version = Version.parse(answer.stdout.partition("Server ")[2])
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return ServerBinary(path, Flavour.CLI, version, origin)


def _obtained(progress: Progress) -> ServerBinary:
    """Out of the cache if one is there: no start waits for a download that was refused before."""
    if downloaded().exists() and (cached := _cli_server(downloaded(), "downloaded earlier")):
        return cached
    if TEMPORAL_SERVER.path.exists():
        return _built_server(progress, "built earlier from Go modules")
    path = download(progress)
    if path is not None and (fetched := _cli_server(path, "downloaded now")):
        return fetched
    progress.say("Temporal's download cannot be reached from here; building the server instead.")
    return _built_server(progress, "built now from Go modules")


def _built_server(progress: Progress, origin: str) -> ServerBinary:
    path = built(TEMPORAL_SERVER, progress)
    return ServerBinary(path, Flavour.STOCK, Version.parse(TEMPORAL_SERVER.version), origin)


def shortcomings(server: ServerBinary) -> str | None:
    """One sentence about what this server cannot do, for the banner; None if it can do all."""
    if server.can_skip_time:
        return None
    return (
        f"Server {server.version} is older than {TIME_SKIPPING_SINCE}: it runs journeys, "
        "but `make test` will fetch a newer one."
    )
