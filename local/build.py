"""Build Temporal's server and its UI from Go modules, where no download can be had."""

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from local.binary import Version
from local.cache import program
from local.errors import StandError
from local.progress import Progress, Step

_OLDEST_GO = Version(1, 26, 8)
_NOTE_EVERY = 0.5
_KEPT_LINES = 3


@dataclass(frozen=True)
class GoProgram:
    """A program that can be built from a Go module of a fixed version."""

    title: str
    name: str
    module: str
    version: str
    takes: str
    """How long a cold build takes, as a person is told it."""

    @property
    def path(self) -> Path:
        """Where the built program is kept."""
        return program(self.name, self.version)


TEMPORAL_SERVER = GoProgram(
    "Temporal server",
    "temporal-server",
    "go.temporal.io/server/cmd/server",
    "1.32.0",
    "2 to 6 minutes",
)
UI_SERVER = GoProgram(
    "Temporal UI",
    "ui-server",
    "github.com/temporalio/ui-server/v2/cmd/server",
    "2.54.1",
    "about half a minute",
)


def built(wanted: GoProgram, progress: Progress) -> Path:
    """The path of the program, built first if it is not in the cache.

    Two processes that ask at once build once. Raises StandError when Go is missing, too old,
    or the build fails.
    """
    if wanted.path.exists():
        return wanted.path
    go = _require_go(wanted)
    wanted.path.parent.mkdir(parents=True, exist_ok=True)
    title = f"Building the {wanted.title} {wanted.version} (once, {wanted.takes})"
    with progress.step(title) as step, _alone(wanted, step):
        if not wanted.path.exists():
            _install(go, wanted, step)
    return wanted.path


@contextmanager
def _alone(wanted: GoProgram, step: Step) -> Iterator[None]:
    lock = FileLock(wanted.path.with_suffix(".lock"))
    while not lock.is_locked:
        try:
            lock.acquire(timeout=_NOTE_EVERY)
        except Timeout:
            step.note("waiting for another process that builds it")
    try:
        yield
    finally:
        lock.release()


def _require_go(wanted: GoProgram) -> str:
    remedy = (
        f"Install Go {_OLDEST_GO} or newer (or put the `temporal` command, 1.9.1 or newer, on your "
        "PATH), then try again."
    )
    go = shutil.which("go")
    if go is None:
        raise StandError(
            f"The {wanted.title} has to be built here, and Go is not installed.", remedy
        )
    version = Version.parse(_ask(go, "version"))
    # With any other toolchain setting an older Go fetches the one that it needs.
    if version < _OLDEST_GO and _ask(go, "env", "GOTOOLCHAIN") == "local":
        raise StandError(f"Go {version} is too old to build the {wanted.title}.", remedy)
    return go


def _ask(go: str, *question: str) -> str:
    command = [go, *question]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if answer.returncode != 0:
        raise StandError(
            f"`{shlex.join(['go', *question])}` failed: {answer.stderr.strip()}",
            "Repair the Go installation, then try again.",
        )
    return answer.stdout.strip()


def _install(go: str, wanted: GoProgram, step: Step) -> None:
    """Build beside the final place and move in one step: a half-built program is never found."""
    log = wanted.path.with_suffix(".log")
    with tempfile.TemporaryDirectory(dir=wanted.path.parent) as folder:
        command = [go, "install", "-v", f"{wanted.module}@v{wanted.version}"]
        # The user's GOFLAGS are for the user's modules (-mod=vendor would fail here).
        if _run(command, os.environ | {"GOBIN": folder, "GOFLAGS": ""}, log, step) != 0:
            raise StandError(
                f"Building the {wanted.title} failed: {_last_words(log)}",
                f"Its output is in {log}; remove the cause, then try again.",
            )
        (Path(folder) / "server").replace(wanted.path)


def _run(command: Sequence[str], env: Mapping[str, str], log: Path, step: Step) -> int:
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=env, stdout=output, stderr=output) as process,  # noqa: S603
    ):
        try:
            while process.poll() is None:
                step.note(_how_far(log))
                time.sleep(_NOTE_EVERY)
        except BaseException:
            process.terminate()
            raise
        return process.returncode


def _how_far(log: Path) -> str:
    """Go names each module as it is downloaded and each package as it is compiled."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    downloads = sum(line.startswith("go: ") for line in lines)
    return f"{downloads} modules fetched, {len(lines) - downloads} packages compiled"


def _last_words(log: Path) -> str:
    """What went wrong: the lines that are sentences, not names of packages."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    sentences = [line.strip() for line in lines if " " in line.strip()]
    return " / ".join(sentences[-_KEPT_LINES:]) or "no output"
