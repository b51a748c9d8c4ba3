"""Puts a needle into every free text of a command before it is given."""

from collections.abc import Mapping
from typing import Any, get_args

from needles import Needles
from pydantic import BaseModel, ValidationError
from pydantic.types import StringConstraints

from pathway.commands import Command

_LONGEST = 40
"""A text field that takes more letters than this is for words of a person."""
_TREATED_APART = frozenset({"key", "by", "of_class"})
"""Who and which, and what the rules compare: no words of a person."""


def with_needles(command: Command, needles: Needles, *, everywhere: bool = False) -> Command:
    """The command with a needle behind each of its words.

    `everywhere` writes one into free texts that were left out too.
    """
    changed = _changed(command, needles, f"do {command.name}", everywhere=everywhere)
    try:
        return type(command).model_validate(changed)
    except ValidationError:
        return command


def _changed(model: BaseModel, needles: Needles, flow: str, *, everywhere: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        free = name not in _TREATED_APART and _takes_words(field.annotation, field.metadata)
        values[name] = _with(value, needles, flow, free=free, everywhere=everywhere)
    return values


def _with(value: Any, needles: Needles, flow: str, *, free: bool, everywhere: bool) -> Any:
    match value:
        case str() if free and type(value) is str:
            return f"{value[:300]}, says {needles.word(flow)}"
        case None if free and everywhere:
            return f"as {needles.word(flow)} says"
        case BaseModel():
            return _changed(value, needles, flow, everywhere=everywhere)
        case tuple():
            return tuple(
                _with(each, needles, flow, free=free, everywhere=everywhere) for each in value
            )
        case Mapping():
            return {
                key: _with(each, needles, flow, free=free, everywhere=everywhere)
                for key, each in value.items()
            }
        case _:
            return value


def _takes_words(annotation: Any, metadata: Any) -> bool:
    """Whether any part of a field's type is a text of a person's own words."""
    constraints = [each for each in metadata if isinstance(each, StringConstraints)]
    if any((each.max_length or 0) > _LONGEST and not each.pattern for each in constraints):
        return True
    return any(
        _takes_words(part, getattr(part, "__metadata__", ())) for part in get_args(annotation)
    )
