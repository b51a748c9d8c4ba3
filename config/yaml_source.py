"""YAML files that people edit: read with their lines, checked with errors that name the place."""

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Place = tuple[int | str, ...]
"""Where a value stands: keys and indices from the top of the file."""

M = TypeVar("M", bound=BaseModel)


class ConfigError(Exception):
    """A configuration file is wrong; the message says where, what was expected, what was found."""


@dataclass(frozen=True)
class Source:
    """A parsed file that still knows the line of each value."""

    name: str
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """The line of a value, or of the nearest thing around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(source: Path | Traversable) -> Source:
    """Read one YAML document.

    Raises:
        ConfigError: when the file is missing, is no YAML, or gives a key twice.
    """
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source.name}: cannot be read: {type(error).__name__}") from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{source.name}, line {at}: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        # A control character, or a date that no calendar has: YAML does not say where.
        reason = str(error).splitlines()[0]
        raise ConfigError(f"{source.name}: cannot be read as YAML: {reason}") from error
    lines: dict[Place, int] = {}
    if root is not None:
        _collect(root, (), lines, source.name)
    return Source(name=source.name, data=data, lines=lines)


def _collect(
    node: yaml.Node,
    place: Place,
    lines: dict[Place, int],
    name: str,
    around: tuple[yaml.Node, ...] = (),
) -> None:
    if any(node is outer for outer in around):
        line = node.start_mark.line + 1
        raise ConfigError(f"{name}, line {line}: {_path(place)} contains itself")
    inside = (*around, node)
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = (*place, str(key.value))
            if at in lines:
                line = key.start_mark.line + 1
                raise ConfigError(f"{name}, line {line}: the key {_path(at)} is given twice")
            lines[at] = key.start_mark.line + 1
            _collect(value, at, lines, name, inside)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _collect(value, (*place, index), lines, name, inside)


def _path(place: Place) -> str:
    written = ""
    for part in place:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{part}" if written else part
    return written or "the top of the file"


def validated(model: type[M], source: Source) -> M:
    """The file's content as a model.

    Raises:
        ConfigError: one line for each thing that is wrong: file, line, path, expected, found.
    """
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        complaints = [_complaint(source, dict(each)) for each in error.errors(include_url=False)]
        raise ConfigError("\n".join(complaints)) from error


def _complaint(source: Source, error: dict[str, Any]) -> str:
    place: Place = tuple(str(p) if not isinstance(p, int) else p for p in error["loc"])
    where = f"{source.name}, line {source.line(place)}, at {_path(place)}"
    expected = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"{where}: this is required and was not found"
    if error["type"] == "extra_forbidden":
        return f"{where}: this key is not known here"
    return f"{where}: {expected}; found {error['input']!r}"
