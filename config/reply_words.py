"""The lists of what patients write, config/replies/<language>.yaml: one file for each language.

They are checked when they are read, so that a misspelt phrase stops a deploy and does not miss
a patient.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from config.yaml_source import ConfigError, Place, Source, path_of, read_yaml, validated
from pathway.folding import collapsed
from pathway.phrases import Phrase
from pathway.reply_words import LanguageWords, PhraseList, ReplyWords


def language_of(file: Path | Traversable) -> str:
    return file.name.removesuffix(".yaml")


def language_files(folder: Path | Traversable) -> tuple[Path | Traversable, ...]:
    """The files of a folder that stand for a language each, by name.

    Raises:
        ConfigError: when there is no such folder, or no file in it.
    """
    here = list(folder.iterdir()) if folder.is_dir() else []
    found = sorted((f for f in here if f.name.endswith(".yaml")), key=lambda f: f.name)
    if not found:
        raise ConfigError(f"{folder.name}: there is no file of a language, as in en.yaml")
    return tuple(found)


def shipped_replies() -> Traversable:
    """The folder of the lists that come with Waymark."""
    return files("config") / "replies"


def read_language(file: Path | Traversable) -> LanguageWords:
    """Read and check one language's lists.

    Raises:
        ConfigError: with file, line and what is wrong, also when a phrase could never be found.
    """
    source = read_yaml(file)
    words = validated(LanguageWords, source)
    if words.language != language_of(file):
        line = source.line(("language",))
        raise ConfigError(
            f"{source.name}, line {line}, at language: expected {language_of(file)}, "
            f"the file's name; found {words.language!r}"
        )
    if never := list(_never_found(source, words)):
        raise ConfigError("\n".join(never))
    return words


def _never_found(source: Source, words: LanguageWords) -> Iterator[str]:
    """Phrases with a word for which `spellings` puts another before anything is compared."""
    for place, listed in _lists(words):
        for n, phrase in enumerate(listed.phrases):
            for word, long in _spelt_otherwise(phrase, words):
                at: Place = (*place, "phrases", n)
                yield (
                    f"{source.name}, line {source.line(at)}, at {path_of(at)}: expected {long!r}, "
                    f"which `spellings` writes for {word!r}; found {phrase.written!r}"
                )


def _lists(words: LanguageWords) -> Iterator[tuple[Place, PhraseList]]:
    for name in type(words.opt_out).model_fields:
        yield ("opt_out", name), getattr(words.opt_out, name)
    for kind, listed in words.crisis.items():
        yield ("crisis", kind), listed
    yield ("wrong_number",), words.wrong_number


def _spelt_otherwise(phrase: Phrase, words: LanguageWords) -> Iterator[tuple[str, str]]:
    for part in phrase.parts:
        for word in part.words:
            long = words.spellings.get(collapsed(word))
            if long is not None and word not in long.split():
                yield word, long


def load_reply_words(folder: Path | Traversable | None = None) -> ReplyWords:
    """Read and check every language's lists; the shipped ones by default.

    Raises:
        ConfigError: with file, line and what is wrong, for the first file that is wrong.
    """
    found = language_files(folder or shipped_replies())
    return ReplyWords(languages=tuple(read_language(file) for file in found))


@cache
def shipped_reply_words() -> ReplyWords:
    """The shipped lists, read once in a process."""
    return load_reply_words()
