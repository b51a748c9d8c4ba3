"""The anchors kept outside: a file to which a line is added for each round, and nothing else.

It belongs where whoever keeps the database cannot write: another machine's disk, or a mount that
takes each byte once.
"""

import asyncio
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from records import anchors
from records.anchors import Kept
from records.database import Records

AT_ONCE = 200
_LONGEST = 256 * 1024
"""Bytes of one line: a round moves a few hundred heads at most."""


class AnchorsDifferError(Exception):
    """The records do not have what the file says was sealed. Nothing was added to it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"round {number} of the anchor file is not in the records as it was")
        self.number = number


async def keep_outside(records: Records, file: Path) -> int:
    """Add what was sealed since the file's last line; how many lines that made.

    Raises OSError, AnchorsDifferError and RecordsUnavailableError.
    """
    newest = await asyncio.to_thread(last_line, file)
    through = newest.round if newest else 0
    if newest and await anchors.unlike(records, [newest]):
        raise AnchorsDifferError(newest.round)
    made = 0
    while page := await anchors.behind(records, through):
        lines = [Kept.of(anchor).model_dump_json() for anchor in page]
        await asyncio.to_thread(_append, file, lines)
        through, made = page[-1].round, made + len(page)
    return made


def kept_in(file: Path) -> Iterator[list[Kept]]:
    """What the file holds now, some lines at a time; a line that was cut off is left out.

    What is added while somebody reads is not read: the records may be older by then.
    Raises OSError.
    """
    until = file.stat().st_size
    with file.open("rb") as lines:
        whole = (line for line in iter(lines.readline, b"") if lines.tell() <= until)
        readable = (kept for line in whole if (kept := _read(line)))
        while page := list(islice(readable, AT_ONCE)):
            yield page


def last_line(file: Path) -> Kept | None:
    """The last whole line, None where there is none. Raises OSError."""
    try:
        with file.open("rb") as lines:
            lines.seek(max(0, file.stat().st_size - 2 * _LONGEST))
            found = [kept for line in lines if (kept := _read(line))]
    except FileNotFoundError:
        return None
    return found[-1] if found else None


def _read(line: bytes) -> Kept | None:
    """None for what was cut off half way: its round is written again behind it."""
    try:
        return Kept.model_validate_json(line)
    except ValueError:
        return None


def _append(file: Path, lines: list[str]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    # Unbuffered, so that it goes in one piece, whoever else adds to the file.
    with os.fdopen(descriptor, "ab", buffering=0) as out:
        start = "" if _ends_whole(file) else "\n"
        out.write((start + "".join(f"{line}\n" for line in lines)).encode())
        os.fsync(out.fileno())


def _ends_whole(file: Path) -> bool:
    with file.open("rb") as lines:
        size = lines.seek(0, os.SEEK_END)
        lines.seek(max(0, size - 1))
        return lines.read() in {b"", b"\n"}
