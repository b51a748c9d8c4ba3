"""Which code this process runs: journeys continue as new when it changes."""

import hashlib
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable


def build_id() -> str:
    """The version, and a hash over the code that decides what a workflow does."""
    digest = hashlib.sha256()
    for room in ("pathway", "workflows"):
        for path in sorted(_sources(files(room)), key=str):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return f"{version('waymark')}-{digest.hexdigest()[:12]}"


def _sources(folder: Traversable) -> list[Traversable]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _sources(entry)
        elif entry.name.endswith(".py"):
            found.append(entry)
    return found
