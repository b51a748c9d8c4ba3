"""The JSON documents of `waymark protocol`. Their keys stay; new ones may be added."""

from typing import Self

from config.protocol_check import Complaint
from pathway.model import Model
from pathway.protocol import Protocol


class Wrong(Model):
    """One thing that is wrong. In a file that is no valid protocol no rule has found it."""

    says: str
    file: str | None = None
    line: int | None = None
    path: str | None = None
    rule: str | None = None
    severity: str = "error"
    expected: str | None = None
    found: str | None = None
    do: str | None = None

    @classmethod
    def of(cls, complaint: Complaint) -> Self:
        found = complaint.finding
        return cls(
            says=str(complaint),
            file=complaint.file,
            line=complaint.line,
            path=complaint.path,
            **found.model_dump(exclude={"place"}),
        )


class Unpublished(Model):
    """A file that may not treat real patients, and why."""

    file: str
    values: int
    """How many are of the demonstration, not set, or set by the site and not approved."""


class Checked(Model):
    files: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    unpublished: tuple[Unpublished, ...] = ()

    @property
    def good(self) -> bool:
        return not self.wrong


class ShownProtocol(Model):
    name: str
    content_hash: str
    timing_hash: str
    wording_hash: str
    protocol: Protocol

    @classmethod
    def of(cls, protocol: Protocol) -> Self:
        return cls(
            name=protocol.name,
            content_hash=protocol.content_hash,
            timing_hash=protocol.timing_hash,
            wording_hash=protocol.wording_hash,
            protocol=protocol,
        )
