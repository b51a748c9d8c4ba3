"""`waymark texts check`: counts every text, and says what is wrong with its place."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.exit_codes import ExitCode
from cli.main import app
from pathway.protocol import Template

SHIPPED = Path(__file__).parents[2] / "config"


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["texts", "check", *words])
    return result.exit_code, result.stdout


def _words(folder: Path, old: str, new: str) -> str:
    for part in ("messages", "replies"):
        shutil.copytree(SHIPPED / part, folder / part)
    file = folder / "messages" / "en.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return str(folder)


def test_what_is_shipped_is_checked_unless_a_folder_is_given() -> None:
    code, said = _run()
    assert code == ExitCode.OK
    assert "messages/es.yaml, replies/en.yaml" in said
    assert "nothing is wrong" in said
    assert "before_visit (asks)" in said


def test_every_text_is_counted_in_every_language() -> None:
    code, said = _run("--json")
    assert code == ExitCode.OK
    texts = json.loads(said)["texts"]
    assert {(t["language"], t["text"]) for t in texts} == {
        (language, template.value) for language in ("en", "es") for template in Template
    }
    longer = {Template.WELCOME, Template.STAFF_ANSWER}
    assert {t["segments"] for t in texts if t["text"] not in longer} == {1}


def test_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    folder = _words(tmp_path, "To change it, call", "To cancel, call")
    code, said = _run(folder, "--json")
    assert code == ExitCode.WRONG_USAGE
    (wrong,) = json.loads(said)["wrong"]
    assert (wrong["file"], wrong["path"]) == ("en.yaml", "texts.appointment")
    assert (wrong["rule"], wrong["found"]) == ("word_that_carriers_act_on", "cancel")


def test_the_rest_is_checked_although_a_file_cannot_be_read(tmp_path: Path) -> None:
    code, said = _run(_words(tmp_path, "  please_call:", "  please_cal:"), "--json")
    assert code == ExitCode.WRONG_USAGE
    document = json.loads(said)
    assert {text["language"] for text in document["texts"]} == {"es"}
    assert all("en.yaml, line " in wrong["says"] for wrong in document["wrong"])


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    code, said = _run(str(tmp_path / "nowhere"), "--json")
    assert code == ExitCode.WRONG_USAGE
    assert "no file of a language" in json.loads(said)["error"]["sentence"]


def test_what_goes_to_staff_is_counted_with_its_link() -> None:
    code, said = _run("--json")
    assert code == ExitCode.OK
    counted = {text["text"]: text["segments"] for text in json.loads(said)["to_staff"]}
    assert counted == {
        "page": 2,
        "page with a link": 2,
        "pages in one text": 2,
        "question to a therapist": 1,
    }
    assert "page with a link" in _run()[1]


def test_an_address_that_makes_pages_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_PUBLIC_URL", f"https://clinic.example/{'x' * 300}")
    code, said = _run("--json")
    assert code == ExitCode.WRONG_USAGE
    wrong = [each["says"] for each in json.loads(said)["wrong"]]
    assert len(wrong) == 3
    assert all("too_many_segments" in line for line in wrong)
