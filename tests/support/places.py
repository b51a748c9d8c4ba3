"""Where needles are looked for: named places, each with the bytes that it holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from needles import Needle, Needles, stems


@dataclass(frozen=True)
class Found:
    needle: Needle
    where: str
    around: bytes

    def __str__(self) -> str:
        return f"{self.where}: {self.needle.kind} of {self.needle.flow!r}: {self.around!r}"


@dataclass
class Place:
    """One class of places: what stands in it, each piece by a name of its own."""

    name: str
    pieces: list[tuple[str, bytes]] = field(default_factory=list)

    def add(self, name: str, content: bytes | str) -> None:
        self.pieces.append((name, content.encode() if isinstance(content, str) else content))

    def add_files(self, files: Iterable[Path], below: Path) -> None:
        """Files with their names, which could tell something by themselves."""
        for file in sorted(files):
            name = str(file.relative_to(below))
            self.add(f"name of {name}", name)
            self.add(name, file.read_bytes())

    @property
    def size(self) -> int:
        return sum(len(content) for _, content in self.pieces)

    def search(self, needles: Needles) -> Iterator[Found]:
        """Every needle that stands in it, once for each piece."""
        for name, content in self.pieces:
            yield from _in(content, needles.given, f"{self.name}/{name}")


_STEMS = stems()
_AROUND = 400
"""Bytes on either side of a stem: more than any needle takes in any shape."""


def _in(content: bytes, needles: Iterable[Needle], where: str) -> Iterator[Found]:
    near = b"\0".join(_windows(content))
    if not near:
        return
    for needle in needles:
        at = next((at for s in needle.shapes if (at := near.find(s)) >= 0), -1)
        if at >= 0:
            yield Found(needle, where, near[max(0, at - 60) : at + 60])


def _windows(content: bytes) -> Iterator[bytes]:
    """What stands around each stem."""
    spans = sorted((at - _AROUND, at + _AROUND) for stem in _STEMS for at in _all_of(stem, content))
    begins = ends = -1
    for begin, end in spans:
        if begin > ends:
            if ends > 0:
                yield content[max(0, begins) : ends]
            begins = begin
        ends = end
    if ends > 0:
        yield content[max(0, begins) : ends]


def _all_of(stem: bytes, content: bytes) -> Iterator[int]:
    at = content.find(stem)
    while at >= 0:
        yield at
        at = content.find(stem, at + 1)
