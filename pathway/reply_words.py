"""What patients write, listed by language: data that a clinic edits (config/replies/)."""

from typing import Annotated

from pydantic import AfterValidator, Field

from pathway.folding import collapsed, plain, plain_words
from pathway.model import Model
from pathway.phrases import AnyPhrase
from pathway.protocol.sourced import Sourced
from pathway.protocol.vocabulary import Digit


def _one_word(word: str) -> str:
    if len(plain_words(word)) != 1:
        raise ValueError("expected a single word")
    return word


def _plain_once(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain_words(_one_word(word))[0] for word in words)


def _plain_spellings(spellings: dict[str, str]) -> dict[str, str]:
    for short, long in spellings.items():
        _one_word(short)
        if not plain_words(long):
            raise ValueError(f"{short} stands for no word")
    return {_key(short): " ".join(plain_words(long)) for short, long in spellings.items()}


def _key(short: str) -> str:
    # "b4" is spelt so; folding would read the digit as a letter.
    return short.casefold() if any(char.isdigit() for char in short) else collapsed(plain(short))


PlainWords = Annotated[tuple[str, ...], AfterValidator(_plain_once)]
KeywordText = Annotated[str, AfterValidator(_one_word)]


class Keywords(Sourced):
    """Single words on which carriers act by themselves, when they are the whole message."""

    stop: tuple[KeywordText, ...] = ()
    start: tuple[KeywordText, ...] = ()
    help: tuple[KeywordText, ...] = ()


class PhraseList(Sourced):
    """Phrases that mean the same, and where the list comes from."""

    phrases: tuple[AnyPhrase, ...] = Field(min_length=1)


class OptOutWords(Model):
    """Her own words for: no more texts."""

    certain: PhraseList
    """Nothing else can be meant; read so only without a misspelling."""
    perhaps: PhraseList
    """It may be meant: a person asks or decides."""
    softened_by: PhraseList
    """What makes a certain phrase a perhaps, as in `do not stop texting me`."""


class LanguageWords(Model):
    """One language's file."""

    language: str = Field(pattern=r"^[a-z]{2,3}$")
    spellings: Annotated[dict[str, str], AfterValidator(_plain_spellings)] = Field(
        default_factory=dict
    )
    """Texting spellings, abbreviations and contractions, and what they stand for."""
    digits: dict[str, Digit] = Field(default_factory=dict)
    """Words that count as a digit when they are the whole message; none unless listed."""
    not_names: PlainWords = ()
    """Words that phones write with a capital and that are nobody's name."""
    keywords: Keywords | None = None
    opt_out: OptOutWords
    crisis: dict[str, PhraseList] = Field(min_length=1)
    """Danger to herself or to others, by kind; the kinds are for those who read the list."""
    wrong_number: PhraseList


class ReplyWords(Model):
    """All languages' lists. Each is applied to every message: people mix languages."""

    languages: tuple[LanguageWords, ...] = Field(min_length=1)
