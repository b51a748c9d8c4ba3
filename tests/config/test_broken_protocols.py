"""Each rule of the lint finds its mistake in a file that holds it, at its line, and nothing else.

Each file in broken_protocols/ is a small change to the shipped protocol, or to what is beside it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.clinic import load_clinic
from config.loader import shipped_protocol
from config.protocol_check import Complaint, around, check_protocol, shipped_protocols
from pathway.lint import RULES, Around, Severity
from pathway.roles import Role

BESIDE = around(load_clinic(), datetime(2026, 6, 1, tzinfo=UTC))
FOLDER = Path(__file__).parent / "broken_protocols"
SHIPPED = shipped_protocol().read_text(encoding="utf-8")


@dataclass(frozen=True)
class Broken:
    """One file: what is changed, and what its reader is told."""

    rule: str
    place: str
    line_of: list[str]
    """Strings to go through from the file's top; the last one stands on the line that is named."""
    told: str
    severity: str = "error"
    changes: tuple[dict[str, str], ...] = ()
    beside: dict[str, Any] | None = None
    also: tuple[str, ...] = ()
    """Other rules that the same change rightly breaks."""


BROKEN = {
    file.stem: Broken(**yaml.safe_load(file.read_text(encoding="utf-8")))
    for file in sorted(FOLDER.glob("*.yaml"))
}


def _at(text: str, *parts: str) -> int:
    """Where the last of these strings begins, each looked for behind the one before."""
    end = begin = 0
    for part in parts:
        begin = text.find(part, end)
        assert begin >= 0, f"the shipped file no longer holds {part!r}"
        end = begin + len(part)
    return begin


def _broken(broken: Broken) -> str:
    text = SHIPPED
    for change in broken.changes:
        at = _at(text, change["after"], change["replace"])
        text = text[:at] + change["by"] + text[at + len(change["replace"]) :]
    return text


def _beside(broken: Broken) -> Around:
    changed, beside = broken.beside or {}, BESIDE
    if "nobody_is" in changed:
        roles = tuple(role for role in Role if role not in changed["nobody_is"])
        beside = beside.model_copy(update={"roles": roles})
    if "sleeps" in changed:
        awake = tuple(r for r in beside.around_the_clock or () if r not in changed["sleeps"])
        beside = beside.model_copy(update={"around_the_clock": awake})
    if "staffed" in changed:
        opens, closes = (time.fromisoformat(clock) for clock in changed["staffed"].split(" to "))
        assert beside.calendar
        hours = {"opens": opens, "closes": closes}
        few = tuple(h.model_copy(update=hours) for h in beside.calendar.hours)
        calendar = beside.calendar.model_copy(update={"hours": few})
        beside = beside.model_copy(update={"calendar": calendar})
    if "asking" in changed:
        beside = beside.model_copy(update={"asking": changed["asking"]})
    for language, texts in changed.get("texts", {}).items():
        words = {**beside.texts[language], **texts}
        kept = {name: text for name, text in words.items() if text is not None}
        beside = beside.model_copy(update={"texts": {**beside.texts, language: kept}})
    return beside


def _found(tmp_path: Path, broken: Broken) -> list[Complaint]:
    file = tmp_path / "ours.yaml"
    file.write_text(_broken(broken), encoding="utf-8")
    complaints = check_protocol(file, _beside(broken), publish=broken.severity == "publish")
    return [c for c in complaints if c.finding.severity == broken.severity]


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_found_at_its_line(tmp_path: Path, name: str) -> None:
    broken = BROKEN[name]
    complaints = _found(tmp_path, broken)
    found = [c for c in complaints if (c.finding.rule, c.path) == (broken.rule, broken.place)]
    assert found, [str(c) for c in complaints]
    text = _broken(broken)
    *before, last = broken.line_of
    at = _at(text, *before, last) + len(last) - len(last.lstrip())
    line = text.count("\n", 0, at) + 1
    assert str(found[0]).startswith(f"ours.yaml, line {line}, at {broken.place}: expected ")
    assert broken.told in str(found[0])
    if broken.severity == "error":
        assert {c.finding.rule for c in complaints} == {broken.rule, *broken.also}


def test_every_rule_has_a_broken_file() -> None:
    assert {broken.rule for broken in BROKEN.values()} == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("file", shipped_protocols(), ids=lambda f: f.name)
def test_what_is_shipped_has_no_mistake(file: Path) -> None:
    assert [str(c) for c in check_protocol(file, BESIDE)] == []


@pytest.mark.parametrize("file", shipped_protocols(), ids=lambda f: f.name)
def test_rule_30_what_is_shipped_is_refused_for_real_patients(file: Path) -> None:
    complaints = check_protocol(file, BESIDE, publish=True)
    assert {c.finding.severity for c in complaints} == {Severity.PUBLISH}
    assert {c.finding.rule for c in complaints} == {"value_of_the_demonstration"}
