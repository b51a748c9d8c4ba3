"""Patients are of all genders: what people read calls nobody she or he."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from cli.main import app
from config.protocol_schema import protocol_schema

ROOT = Path(__file__).parents[2]
FOLDERS = (
    *("activities", "cli", "config", "console", "local", "pathway", "records", "simulator"),
    *("workers", "workflows"),
)
PROTOCOLS = sorted((ROOT / "config" / "protocols").glob("*.yaml"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_GENDERED = re.compile(r"\b(?:s?he|hers?|herself|him|his|himself)\b", re.IGNORECASE)
_FENCED = re.compile(r"```\w*\n(.*?)```", re.DOTALL)


def _sentences(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every text of a module but those that stand alone, as docstrings do."""
    alone = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in alone:
            yield node


def _helps(group: TyperGroup) -> Iterator[str]:
    """What `--help` says of each command: that one is written as a docstring."""
    for name, command in group.commands.items():
        yield f"{name}: {command.help}"
        if isinstance(command, TyperGroup):
            yield from _helps(command)


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_sentence_gives_the_patient_a_gender(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{text.lineno}: {text.value}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for text in _sentences(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text.value, str) and _GENDERED.search(text.value)
    ]
    assert found == []


def test_no_help_of_a_command_gives_the_patient_a_gender() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    assert [said for said in _helps(group) if _GENDERED.search(said)] == []


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda path: path.stem)
def test_no_words_of_a_protocol_give_the_patient_a_gender(protocol: Path) -> None:
    lines = protocol.read_text(encoding="utf-8").splitlines()
    said = [line for line in lines if not line.lstrip().startswith("#")]
    assert [line for line in said if _GENDERED.search(line)] == []


def test_no_word_of_the_schema_gives_the_patient_a_gender() -> None:
    lines = json.dumps(protocol_schema(), indent=1).splitlines()
    assert [line for line in lines if _GENDERED.search(line)] == []


def test_no_page_shows_output_that_gives_the_patient_a_gender() -> None:
    shown = [
        (page.name, line)
        for page in PAGES
        for block in _FENCED.findall(page.read_text(encoding="utf-8"))
        for line in block.splitlines()
    ]
    assert shown
    assert [each for each in shown if _GENDERED.search(each[1])] == []
