"""A protocol's vocabulary in the words of people."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from pathway.conditions import AnyOrAll
from pathway.durations import format_duration
from pathway.moments import Anchor, DayBefore, Earliest, Offset
from pathway.protocol import Group, Protocol, Sourced

_UNITS = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
_ANCHORS = {
    Anchor.APPOINTMENT: "the appointment",
    Anchor.DUE: "the deadline",
    Anchor.INFUSION_AT: "the booked {visit}",
    Anchor.INFUSION_START: "the start of the {visit}",
    Anchor.INFUSION_END: "the end of the {visit}",
    Anchor.DISCHARGE: "the discharge",
    Anchor.PSYCHOTHERAPY_ENDED: "the end of psychotherapy",
    Anchor.NEXT_INFUSION_AT: "the next {visit}",
}
DEMO = "DEMONSTRATION VALUE"


def visit(protocol: Protocol) -> str:
    """What this protocol calls the step in which the drug is given."""
    return (protocol.steps.infusion.title or "infusion").lower()


def span(duration: timedelta) -> str:
    written = format_duration(duration)
    number, unit = written[:-1], _UNITS[written[-1]]
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"


def moment(at: Offset | DayBefore | Earliest | None, called: str) -> str:
    match at:
        case None:
            return "no set time"
        case DayBefore():
            return f"{at.clock:%H:%M} on the day before, by the patient's clock"
        case Earliest():
            return f"the earliest of: {'; '.join(moment(each, called) for each in at.of)}"
        case Offset():
            anchor = _ANCHORS[at.anchor].format(visit=called)
            side = "after" if at.by > timedelta(0) else "before"
            return f"{span(abs(at.by))} {side} {anchor}" if at.by else anchor


def plain(word: StrEnum | str) -> str:
    return str(word).replace("_", " ")


def listed(words: Iterable[StrEnum | str]) -> str:
    return ", ".join(map(plain, words)) or "none"


def when(condition: AnyOrAll | None) -> str:
    return plain(str(condition)) if condition else "always"


def marked(text: object, *values: Sourced) -> str:
    """The text, loud where one of its values is invented."""
    return f"{text} [{DEMO}]" if any(value.demo for value in values) else str(text)


def of_group(text: object, group: Group, *names: str) -> str:
    """The text about some fields of a group, loud where one of them is invented."""
    return marked(text, *(group.apart.get(name, group) for name in names))


def after(grace: timedelta) -> str:
    return f"{span(grace)} later" if grace else "at once"


def yes(switch: bool) -> str:
    return "yes" if switch else "no"
