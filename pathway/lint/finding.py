"""What the lint finds, and what it knows beside the protocol."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from pathway.calendar import Calendar
from pathway.durations import format_duration
from pathway.model import Model
from pathway.protocol import Protocol, Template
from pathway.protocol.places import Place
from pathway.roles import Role


class Severity(StrEnum):
    ERROR = "error"
    """The protocol cannot mean what it says: no journey should carry it."""
    PUBLISH = "publish"
    """Well enough for a demonstration, refused for real patients (rule 30)."""


class Finding(Model):
    """One thing that is wrong, where, and what to do about it."""

    rule: str
    severity: Severity
    place: Place
    expected: str
    found: str
    do: str


class Around(Model):
    """What a protocol has to fit to; what is not known is not checked."""

    calendar: Calendar | None = None
    roles: tuple[Role, ...] | None = None
    """Those that the rota fills at some hour."""
    around_the_clock: tuple[Role, ...] | None = None
    """Those of them that it fills at every hour of the week, closed days too."""
    texts: Mapping[str, Mapping[str, str]] = {}
    """The words of each template, by language."""
    asking: Mapping[str, Mapping[str, str]] = {}
    """The words of reminders that ask whether she comes, by language."""

    def words(self, template: Template) -> Iterator[tuple[str, str]]:
        """The template in each language that has it, as it tells and as it asks."""
        for texts_by_language in (self.texts, self.asking):
            for language, texts in texts_by_language.items():
                if template in texts:
                    yield language, texts[template]


Rule = Callable[[Protocol, Around], Iterator[Finding]]


def error(rule: str, place: Place, expected: str, found: object, do: str) -> Finding:
    return _finding(Severity.ERROR, rule, place, expected, found, do)


def before_publishing(rule: str, place: Place, expected: str, found: object, do: str) -> Finding:
    return _finding(Severity.PUBLISH, rule, place, expected, found, do)


def _finding(
    severity: Severity, rule: str, place: Place, expected: str, found: object, do: str
) -> Finding:
    says = format_duration(found) if isinstance(found, timedelta) else str(found)
    return Finding(rule=rule, severity=severity, place=place, expected=expected, found=says, do=do)
