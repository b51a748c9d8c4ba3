"""One stand per state folder: two would write the same files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from local.errors import StandError


@contextmanager
def sole_instance(state_dir: Path) -> Iterator[None]:
    """Hold the state folder for as long as the block runs.

    The lock is the operating system's, so a killed stand leaves none behind. Raises StandError
    when another one holds the folder, or when it cannot be written.
    """
    lock = FileLock(state_dir / "instance.lock")
    owner = state_dir / "instance.pid"
    try:
        # It holds phone numbers: nobody else on this machine needs to look inside.
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        owner.write_text(f"{os.getpid()}\n", encoding="utf-8")
    except Timeout:
        raise StandError(
            f"Process {_pid(owner)} already runs on the state folder {state_dir}.",
            "Stop it with Ctrl-C first, or give this one a folder and ports of its own: "
            "WAYMARK_STATE_DIR=<folder> WAYMARK_PORT_TEMPORAL=<port> … make run",
        ) from None
    except OSError as error:
        raise StandError(
            f"The state folder {state_dir} cannot be written: {error.strerror}.",
            "Choose another one: WAYMARK_STATE_DIR=<folder> make run",
        ) from None
    try:
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _pid(owner: Path) -> str:
    try:
        return owner.read_text(encoding="utf-8").strip()
    except OSError:
        return "of another terminal"
