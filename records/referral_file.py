"""Referral files as clinics really have them: split into rows with their true line numbers.

A spreadsheet's CSV is a comma or a semicolon file, in UTF-8 or in Windows' own encoding, with a
byte order mark or without, with line breaks inside quotes. It is read twice and never held:
once to learn the encoding, once to yield the rows. A row whose quote is never closed is one bad
row; reading goes on with the line after it.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

ENCODINGS = ("utf-8-sig", "cp1252")
SEPARATORS = ",;\t"
LONGEST_LINE = 64 * 1024
MOST_LINES = 30
"""Lines that one row may span; a row that needs more has lost a quote."""


class ReferralFileError(Exception):
    """The file as a whole cannot be read; says what to do, quotes nothing from it."""


@dataclass(frozen=True)
class Row:
    line: int
    """The file's line on which the row begins, counted from 1."""
    cells: tuple[str, ...] | None
    """None when a quote in the row is opened and never closed."""


@dataclass(frozen=True)
class ReferralFile:
    path: Path
    encoding: str
    separator: str

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank, the header first."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield from _rows(_Lines(file), self.separator)


def open_referral_file(path: Path) -> ReferralFile:
    """Find out how a file is written.

    Raises ReferralFileError when it is missing, empty, a workbook, or in an unknown encoding.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise ReferralFileError(f"the file cannot be read ({type(error).__name__})") from None
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ReferralFileError("this is a workbook; save the sheet as CSV UTF-8")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReferralFileError("the file is in UTF-16; save it as CSV UTF-8")
    encoding = next((e for e in ENCODINGS if _reads_as(path, e)), None)
    if encoding is None:
        raise ReferralFileError("the file's encoding is unknown; save it as CSV UTF-8")
    with path.open(encoding=encoding, newline="") as file:
        header = next((line for line in file if line.strip()), None)
    if header is None:
        raise ReferralFileError("the file is empty; its first line names the columns")
    return ReferralFile(path, encoding, max(SEPARATORS, key=header.count))


def _reads_as(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while block := file.read(LONGEST_LINE):
                if "\0" in block:
                    return False
    except UnicodeDecodeError:
        return False
    return True


class _Lines:
    """A few lines ahead of a file, so that a row can be tried and given back."""

    def __init__(self, file: TextIO) -> None:
        self.number = 1
        """The line that comes next."""
        self._file = file
        self._ahead: deque[str] = deque()

    def first(self, count: int) -> list[str]:
        """The next lines without taking them; fewer at the file's end."""
        while len(self._ahead) < count:
            line = self._file.readline(LONGEST_LINE)
            if not line:
                break
            if len(line) == LONGEST_LINE:
                raise ReferralFileError("a line of the file is far too long; is this a CSV file?")
            self._ahead.append(line)
        return list(self._ahead)[:count]

    def take(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()
        self.number += count


def _rows(lines: _Lines, separator: str) -> Iterator[Row]:
    while lines.first(1):
        count, cells = _next(lines, separator)
        if cells is None or any(cell.strip() for cell in cells):
            yield Row(lines.number, cells)
        lines.take(count)


def _next(lines: _Lines, separator: str) -> tuple[int, tuple[str, ...] | None]:
    """The next row and how many lines it takes."""
    for count in range(1, MOST_LINES + 1):
        tried = lines.first(count)
        if len(tried) < count:
            break
        reader = csv.reader(tried, delimiter=separator, strict=True)
        try:
            cells = tuple(next(reader, ()))
        except csv.Error:
            continue  # a quote is still open, or something stands behind a closed one
        if reader.line_num == count:
            return count, cells
    return 1, None
