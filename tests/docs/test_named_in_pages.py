"""What pages name exists, and what exists is named: fields, targets, settings, attributes."""

import re
import typing
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import BaseModel

from config.settings import Settings
from pathway import moments, protocol
from workflows import messages, search_attributes

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def _named(page: Path) -> set[str]:
    """Every word that a page sets in backticks, dotted names taken apart."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", text)
    return {word for span in spans for word in re.findall(r"[A-Za-z_]\w*", span)}


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and those in its fields."""
    yield model
    for field in model.model_fields.values():
        for inner in _classes(field.annotation):
            if issubclass(inner, BaseModel) and inner.__module__.startswith(protocol.__name__):
                yield from _models(inner)


def _classes(annotation: object) -> Iterator[type]:
    arguments = typing.get_args(annotation)
    if isinstance(annotation, type) and not arguments:
        yield annotation
    for argument in arguments:
        yield from _classes(argument)


MODELS = {model.__name__: model for model in _models(protocol.Protocol)}


@pytest.mark.parametrize("name", MODELS)
def test_every_field_of_a_protocol_is_on_its_page(name: str) -> None:
    assert set(MODELS[name].model_fields) - _named(DOCS / "protocol.md") == set()


def test_the_protocol_page_names_nothing_that_is_gone() -> None:
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    table = page.partition("## The file")[2].partition("\nSteps are")[0]
    keys = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    words = {word for key in keys for word in re.findall(r"(?<![<\w])\w+", key)}
    fields = {field for model in MODELS.values() for field in model.model_fields}
    assert words - fields == set()
    assert len(words) > 20


@pytest.mark.parametrize(
    "vocabulary",
    [
        moments.Anchor,
        protocol.Evidence,
        protocol.LadderName,
        protocol.Level,
        protocol.Template,
    ],
)
def test_every_word_of_a_vocabulary_is_on_the_page(vocabulary: type[StrEnum]) -> None:
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    missing = [
        word for word in vocabulary if not re.search(rf"(?<![\w.]){re.escape(word)}\b", page)
    ]
    assert missing == []


def _targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*?## ", makefile, re.MULTILINE))


def _pages() -> str:
    pages = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def test_every_target_is_named_and_every_named_target_exists() -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", _pages(), re.MULTILINE))
    assert named == _targets()


def _variables() -> dict[str, object]:
    return {
        alias if isinstance(alias := field.validation_alias, str) else f"WAYMARK_{name.upper()}": (
            field.default
        )
        for name, field in Settings.model_fields.items()
    }


def test_pages_name_no_setting_that_is_gone() -> None:
    read_elsewhere = {
        "WAYMARK_BROWSER",
        "WAYMARK_BY",
        "WAYMARK_CACHE_DIR",
        "WAYMARK_READY_FILE",
        "WAYMARK_ROLE",
        "WAYMARK_TEST_SEED",
        "WAYMARK_TWILIO_OPENAPI",
    }
    named = set(re.findall(r"\b(?:WAYMARK|TWILIO)_[A-Z_]+\b", _pages()))
    assert named - set(_variables()) - read_elsewhere == set()


@pytest.mark.parametrize(
    ("variable", "default"),
    [(name, value) for name, value in _variables().items() if isinstance(value, int)],
)
def test_the_page_gives_the_default(variable: str, default: object) -> None:
    rows = (DOCS / "running.md").read_text(encoding="utf-8").splitlines()
    row = next(row for row in rows if row.startswith("|") and f"`{variable}`" in row)
    shown = str(default).lower()
    assert re.search(rf"\b{re.escape(shown)}\b", row.partition(" | ")[2]), row


def test_operations_name_every_search_attribute_and_activity() -> None:
    named = _named(DOCS / "operations.md")
    attributes = {key.name for key in search_attributes.ALL}
    assert {word for word in named if word.startswith("Waymark")} == attributes
    activities = {
        messages.WRITE_JOURNAL,
        messages.SEND_TEXT,
        messages.LOOK_UP_TEXT,
        messages.SEND_PAGE,
        messages.ALERT_OPS,
    }
    assert activities - named == set()


def test_every_log_file_that_the_stand_writes_is_named() -> None:
    stand = (ROOT / "local" / "stand.py").read_text(encoding="utf-8")
    logs = {f"{name}.log" for name in re.findall(r'log_of\(settings, "(\w+)"\)', stand)}
    page = (DOCS / "running.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+\.log)`", page)) == logs
