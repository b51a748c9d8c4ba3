"""The JSON Schema of protocol files, for editors: they complete, explain and check by it."""

import ast
from importlib.resources import files
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from pathway.durations import WRITTEN_AS
from pathway.protocol import Protocol

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _AsWritten(GenerateJsonSchema):
    """Durations and clock times as protocols write them, not as JSON would."""

    def timedelta_schema(self, _schema: core_schema.TimedeltaSchema) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{WRITTEN_AS}$", "examples": ["24h", "7d"]}

    def time_schema(self, _schema: core_schema.TimeSchema) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}

    def date_schema(self, _schema: core_schema.DateSchema) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

    def dict_schema(self, schema: core_schema.DictSchema) -> dict[str, Any]:
        written = super().dict_schema(schema)
        if "patternProperties" in written:
            # Else a key of another shape would pass for anything.
            written["additionalProperties"] = False
        return written


def protocol_schema() -> dict[str, Any]:
    """The schema, with what the models say of their fields as descriptions."""
    schema = Protocol.model_json_schema(schema_generator=_AsWritten)
    said = _docstrings()
    for name, model in [*schema["$defs"].items(), (schema["title"], schema)]:
        for field, about in model.get("properties", {}).items():
            about.pop("title", None)
            if words := said.get((name, field)):
                about["description"] = words
    return {"$schema": _DIALECT, **schema}


def _docstrings() -> dict[tuple[str, str], str]:
    """What stands under each field of each model: Python itself does not keep it."""
    said: dict[tuple[str, str], str] = {}
    for file in (files("pathway") / "protocol").iterdir():
        if file.name.endswith(".py"):
            for model in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(model, ast.ClassDef):
                    said |= {(model.name, field): words for field, words in _fields(model)}
    return _inherited(said)


def _fields(model: ast.ClassDef) -> list[tuple[str, str]]:
    found = []
    for field, below in zip(model.body, model.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found.append((name, " ".join(words.split())))
    return found


def _inherited(said: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """The same for the models that take a field over."""
    models = _with_subclasses(Protocol.__mro__[1])
    inherited = {
        (model.__name__, field): words
        for (name, field), words in said.items()
        for model in models
        if any(parent.__name__ == name for parent in model.__mro__)
    }
    return {**inherited, **said}


def _with_subclasses(model: type) -> list[type]:
    below: list[type] = type.__subclasses__(model)
    return [model, *(inner for each in below for inner in _with_subclasses(each))]
