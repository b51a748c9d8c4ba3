"""From a command's model to options and back, so that a new command needs no code here."""

import inspect
import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from cli import nested_options as nested
from cli.answer_words import GivenAnswer
from cli.contact_options import GivenContact
from cli.disclosure_options import GivenDisclosure
from cli.option_help import HELP
from cli.readings import SHAPE, parse_reading, written_reading
from cli.times import parse_time
from pathway.commands import Command
from pathway.facts import Vitals
from pathway.model import Model

C = TypeVar("C", bound=Command)

COMMON = frozenset(Command.model_fields)
"""Who, in which role, when, and the key: the same options in every command."""

LOOKED_UP = frozenset({"treatment", "revision", "replaces"})
"""Read from the journey unless given: what the caller would have to look up first."""

TYPED_AS: dict[str, type[Model]] = {"contact": GivenContact, "disclosure": GivenDisclosure}
"""Fields for which other options stand, since the records know the rest."""

_OPTION_OF = {
    "readings": "reading",
    "findings": "finding",
    "trials": "trial",
    "items": "item",
    "side_effects": "side-effect",
    "rescue_drugs": "rescue-drug",
}
"""An option that is given again and again is named after one of what it gives."""


def fields_of(command: type[Command]) -> dict[str, FieldInfo]:
    """The fields that a command has beside the common ones."""
    return {n: f for n, f in command.model_fields.items() if n not in COMMON}


def flag(name: str) -> str:
    """The option of a field: --dose-mg-per-kg."""
    return "--" + _OPTION_OF.get(name, name).replace("_", "-")


def parameters(command: type[Command]) -> Iterator[inspect.Parameter]:
    """A command's own options, as the parameters of a function that Typer reads."""
    for name, field in fields_of(command).items():
        if name in TYPED_AS:
            for part, of_part in TYPED_AS[name].model_fields.items():
                yield parameter(part, of_part, required=of_part.is_required())
        else:
            yield parameter(name, field, required=field.is_required() and name not in LOOKED_UP)


def parameter(name: str, field: FieldInfo, *, required: bool) -> inspect.Parameter:
    """One option of a field's type; unless required it is None when it was not given."""
    kind = plain_type(field)
    typed: Any = kind if kind in {bool, int, float} or nested.is_enum(kind) else str
    if nested.is_list(kind) or nested.is_mapping(kind):
        typed = list[str]
    option = typer.Option(
        _declared(name, kind), help=_help(name, field), metavar=_metavar(kind), show_default=False
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if required else None,
        annotation=Annotated[typed if required else typed | None, option],
    )


def plain_type(field: FieldInfo) -> Any:
    """A field's type without None and without pydantic's annotations."""
    return nested.plain(field.annotation)


def _declared(name: str, kind: Any) -> str:
    option = flag(name)
    return f"{option}/--no-{option[2:]}" if kind is bool else option


def _metavar(kind: Any) -> str | None:
    if kind is datetime:
        return "TIME"
    return f"'{SHAPE}'" if kind == tuple[Vitals, ...] else nested.shape(kind)


def _help(name: str, field: FieldInfo) -> str:
    says = HELP.get(name, name.replace("_", " ").capitalize() + ".")
    if name in LOOKED_UP:
        return f"{says} Unless given, the journey's present one."
    default = None if field.is_required() else field.default
    if default is None:
        return says
    said = "yes" if default is True else default
    return f"{says} (default: {said})"


def values_from(
    command: type[Command],
    given: Mapping[str, Any],
    zone: str,
    now: datetime,
    happened_at: datetime,
) -> dict[str, Any]:
    """What was given for a command's own fields, with times and readings read.

    `+2h` counts from now; a reading without a time was taken when it all happened.

    Raises:
        typer.BadParameter: for what cannot be read.
    """
    values = {}
    for name, field in fields_of(command).items():
        value = given.get(name)
        if value is None or value == []:
            continue
        try:
            values[name] = _read(plain_type(field), value, zone, now, happened_at)
        except ValueError as error:
            raise typer.BadParameter(f"{error}", param_hint=flag(name)) from None
    return values


def _read(kind: Any, value: Any, zone: str, now: datetime, happened_at: datetime) -> Any:
    if kind is datetime:
        return parse_time(value, zone, now)
    if kind == tuple[Vitals, ...]:
        return [parse_reading(each, zone, happened_at) for each in value]
    read_time = partial(parse_time, zone=zone, now=now)
    if nested.is_mapping(kind):
        return nested.read_pairs(kind, value, read_time)
    if nested.is_list(kind):
        of = nested.inner(kind)
        # One value an option: only inside a model does a comma part two.
        plain_words = not (nested.is_model(of) or of is datetime)
        return value if plain_words else [nested.read(of, each, read_time) for each in value]
    return nested.read(kind, value, read_time) if nested.is_model(kind) else value


def built(command: type[C], values: Mapping[str, Any]) -> C:
    """The command itself.

    Raises:
        typer.BadParameter: naming the option, when the model refuses a value.
    """
    try:
        return command.model_validate(dict(values))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        says = found[0]["msg"].removeprefix("Value error, ")
        place = str(found[0]["loc"][0]) if found[0]["loc"] else ""
        says = ": ".join([*_inside(command, place, found[0]["loc"][1:]), says])
        raise typer.BadParameter(says, param_hint=flag(place) if place else None) from None


def _inside(command: type[Command], place: str, loc: tuple[int | str, ...]) -> list[str]:
    """Where within an option's value, in words of the code: the names of a mapping were typed."""
    field = command.model_fields.get(place)
    if field is None or nested.is_mapping(plain_type(field)):
        return []
    return [part for part in loc if isinstance(part, str)]


def as_typed(command: Command, reference: str, typed: Model | None = None) -> str:
    """The line that gives exactly this command again: same key, same times, nothing looked up."""
    if isinstance(typed, GivenAnswer):
        return _answer_as_typed(command, reference, typed)
    words = ["waymark", "do", command.name.replace("_", "-"), reference]
    for name in ("by", "role", "happened_at", "key", *fields_of(type(command))):
        if name not in TYPED_AS:
            words += _words(name, getattr(command, name))
    for option, value in typed or ():
        words += _words(option, value)
    return shlex.join(words)


def _answer_as_typed(command: Command, reference: str, typed: GivenAnswer) -> str:
    """With its words, which may not be kept yet; its time is kept with them."""
    words = ["waymark", "inbox", "answer", reference, typed.said]
    for name in ("by", "role", "key"):
        words += _words(name, getattr(command, name))
    return shlex.join(words)


def _words(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [flag(name) if value else f"--no-{flag(name)[2:]}"]
    if isinstance(value, tuple):
        return [word for each in value for word in _words(name, each)]
    if isinstance(value, Mapping):
        return [word for pair in nested.written_pairs(value) for word in (flag(name), pair)]
    if isinstance(value, Vitals):
        return [flag(name), written_reading(value)]
    if isinstance(value, datetime):
        return [flag(name), value.isoformat()]
    if isinstance(value, BaseModel):
        return [flag(name), nested.written(value)]
    return [flag(name), str(value)]
