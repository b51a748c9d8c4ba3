"""Children that outlived a killed stand: found by what was noted about them, and ended.

A stand that dies without a chance to clean up leaves its server on the ports and the files that
the next one needs.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from local.child import Member

_GRACE = 10.0
_LOOK_EVERY = 0.1


def note(path: Path, members: Iterable[Member]) -> None:
    """Write down which processes belong to this stand."""
    entries = [{"pid": member.pid, "argv": member.argv} for member in members]
    whole = path.with_suffix(".new")
    whole.write_text(json.dumps(entries), encoding="utf-8")
    # In one step: the stand may be killed at any moment, and then this is all there is.
    whole.replace(path)


def end_orphans(path: Path) -> int:
    """End what is still running of the processes written down there; returns how many.

    Call it only while holding the state folder: the stand that wrote the note is then dead.
    """
    orphans = [pid for pid, argv in _noted(path) if _still_runs(pid, argv)]
    for pid in orphans:
        _end(pid)
    path.unlink(missing_ok=True)
    return len(orphans)


def _noted(path: Path) -> list[tuple[int, list[str]]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [(int(entry["pid"]), [str(part) for part in entry["argv"]]) for entry in entries]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _still_runs(pid: int, argv: list[str]) -> bool:
    """Whether this process is the one that was noted, not a later one with its number."""
    command = _command_line(pid)
    # A framework build of Python shows another path for itself, so the arguments decide.
    return bool(command) and command.endswith(" ".join(argv[1:])) and _same_program(command, argv)


def _same_program(command: str, argv: list[str]) -> bool:
    program = Path(argv[0]).name.lower()
    return program in command.lower() or ("python" in program and "python" in command.lower())


def _command_line(pid: int) -> str:
    with suppress(OSError):
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        return raw.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
    try:
        answer = subprocess.run(  # noqa: S603
            ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout.strip()


def _end(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        # One that has ended but that nobody waited for still has a number, and no command line.
        while _command_line(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(_LOOK_EVERY)
