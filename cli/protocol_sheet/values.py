"""Every value with its unit, evidence and source, and the place to sign."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from cli.protocol_sheet.parts import Section, heading, loud, rows
from cli.protocol_sheet.phrases import DEMO, plain, yes
from config.yaml_source import path_of
from pathway.durations import format_duration
from pathway.protocol import (
    Group,
    Ladder,
    Ladders,
    Limit,
    OptionalSpan,
    Protocol,
    Sourced,
    StepRules,
)
from pathway.protocol.hashes import for_readers
from pathway.protocol.places import Place, sourced_values, unit_of


@dataclass(frozen=True)
class Value:
    """One line of the table: a value and what it rests on."""

    place: str
    value: str
    unit: str
    rests_on: Sourced

    @property
    def mark(self) -> str:
        return " ".join(filter(None, (DEMO if self.rests_on.demo else "", "NOT SET" * self.unset)))

    @property
    def unset(self) -> bool:
        """The site has still to set it."""
        return isinstance(self.rests_on, Limit | OptionalSpan) and self.rests_on.value is None


def values(protocol: Protocol) -> Iterator[Value]:
    """Everything that carries evidence, in the order of the file."""
    for place, sourced in sourced_values(protocol):
        if "apart" in place:
            continue
        apart = sourced.apart if isinstance(sourced, Group) else {}
        own = _own(protocol, place, sourced)
        together = {name: shown for name, shown in own.items() if name not in apart}
        if together:
            yield _value(protocol, place, together, sourced)
        for name, reason in apart.items():
            yield _value(protocol, (*place, name), {"value": own[name]}, reason)


def _value(protocol: Protocol, place: Place, own: dict[str, str], rests_on: Sourced) -> Value:
    alone = own.get("value") if len(own) == 1 else None
    shown = alone or "; ".join(f"{plain(name)} {value}" for name, value in own.items())
    unit = unit_of(place, protocol.course.dose.unit.value) if alone else ""
    return Value(path_of(place), shown, unit, rests_on)


def _own(protocol: Protocol, place: Place, sourced: Sourced) -> dict[str, str]:
    """The fields for which this evidence stands, as they are written."""
    if place[-1] == "why":
        return {"value": _parent(protocol, place)}
    dumped = sourced.model_dump(mode="json")
    return {
        name: _written(dumped[name])
        for name in type(sourced).model_fields
        if not for_readers(sourced, name) and not _has_evidence(getattr(sourced, name))
    }


def _has_evidence(value: object) -> bool:
    return next(sourced_values(value), None) is not None


def _parent(protocol: Protocol, place: Place) -> str:
    """What the reason beside a window or a ladder is about."""
    parent: object = protocol
    for key in place[:-1]:
        parent = getattr(parent, str(key))
    match parent:
        case StepRules():
            return "; ".join(_window(parent))
        case Ladders():
            return f"taken on and still open {format_duration(parent.acknowledged_but_open)}"
        case Ladder():
            waits = [rung["wait"] for rung in parent.model_dump(mode="json")["rungs"]]
            return f"waits of {', '.join(waits)}"
        case BaseModel():
            return _written(parent.model_dump(mode="json", exclude={"why"}))
    return ""


def _window(rules: StepRules) -> Iterator[str]:
    if rules.due:
        yield f"opens {rules.opens or 'at once'}, due {rules.due}"
    if rules.no_show:
        yield f"appointment that passed {format_duration(rules.no_show.grace)}"
    if rules.missed:
        yield f"missed {format_duration(rules.missed.grace)}"


def _written(value: object) -> str:
    match value:
        case bool():
            return yes(value)
        case Mapping():
            return ", ".join(f"{plain(str(k))} {_written(each)}" for k, each in value.items())
        case list():
            return ", ".join(map(_written, value))
        case None:
            return "none"
        case float():
            return f"{value:g}"
        case str() if re.fullmatch(r"[a-z_]+", value):
            return plain(value)
    return str(value)


def values_section(protocol: Protocol) -> Section:
    yield heading("Every value, what it rests on and where it comes from")
    columns = ("value of", "value", "unit", "evidence", "source", "mark")
    yield rows(
        "Values",
        columns,
        (
            (v.place, v.value, v.unit, v.rests_on.evidence, v.rests_on.source, v.mark)
            for v in values(protocol)
        ),
    )


def not_for_patients(protocol: Protocol) -> str | None:
    """What stands in the way of real patients, in one sentence."""
    demo = sum(sourced.demo for _, sourced in sourced_values(protocol))
    unset = sum(value.unset for value in values(protocol))
    if not demo and not unset:
        return None
    return (
        f"NOT FOR REAL PATIENTS: {demo} values are invented for the demonstration, "
        f"{unset} are not set."
    )


def signature(protocol: Protocol) -> Section:
    yield heading("Signature")
    if warning := not_for_patients(protocol):
        yield loud(warning)
    names = ("protocol", "version", "content", "timing", "wording")
    hashes = (protocol.content_hash, protocol.timing_hash, protocol.wording_hash)
    yield rows(
        "What is signed",
        ("what", "is"),
        zip(names, (protocol.id, protocol.version, *hashes), strict=True),
    )
    blank = "_" * 24
    people = ("Medical director", "Second person")
    yield rows(
        "Signed by", ("role", "name", "date", "signature"), ((p, *[blank] * 3) for p in people)
    )
