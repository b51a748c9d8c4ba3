"""The machine's browser is found, or the sentence says how to get one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local.__main__ import main
from local.browser import VARIABLE, find_browser
from local.errors import StandError

WriteProgram = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_where_there_is_none_the_sentence_says_how_to_get_one(only_path: Path) -> None:
    with pytest.raises(StandError, match=r"No Chromium was found\.") as said:
        find_browser()
    assert "apt-get install chromium" in said.value.remedy
    assert VARIABLE in said.value.remedy


def test_one_on_the_path_is_found(program: WriteProgram) -> None:
    there = program("chromium-browser", "exit 0")
    assert find_browser() == there


def test_the_named_one_is_taken_first(
    program: WriteProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium", "exit 0")
    monkeypatch.setenv(VARIABLE, str(named := program("brave", "exit 0")))
    assert find_browser() == named


def test_a_name_that_is_no_program_is_said_and_not_passed_over(
    program: WriteProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium", "exit 0")
    monkeypatch.setenv(VARIABLE, "/nowhere/chromium")
    with pytest.raises(StandError, match="names no program: /nowhere/chromium"):
        find_browser()


def test_the_help_says_that_pictures_live_every_story(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["local", "--help"])
    with pytest.raises(SystemExit):
        main()
    assert "live the examples' stories and photograph" in " ".join(capsys.readouterr().out.split())
