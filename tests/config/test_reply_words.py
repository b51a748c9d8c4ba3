"""The files that list what patients write: complete, precise where they are wrong."""

from pathlib import Path

import pytest

from config.reply_words import load_reply_words, read_language, shipped_replies, shipped_reply_words
from config.yaml_source import ConfigError
from pathway.lint.carriers import CARRIER_WORDS
from pathway.reading import read

SHIPPED = (shipped_replies() / "en.yaml").read_text(encoding="utf-8")


def _changed(folder: Path, old: str, new: str) -> Path:
    assert old in SHIPPED
    file = folder / "en.yaml"
    file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    return file


def test_what_is_shipped_is_read_once() -> None:
    assert [each.language for each in shipped_reply_words().languages] == ["en", "es"]
    assert shipped_reply_words() is shipped_reply_words()


def test_carriers_words_are_those_that_no_text_may_ask_for() -> None:
    listed = [words.keywords for words in shipped_reply_words().languages if words.keywords]
    found = [word for each in listed for word in (*each.stop, *each.start, *each.help)]
    assert sorted(found) == sorted(CARRIER_WORDS)


def test_a_third_language_is_one_file(tmp_path: Path) -> None:
    for file in shipped_replies().iterdir():
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    german = SHIPPED.replace("language: en", "language: de").replace(
        "- suicide\n", "- Selbstmord\n"
    )
    (tmp_path / "de.yaml").write_text(german, encoding="utf-8")
    words = load_reply_words(tmp_path)
    assert [each.language for each in words.languages] == ["de", "en", "es"]
    assert read("ich denke an selbstmrod", None, words).crisis
    assert not read("ich denke an selbstmrod", None, shipped_reply_words()).crisis


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("      - suicidal\n", "      - self-harmed\n", "no single word; found 'self-harmed'"),
        ("      - suicidal\n", "      - ...\n", "a word that must be there; found '...'"),
        ("      - suicidal\n", "      - wanna die\n", "expected 'want to', which `spellings`"),
        ("      - suicidal\n", "      - 988\n", "found 988"),
        ("  kms: kill myself\n", "  kms: '!'\n", "kms stands for no word"),
        ("  kms: kill myself\n", "  k ms: kill myself\n", "expected a single word"),
        ("language: en\n", "language: fr\n", "expected en, the file's name; found 'fr'"),
        ("digits: {}\n", "digits: {ten: '10'}\n", "digits.ten"),
        ("wrong_number:\n", "wrong_numbers:\n", "wrong_numbers: this key is not known here"),
        ("wrong_number:\n  evidence: set_by_site\n", "wrong_number:\n", "evidence: this is req"),
        ("  stop: [STOP, ", "  stop: [STOP ALL, ", "expected a single word"),
    ],
)
def test_a_wrong_list_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    file = _changed(tmp_path, old, new)
    with pytest.raises(ConfigError) as refused:
        read_language(file)
    assert told in str(refused.value)
    assert str(refused.value).startswith("en.yaml, line ")


def test_the_line_is_the_phrases_own(tmp_path: Path) -> None:
    file = _changed(tmp_path, "      - suicidal\n", "      - dont live\n")
    line = file.read_text(encoding="utf-8").splitlines().index("      - dont live") + 1
    with pytest.raises(ConfigError, match=rf"line {line}, at crisis.harm_to_herself.phrases\[1\]"):
        read_language(file)


def test_a_folder_without_lists_is_no_silence(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ConfigError, match="no file of a language"):
            load_reply_words(folder)
