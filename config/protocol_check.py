"""Checks a protocol file whole: its form, then what it means beside this clinic and its texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from config.calendar import calendar_from
from config.clinic import Clinic
from config.yaml_source import Source, path_of, read_yaml, validated
from pathway import civil
from pathway.lint import Around, Finding, Severity, lint
from pathway.model import Instant
from pathway.protocol import Protocol


@dataclass(frozen=True)
class Complaint:
    """One finding, with the file and the line that the rules do not know."""

    file: str
    line: int
    finding: Finding

    @property
    def path(self) -> str:
        return path_of(self.finding.place)

    def __str__(self) -> str:
        found = self.finding
        return (
            f"{self.file}, line {self.line}, at {self.path}: expected {found.expected}; "
            f"found {found.found!r}. {found.do} ({found.rule})"
        )


def shipped_protocols() -> tuple[Traversable, ...]:
    """Every protocol that comes with Waymark, by name."""
    folder = (files("config") / "protocols").iterdir()
    return tuple(sorted((f for f in folder if f.name.endswith(".yaml")), key=lambda f: f.name))


def messages(part: str = "texts") -> dict[str, dict[str, str]]:
    """The words of each text by language, as they are written, whole or not.

    Args:
        part: `asking` for the reminders that ask whether she comes.

    Raises:
        ConfigError: when a file of messages cannot be read.
    """
    written = {}
    for file in sorted((files("config") / "messages").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            data = read_yaml(file).data
            texts = data.get(part) if isinstance(data, dict) else None
            if isinstance(texts, dict):
                words = {str(name): str(text or "") for name, text in texts.items()}
                written[file.name.removesuffix(".yaml")] = words
    return written


def around(clinic: Clinic, at: Instant) -> Around:
    """What a protocol has to fit to in this clinic."""
    return Around(
        calendar=calendar_from(clinic, at),
        roles=tuple(clinic.rota),
        around_the_clock=clinic.around_the_clock(civil.local(at, clinic.zone).date()),
        texts=messages(),
        asking=messages("asking"),
    )


def check_protocol(
    file: Path | Traversable, beside: Around, *, publish: bool = False
) -> tuple[Complaint, ...]:
    """What is wrong with a protocol that can be read.

    Raises:
        ConfigError: when it is no valid protocol, with every place at which it is not.
    """
    source = read_yaml(file)
    return tuple(_complaints(source, validated(Protocol, source), beside, publish=publish))


def _complaints(
    source: Source, protocol: Protocol, beside: Around, *, publish: bool
) -> Iterator[Complaint]:
    for finding in lint(protocol, beside):
        if publish or finding.severity is Severity.ERROR:
            yield Complaint(source.name, source.line(finding.place), finding)
