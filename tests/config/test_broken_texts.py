"""Each rule about texts finds its mistake at its line, and nothing else.

Each file in broken_texts/ is a small change to the shipped words.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.clinic import load_clinic
from config.text_check import TextsCheck, check_texts
from config.text_rules import TEXT_RULES
from config.yaml_source import ConfigError

CLINIC = load_clinic()
FOLDER = Path(__file__).parent / "broken_texts"
SHIPPED = Path(__file__).parents[2] / "config"
# Rules that look at a language or at the folder, not at one text.
OF_FILES = {"clock_without_a_name", "language_of_one_side"}


@dataclass(frozen=True)
class Broken:
    """What is changed, and what its reader is told."""

    told: str
    line_of: list[str]
    """Strings to go through from the file's top; the last one stands on the line that is named."""
    changes: tuple[dict[str, Any], ...]
    rule: str | None = None
    """None when the file cannot be read."""
    place: str = ""
    also: tuple[str, ...] = ()
    """Other rules that the same change rightly breaks."""


BROKEN = {
    file.stem: Broken(**yaml.safe_load(file.read_text(encoding="utf-8")))
    for file in sorted(FOLDER.glob("*.yaml"))
}


def _at(text: str, *parts: str) -> int:
    end = begin = 0
    for part in parts:
        begin = text.find(part, end)
        assert begin >= 0, f"the shipped file no longer holds {part!r}"
        end = begin + len(part)
    return begin


def _changed(folder: Path, broken: Broken) -> TextsCheck:
    for part in ("messages", "replies"):
        shutil.copytree(SHIPPED / part, folder / part)
    for change in broken.changes:
        file = folder / change["file"]
        if change.get("remove"):
            file.unlink()
            continue
        text, old = file.read_text(encoding="utf-8"), change["replace"]
        at = _at(text, change.get("after", ""), old)
        new = change["by"] if "by" in change else " ".join([old] * change["repeat"])
        file.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    return check_texts(CLINIC, folder)


def _line(folder: Path, broken: Broken) -> int:
    file = folder / broken.changes[0]["file"]
    file = file if file.exists() else folder / "messages" / file.name
    text = file.read_text(encoding="utf-8")
    line: int = text.count("\n", 0, _at(text, *broken.line_of)) + 1
    return line


@pytest.mark.parametrize("name", [name for name, broken in BROKEN.items() if broken.rule])
def test_a_mistake_is_found_at_its_line(tmp_path: Path, name: str) -> None:
    broken = BROKEN[name]
    checked = _changed(tmp_path, broken)
    found = [
        c
        for c in checked.complaints
        if (c.finding.rule, c.path) == (broken.rule, broken.place) and broken.told in str(c)
    ]
    assert found, [str(c) for c in checked.complaints]
    assert found[0].line == _line(tmp_path, broken)
    assert found[0].file == Path(broken.changes[0]["file"]).name
    assert {c.finding.rule for c in checked.complaints} == {broken.rule, *broken.also}
    assert checked.unreadable == ()


@pytest.mark.parametrize("name", [name for name, broken in BROKEN.items() if not broken.rule])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    broken = BROKEN[name]
    (told,) = _changed(tmp_path, broken).unreadable
    assert broken.told.format(line=_line(tmp_path, broken)) in told


def test_every_rule_has_a_broken_file() -> None:
    broken = {each.rule for each in BROKEN.values() if each.rule}
    assert broken == {rule.__name__ for rule in TEXT_RULES} | OF_FILES


def test_what_is_shipped_has_no_mistake() -> None:
    checked = check_texts(CLINIC)
    assert [str(c) for c in checked.complaints] == []
    assert checked.unreadable == ()
    assert {sample.language for sample in checked.samples} == {"en", "es"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_clinics_name_that_gives_away_is_noticed(language: str) -> None:
    telling = CLINIC.model_copy(update={"alias": "Northgate Ketamine Clinic"})
    complaints = check_texts(telling).complaints
    assert len(complaints) > 20
    assert {c.finding.rule for c in complaints} == {"word_that_gives_away"}


def test_a_folder_without_words_is_no_silence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="messages: there is no file of a language"):
        check_texts(CLINIC, tmp_path)
