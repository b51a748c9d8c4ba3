"""The file that Temporal keeps its journeys in, and which server may open it."""

import json
from dataclasses import replace
from pathlib import Path

from local.binary import ServerBinary, Version
from local.errors import StandError
from local.launch import TemporalPorts
from local.ports import is_free


def claim(directory: Path, server: ServerBinary) -> None:
    """Note that this server opens the file.

    Temporal has no way back: raises StandError when a newer server wrote the file.
    """
    directory.mkdir(parents=True, exist_ok=True)
    note = directory / "written_by.json"
    before = _read(note)
    if before is not None and (server.version.major, server.version.minor) < (
        before.major,
        before.minor,
    ):
        raise StandError(
            f"The journeys in {directory} were written by Temporal {before}, which is newer than "
            f"the server found ({server.version}, {server.origin}).",
            "Put the newer `temporal` on your PATH, or take the older one off it, then try again.",
        )
    note.write_text(json.dumps({"server": str(server.version)}), encoding="utf-8")


def _read(note: Path) -> Version | None:
    try:
        return Version.parse(json.loads(note.read_text(encoding="utf-8"))["server"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def ports_of(directory: Path, frontend: int) -> TemporalPorts:
    """The ports of the last start where they are still free, so that its members are found.

    The server remembers its own addresses in the file; new ones cost seconds at the next stop.
    """
    note = directory / "ports.json"
    last = TemporalPorts.load(note)
    if last is not None:
        last = replace(last, frontend=frontend)
    if last is None or not all(is_free(port) for port in last.internal):
        last = TemporalPorts.choose(frontend)
    last.save(note)
    return last
