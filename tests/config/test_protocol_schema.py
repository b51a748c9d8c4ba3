"""The schema takes what is shipped and refuses what the models refuse, as an editor would see."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from config.protocol_check import shipped_protocols
from config.protocol_schema import protocol_schema
from pathway.protocol import Protocol

SCHEMA = protocol_schema()
FILES = {
    file.name: yaml.safe_load(file.read_text(encoding="utf-8")) for file in shipped_protocols()
}
TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}
SAYS_NOTHING = {"$schema", "$defs", "title", "description", "default", "examples"}


def _wrong(schema: dict[str, Any], value: Any, place: str = "") -> Iterator[str]:
    """Where a value differs from a schema; knows the keywords that this schema uses, no more."""
    for keyword, wants in schema.items():
        if keyword not in SAYS_NOTHING:
            yield from CHECKS[keyword](schema, wants, value, place)


def _ref(_schema: Any, wants: str, value: Any, place: str) -> Iterator[str]:
    yield from _wrong(SCHEMA["$defs"][wants.removeprefix("#/$defs/")], value, place)


def _type(_schema: Any, wants: str, value: Any, place: str) -> Iterator[str]:
    fits = isinstance(value, TYPES[wants]) and (wants == "boolean" or not isinstance(value, bool))
    if not fits:
        yield f"{place} is no {wants}"


def _any(_schema: Any, wants: list[Any], value: Any, place: str) -> Iterator[str]:
    if all(list(_wrong(each, value, place)) for each in wants):
        yield f"{place} is none of several"


def _properties(_schema: Any, wants: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    for key in wants.keys() & value.keys():
        yield from _wrong(wants[key], value[key], f"{place}.{key}")


def _additional(schema: Any, wants: Any, value: Any, place: str) -> Iterator[str]:
    for key in value.keys() - schema.get("properties", {}).keys():
        if any(re.search(pattern, key) for pattern in schema.get("patternProperties", {})):
            continue
        if wants is False:
            yield f"{place}.{key} is unknown"
        elif wants is not True:
            yield from _wrong(wants, value[key], f"{place}.{key}")


def _patterned(_schema: Any, wants: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    for pattern, each in wants.items():
        for key in (key for key in value if re.search(pattern, key)):
            yield from _wrong(each, value[key], f"{place}.{key}")


def _items(_schema: Any, wants: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    for n, each in enumerate(value):
        yield from _wrong(wants, each, f"{place}[{n}]")


def _names(_schema: Any, wants: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    for key in value:
        yield from _wrong(wants, key, f"{place}.{key}")


def _that(fits: Any, type_: Any) -> Any:
    def check(_schema: Any, wants: Any, value: Any, place: str) -> Iterator[str]:
        if isinstance(value, type_) and not fits(value, wants):
            yield f"{place} is {value!r}, against {wants}"

    return check


CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "anyOf": _any,
    "properties": _properties,
    "additionalProperties": _additional,
    "patternProperties": _patterned,
    "propertyNames": _names,
    "items": _items,
    "required": _that(lambda value, wants: value.keys() >= set(wants), dict),
    "enum": _that(lambda value, wants: value in wants, object),
    "const": _that(lambda value, wants: value == wants, object),
    "pattern": _that(lambda value, wants: re.search(wants, value), str),
    "minLength": _that(lambda value, wants: len(value) >= wants, str),
    "maxLength": _that(lambda value, wants: len(value) <= wants, str),
    "minItems": _that(lambda value, wants: len(value) >= wants, list),
    "minProperties": _that(lambda value, wants: len(value) >= wants, dict),
    "minimum": _that(lambda value, wants: value >= wants, (int, float)),
    "maximum": _that(lambda value, wants: value <= wants, (int, float)),
    "exclusiveMinimum": _that(lambda value, wants: value > wants, (int, float)),
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_shipped_fits(name: str) -> None:
    assert list(_wrong(SCHEMA, FILES[name])) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("texting", "spread"), "ten minutes"),
        (("texting", "spread"), 10),
        (("texting", "sprad"), "10m"),
        (("texting", "daily_cap"), 0),
        (("texting", "quiet_hours", "begins"), "9 pm"),
        (("steps", "monitoring", "owner"), "porter"),
        (("steps", "checkin", "answers"), {"0": "better"}),
        (("eligibility", "screening"), {"Not a name": {}}),
        (("ladders", "safety", "rungs"), []),
        (("course", "gap_min"), {"value": "24h"}),
        (("course", "dose", "unit"), "grams"),
        (("steps", "psychotherapy", "due"), "infusion.finish + 24h"),
        (("steps", "psychotherapy", "due"), "infusion.end + 24"),
        (("steps", "psychotherapy", "due"), "day before 27:00"),
        (("steps", "decision", "due"), "earliest(discharge + 2h; discharge)"),
        (("steps", "checkin", "no_answer", "only_if"), "high_risk or worsening and relapse"),
        (("steps", "checkin", "no_answer", "only_if"), "non_improving_streak"),
        (("steps", "checkin", "no_answer", "only_if"), "stable >= 3"),
    ],
    ids=str,
)
def test_what_the_models_refuse_does_not_fit(place: tuple[str, ...], value: Any) -> None:
    content = yaml.safe_load(yaml.safe_dump(FILES["ketamine-iv.yaml"]))
    at = content
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    assert list(_wrong(SCHEMA, content))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("steps", "psychotherapy", "due"), "discharge"),
        (("steps", "psychotherapy", "due"), "infusion.end+24h"),
        (("steps", "decision", "due"), "earliest(discharge + 2h, next_infusion.at - 24h)"),
        (("steps", "checkin", "no_answer", "only_if"), "relapse"),
        (("steps", "checkin", "no_answer", "only_if"), "non_improving_streak >= 3 or relapse"),
        (("course", "gap_min", "approved_at"), "2026-05-04"),
    ],
    ids=str,
)
def test_what_the_models_take_fits(place: tuple[str, ...], value: Any) -> None:
    content = yaml.safe_load(yaml.safe_dump(FILES["ketamine-iv.yaml"]))
    at = content
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    Protocol.model_validate(content)
    assert list(_wrong(SCHEMA, content)) == []


def test_fields_are_explained_by_what_the_models_say() -> None:
    models = SCHEMA["$defs"].values()
    fields = [field for model in models for field in model.get("properties", {}).values()]
    assert sum("description" in field for field in fields) > 80
