"""Nested fields as they are typed: `key=value` of a mapping, `field=value; field=value` of a model.

A backslash keeps a semicolon, a comma or a backslash in a value; yes and no are answers; what a
model lists is written with commas. Values stay text where the model itself reads them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.types import AwareDatetime

ReadTime = Callable[[str], datetime]
Shown = list[str]

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def plain(kind: Any) -> Any:
    """A type without None and without pydantic's annotations."""
    if get_origin(kind) in {Union, UnionType}:
        kind = next(part for part in get_args(kind) if part is not NoneType)
    while get_origin(kind) is Annotated:
        kind = plain(get_args(kind)[0])
    return datetime if kind is AwareDatetime else kind


def is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple


def is_mapping(kind: Any) -> bool:
    return get_origin(kind) is dict


def inner(kind: Any) -> Any:
    """What a tuple or a mapping holds."""
    of = get_args(kind)
    return plain(of[1] if is_mapping(kind) else of[0])


def read(kind: Any, typed: str, read_time: ReadTime) -> Any:
    """One typed value of a type, ready for its model.

    Raises:
        ValueError: with how it is written.
    """
    if kind is datetime:
        return read_time(typed)
    if is_model(kind):
        return _model(kind, typed, read_time)
    if is_list(kind):
        return [_within(inner(kind), each, read_time) for each in _split(typed, ",")]
    return _unescaped(typed)


def _within(kind: Any, typed: str, read_time: ReadTime) -> Any:
    """A value inside another: a model there has its own semicolons behind backslashes."""
    return read(kind, _unescaped(typed) if is_model(kind) else typed, read_time)


def read_pairs(kind: Any, typed: Shown, read_time: ReadTime) -> dict[str, Any]:
    """A mapping, given as `key=value` again and again.

    Raises:
        ValueError: for what is no pair, and for a key that is given twice.
    """
    pairs: dict[str, Any] = {}
    for each in typed:
        key, value = _pair(each)
        if key in pairs:
            raise ValueError("a name is given twice")
        pairs[key] = read(inner(kind), value, read_time)
    return pairs


def _model(kind: type[BaseModel], typed: str, read_time: ReadTime) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for part in _split(typed, ";"):
        name, value = _pair(part)
        name = name.replace("-", "_")
        field = kind.model_fields.get(name)
        if field is None:
            raise ValueError(f"there are {', '.join(kind.model_fields)} and no others")
        if name in values:
            raise ValueError(f"{name} is given twice")
        of = plain(field.annotation)
        if is_mapping(of):
            raise ValueError(f"{name} cannot be typed inside another value")
        values[name] = _within(of, value, read_time)
    return values


def _pair(typed: str) -> tuple[str, str]:
    key, equals, value = typed.partition("=")
    if not equals or not key.strip():
        raise ValueError("write it as NAME=VALUE")
    return key.strip(), value.strip()


def _split(typed: str, mark: str) -> list[str]:
    """The parts between marks that no backslash keeps; empty ones are left out."""
    # Backslashes stay for the values inside; the last reader takes them away.
    parts = re.findall(rf"(?:\\.|[^{mark}\\])+", typed, re.DOTALL)
    return [part.strip() for part in parts if part.strip()]


def _unescaped(typed: str) -> str:
    return _ESCAPED.sub(r"\1", typed)


def written(value: Any) -> str:
    """A value as it can be typed inside an option again."""
    if isinstance(value, BaseModel):
        parts = ((name, getattr(value, name)) for name in type(value).model_fields)
        said = ((name, v) for name, v in parts if v is not None and v != ())
        return "; ".join(f"{name}={_written_within(v)}" for name, v in said)
    if isinstance(value, tuple):
        return ",".join(map(_written_within, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    return _escaped(str(value))


def _written_within(value: Any) -> str:
    return _escaped(written(value)) if isinstance(value, BaseModel) else written(value)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def written_pairs(value: Mapping[Any, Any]) -> Iterator[str]:
    for key, each in value.items():
        yield f"{key}={written(each)}"


def shape(kind: Any) -> str | None:
    """How a nested value is typed, for the help; None for a plain one."""
    if is_mapping(kind):
        return f"'NAME={_fields(inner(kind)) or _choices(inner(kind))}'"
    fields = _fields(inner(kind) if is_list(kind) else kind)
    return f"'{fields}'" if fields else None


def _fields(kind: Any) -> str | None:
    if not is_model(kind):
        return None
    fields = ((name, plain(field.annotation)) for name, field in kind.model_fields.items())
    return "; ".join(f"{name}={_choices(of)}" for name, of in fields)


def _choices(kind: Any) -> str:
    if is_enum(kind):
        return "|".join(member.value for member in kind)
    if kind is bool:
        return "yes|no"
    if kind is datetime:
        return "TIME"
    return "N" if kind in {int, float} else "..."
