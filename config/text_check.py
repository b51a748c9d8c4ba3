"""Checks the words of every text in every language, and that the lists of replies go with them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from config.clinic import Clinic
from config.protocol_check import Complaint
from config.reply_words import language_files, language_of, read_language
from config.text_rules import ANSWER_RULES, TEXT_RULES, BesideTexts
from config.text_samples import Sample, answer_sample, samples
from config.wordings import Wording, wording
from config.yaml_source import ConfigError, Source, read_yaml, validated
from pathway.lint.finding import Finding, error
from pathway.reply_words import LanguageWords


@dataclass(frozen=True)
class TextsCheck:
    """What a check of the words found."""

    files: tuple[str, ...]
    samples: tuple[Sample, ...]
    """Every text that can be written."""
    complaints: tuple[Complaint, ...]
    unreadable: tuple[str, ...]
    """What is wrong with files of which nothing else could be checked, a line each."""


def shipped_words() -> Traversable:
    """The folder with `messages/` and `replies/` that comes with Waymark."""
    return files("config")


def check_texts(clinic: Clinic, folder: Path | Traversable | None = None) -> TextsCheck:
    """Check a folder's `messages/` and `replies/`; the shipped ones by default.

    Raises:
        ConfigError: when one of the two holds no file of a language.
    """
    base = folder or shipped_words()
    unreadable: list[str] = []
    sources, wordings = _messages(base, unreadable)
    replies = _replies(base, unreadable)
    beside = _beside(clinic, wordings, replies)
    all_samples: list[Sample] = []
    complaints: list[Complaint] = []
    for language, words in wordings.items():
        written = tuple(samples(language, words, clinic))
        all_samples += written
        found = [*_of_texts(written, words, beside), *_of_language(words, wordings.values())]
        source = sources[language]
        complaints += (Complaint(source.name, source.line(f.place), f) for f in found)
    complaints += _without_counterpart(base)
    names = tuple(f"{part}/{file.name}" for part, file in _files(base))
    return TextsCheck(names, tuple(all_samples), tuple(complaints), tuple(unreadable))


def check_answer(words: str, language: str, clinic: Clinic) -> tuple[Finding, ...]:
    """What keeps a member of staff's words from going out as a text; nothing when they may.

    They lie open on a locked phone like every other text, so the same rules hold.
    """
    unreadable: list[str] = []
    _, wordings = _messages(shipped_words(), unreadable)
    beside = _beside(clinic, wordings, _replies(shipped_words(), unreadable))
    written, worded = answer_sample(language, words, clinic), wording(language)
    return tuple(finding for rule in ANSWER_RULES for finding in rule(written, worded, beside))


def _beside(
    clinic: Clinic, wordings: Mapping[str, Wording], replies: Mapping[str, LanguageWords]
) -> BesideTexts:
    return BesideTexts(
        clinic=clinic,
        never_say=tuple(dict.fromkeys(w for each in wordings.values() for w in each.never_say)),
        keywords=tuple(each.keywords for each in replies.values() if each.keywords),
    )


def _files(base: Path | Traversable) -> Iterator[tuple[str, Path | Traversable]]:
    for part in ("messages", "replies"):
        for file in language_files(base / part):
            yield part, file


def _messages(
    base: Path | Traversable, unreadable: list[str]
) -> tuple[dict[str, Source], dict[str, Wording]]:
    sources: dict[str, Source] = {}
    wordings: dict[str, Wording] = {}
    for file in language_files(base / "messages"):
        language = language_of(file)
        try:
            sources[language] = source = read_yaml(file)
            wordings[language] = validated(Wording, source)
        except ConfigError as wrong:
            unreadable += str(wrong).splitlines()
    return sources, wordings


def _replies(base: Path | Traversable, unreadable: list[str]) -> Mapping[str, LanguageWords]:
    read: dict[str, LanguageWords] = {}
    for file in language_files(base / "replies"):
        try:
            read[language_of(file)] = read_language(file)
        except ConfigError as wrong:
            unreadable += str(wrong).splitlines()
    return read


def _of_texts(
    written: tuple[Sample, ...], words: Wording, beside: BesideTexts
) -> Iterator[Finding]:
    for sample in written:
        for rule in TEXT_RULES:
            yield from rule(sample, words, beside)


def _of_language(words: Wording, others: Iterable[Wording]) -> Iterator[Finding]:
    named = dict.fromkeys(zone for other in others for zone in other.places)
    for zone in named:
        if zone not in words.places:
            expected = f"what people call the clock of {zone}, as in another language"
            do = "Name it: its city would stand there instead."
            yield error("clock_without_a_name", ("places",), expected, "none", do)


def _without_counterpart(base: Path | Traversable) -> Iterator[Complaint]:
    """A language that patients are written to is one that they write."""
    named = [(part, language_of(file), file.name) for part, file in _files(base)]
    for part, language, name in named:
        other = "replies" if part == "messages" else "messages"
        if not any(p == other and n == language for p, n, _ in named):
            expected = f"{other}/{name} beside {part}/{name}"
            do = "Add the file: in this language a patient would not be understood."
            if part == "replies":
                do = "Add the file: in this language a patient would get English."
            finding = error("language_of_one_side", (), expected, "none", do)
            yield Complaint(name, 1, finding)
