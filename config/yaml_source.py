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


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong with the form of a file."""

    says: str
    file: str
    line: int | None = None
    path: str | None = None


class ConfigError(Exception):
    """A configuration file is wrong; the message says where, what was expected, what was found.

    Attributes:
        mistakes: the same one by one, with the place apart; empty where nobody took it apart.
    """

    def __init__(self, message: str, mistakes: tuple[Mistake, ...] = ()) -> None:
        super().__init__(message)
        self.mistakes = mistakes


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
        raise _unreadable(source.name, f"cannot be read: {type(error).__name__}") from error
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        data = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _unreadable(source.name, str(error.problem), at) from error
    except (yaml.YAMLError, ValueError) as error:
        # A control character, or a date that no calendar has: YAML does not say where.
        reason = str(error).splitlines()[0]
        raise _unreadable(source.name, f"cannot be read as YAML: {reason}") from error
    lines: dict[Place, int] = {}
    if root is not None:
        _collect(root, (), lines, source.name)
    return Source(name=source.name, data=data, lines=lines)


def _unreadable(file: str, why: str, line: int | None = None) -> ConfigError:
    says = f"{file}: {why}" if line is None else f"{file}, line {line}: {why}"
    return ConfigError(says, (Mistake(says, file, line),))


def _collect(
    node: yaml.Node,
    place: Place,
    lines: dict[Place, int],
    name: str,
    around: tuple[yaml.Node, ...] = (),
) -> None:
    if any(node is outer for outer in around):
        line = node.start_mark.line + 1
        raise _unreadable(name, f"{path_of(place)} contains itself", line)
    inside = (*around, node)
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = (*place, str(key.value))
            if at in lines:
                line = key.start_mark.line + 1
                raise _unreadable(name, f"the key {path_of(at)} is given twice", line)
            lines[at] = key.start_mark.line + 1
            _collect(value, at, lines, name, inside)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _collect(value, (*place, index), lines, name, inside)


def path_of(place: Place) -> str:
    """A place as people write it: `steps.infusion.reminders[0].at`."""
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
        found = error.errors(include_url=False)
        mistakes = tuple(_mistake(source, dict(each)) for each in found)
        raise ConfigError("\n".join(each.says for each in mistakes), mistakes) from error


def _mistake(source: Source, error: dict[str, Any]) -> Mistake:
    place: Place = tuple(str(p) if not isinstance(p, int) else p for p in error["loc"])
    says = _complaint(source, place, error)
    return Mistake(says, source.name, source.line(place), path_of(place))


def _complaint(source: Source, place: Place, error: dict[str, Any]) -> str:
    where = f"{source.name}, line {source.line(place)}, at {path_of(place)}"
    expected = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "missing":
        return f"{where}: this is required and was not found"
    if error["type"] == "extra_forbidden":
        return f"{where}: this key is not known here"
    return f"{where}: {expected}; found {error['input']!r}"
