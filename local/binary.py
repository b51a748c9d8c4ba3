"""A Temporal server program that was found on this machine, and what it can do."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, order=True)
class Version:
    """A release number; compares as numbers do."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read the first a.b.c in a text. Raises ValueError when there is none."""
        match = _VERSION.search(text)
        if match is None:
            raise ValueError(f"no version number in {text!r}")
        major, minor, patch = (int(part) for part in match.groups())
        return cls(major, minor, patch)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


TIME_SKIPPING_SINCE = Version(1, 32, 0)
"""The first server on which a test can move one workflow's clock."""


class Flavour(StrEnum):
    """How a server program wants to be started."""

    STOCK = "stock"
    """The production server: everything by environment, its UI is a program of its own."""
    CLI = "cli"
    """`temporal server start-dev`: server and UI in one program."""


@dataclass(frozen=True)
class ServerBinary:
    """A server program: where it is, how it is started, and where it came from."""

    path: Path
    flavour: Flavour
    version: Version
    """Of the server inside, not of the command-line tool around it."""
    origin: str
    """Where it came from, as the banner says it."""

    @property
    def can_skip_time(self) -> bool:
        return self.version >= TIME_SKIPPING_SINCE
