"""When things are due, as a protocol says it: `infusion.end + 24h`, `day before 17:00`.

A closed vocabulary: anchors plus or minus a duration, the earliest of several, a clock time
on the day before an appointment. Parsed once into models; nothing is ever evaluated as code.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from pathway import civil
from pathway.durations import WRITTEN_AS, format_duration, parse_duration
from pathway.model import Model


class Anchor(StrEnum):
    """The instants of a treatment that other instants hang on."""

    APPOINTMENT = "appointment"
    DUE = "due"
    INFUSION_AT = "infusion.at"
    INFUSION_START = "infusion.start"
    INFUSION_END = "infusion.end"
    DISCHARGE = "discharge"
    PSYCHOTHERAPY_ENDED = "psychotherapy.ended"
    NEXT_INFUSION_AT = "next_infusion.at"


Anchors = Mapping[Anchor, datetime | None]

_OFFSET = re.compile(r"^([a-z_.]+)(?:\s*([+-])\s*(\d+[dhms]))?$")
_DAY_BEFORE = re.compile(r"^day before (\d{2}):(\d{2})$")
_EARLIEST = re.compile(r"^earliest\((.+)\)$")


class Offset(Model):
    """An anchor plus or minus a duration."""

    anchor: Anchor
    by: timedelta = timedelta(0)

    def resolve(self, anchors: Anchors, _zone: str) -> datetime | None:
        at = anchors.get(self.anchor)
        return None if at is None else at + self.by

    def __str__(self) -> str:
        if not self.by:
            return self.anchor.value
        sign = "+" if self.by > timedelta(0) else "-"
        return f"{self.anchor.value} {sign} {format_duration(abs(self.by))}"

    @classmethod
    def parse(cls, written: str) -> Self:
        match = _OFFSET.match(written.strip())
        if not match or match[1] not in tuple(Anchor):
            known = ", ".join(Anchor)
            raise ValueError(f"expected an anchor plus or minus a duration; anchors are {known}")
        by = parse_duration(match[3]) if match[3] else timedelta(0)
        return cls(anchor=Anchor(match[1]), by=-by if match[2] == "-" else by)


class DayBefore(Model):
    """A clock time, in the patient's zone, on the day before the appointment."""

    clock: time

    def resolve(self, anchors: Anchors, zone: str) -> datetime | None:
        at = anchors.get(Anchor.APPOINTMENT)
        if at is None:
            return None
        day = civil.local(at, zone).date() - timedelta(days=1)
        return civil.instant(day, self.clock, zone)

    def __str__(self) -> str:
        return f"day before {self.clock:%H:%M}"


class Earliest(Model):
    """The earliest of several, of which those without an anchor yet are left out."""

    of: tuple[Offset, ...]

    def resolve(self, anchors: Anchors, zone: str) -> datetime | None:
        known = [at for each in self.of if (at := each.resolve(anchors, zone)) is not None]
        return min(known, default=None)

    def __str__(self) -> str:
        return f"earliest({', '.join(map(str, self.of))})"


def _pattern() -> str:
    """What `parse_moment` takes, for editors: without the spaces that it forgives."""
    anchor = "|".join(re.escape(each) for each in Anchor)
    offset = rf"({anchor})( ?[+-] ?{WRITTEN_AS})?"
    day_before = "day before ([01][0-9]|2[0-3]):[0-5][0-9]"
    return rf"^({offset}|{day_before}|earliest\({offset}(, ?{offset})*\))$"


def parse_moment(written: object) -> Offset | DayBefore | Earliest:
    """Read one expression.

    Raises:
        ValueError: with what was expected, when the text is none of the vocabulary.
    """
    if isinstance(written, Offset | DayBefore | Earliest):
        return written
    if not isinstance(written, str):
        raise ValueError("expected a moment such as 'appointment - 24h'")  # noqa: TRY004
    text = written.strip()
    if match := _DAY_BEFORE.match(text):
        return DayBefore(clock=time(int(match[1]), int(match[2])))
    if match := _EARLIEST.match(text):
        return Earliest(of=tuple(Offset.parse(part) for part in match[1].split(",")))
    return Offset.parse(text)


def anchors_of(moment: Offset | DayBefore | Earliest) -> tuple[Anchor, ...]:
    """The anchors that a moment is counted from."""
    match moment:
        case Offset():
            return (moment.anchor,)
        case DayBefore():
            return (Anchor.APPOINTMENT,)
        case Earliest():
            return tuple(each.anchor for each in moment.of)


Moment = Annotated[
    Offset | DayBefore | Earliest,
    PlainValidator(parse_moment),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": _pattern(),
            "examples": [
                "infusion.end + 24h",
                "day before 17:00",
                "earliest(psychotherapy.ended + 48h, next_infusion.at - 24h)",
                *Anchor,
            ],
        }
    ),
]
