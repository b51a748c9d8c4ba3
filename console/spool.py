"""Where webhooks wait while the records do not answer: in files, durable before they count.

The files hold what patients wrote and their numbers, each webhook a line that is sealed with the
keys of the records. They are readable by their owner alone and stay no longer than the records are
away.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from console.notices import Notice
from records.errors import MissingKeyError, UnreadableError
from records.seals import Seals

_SEALED_AS = "spool.notice"
_IN_CLEAR = "{"
"""How a line began before webhooks were sealed here: what waited during the upgrade counts."""
_WAITING = ".notice"
_UNFINISHED = ".part"
_UNREADABLE = ".unreadable"


class Spool:
    """A folder of webhooks. Every method blocks on the disk."""

    def __init__(self, folder: Path, seals: Seals) -> None:
        self._folder = folder
        self._seals = seals
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, notices: Sequence[Notice]) -> None:
        """Keep some; when this returns, they outlast a loss of power. Raises OSError."""
        name = f"{notices[0].received_at:%Y%m%dT%H%M%S.%f}-{uuid4().hex}"
        unfinished = self._folder / (name + _UNFINISHED)
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.writelines(f"{self._sealed(notice)}\n" for notice in notices)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / (name + _WAITING))
        self._note_names()

    def waiting(self) -> tuple[Path, ...]:
        """The files of what waits, the oldest first."""
        return tuple(sorted(self._folder.glob(f"*{_WAITING}")))

    def read(self, path: Path) -> tuple[Notice, ...]:
        """What waits in a file; nothing when it is gone.

        A copy of a file with damaged lines is put aside for a person. Raises MissingKeyError where
        a line was sealed with a key that is not among ours: such a file is whole, and waits.
        """
        try:
            lines = path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()  # another console was first
        found = tuple(filter(None, map(self._notice_in, lines)))
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

    def _sealed(self, notice: Notice) -> str:
        return self._seals.seal(_SEALED_AS, notice.model_dump_json())

    def _notice_in(self, line: bytes) -> Notice | None:
        try:
            return Notice.model_validate_json(self._opened(line.decode()))
        except (UnreadableError, ValueError):
            return None

    def _opened(self, line: str) -> str:
        if line.startswith(_IN_CLEAR):
            return line
        try:
            return self._seals.open(_SEALED_AS, line)
        except MissingKeyError as missing:
            if not self._seals.ring.can_be_had(missing.key_id):
                raise
        return self._seals.open(_SEALED_AS, line)
