"""Where webhooks wait while the records do not answer: in files, durable before they count.

The files hold what patients wrote and their numbers. They are readable by their owner alone and
stay no longer than the records are away.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from pydantic import ValidationError

from console.notices import Notice

_WAITING = ".notice"
_UNFINISHED = ".part"
_UNREADABLE = ".unreadable"


class Spool:
    """A folder of webhooks. Every method blocks on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep some; when this returns, they outlast a loss of power. Raises OSError."""
        name = f"{notices[0].received_at:%Y%m%dT%H%M%S.%f}-{uuid4().hex}"
        unfinished = self._folder / (name + _UNFINISHED)
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.writelines(f"{notice.model_dump_json()}\n" for notice in notices)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / (name + _WAITING))
        self._note_names()

    def waiting(self) -> tuple[Path, ...]:
        """The files of what waits, the oldest first."""
        return tuple(sorted(self._folder.glob(f"*{_WAITING}")))

    def read(self, path: Path) -> tuple[Notice, ...]:
        """What waits in a file; nothing when it is gone.

        A copy of a file with damaged lines is put aside for a person.
        """
        try:
            lines = path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()  # another console was first
        found = tuple(filter(None, map(_notice_in, lines)))
        if not lines or len(found) < len(lines):
            shutil.copy(path, path.with_suffix(_UNREADABLE))
        return found

    def remove(self, path: Path) -> None:
        """Forget what the records hold now."""
        path.unlink(missing_ok=True)

    def unreadable(self) -> tuple[Path, ...]:
        """Files that a person has to look at."""
        return tuple(sorted(self._folder.glob(f"*{_UNREADABLE}")))

    def _note_names(self) -> None:
        """Without this the file may be there after a loss of power, and its name not."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _notice_in(line: bytes) -> Notice | None:
    try:
        return Notice.model_validate_json(line)
    except ValidationError:
        return None
