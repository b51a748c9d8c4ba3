"""Messages and names as plain words: what a hurried thumb adds or changes is taken away first."""

import re
import unicodedata

_APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc`\u00b4]")
_RUN = re.compile(r"([^\W\d_])\1+")
_WORD = re.compile(r"[^\W_]+")
_HIDDEN = ("M", "Cf")
"""Accents and signs that stand on a letter; joiners that nobody sees."""
_DIGITS_AS_LETTERS = str.maketrans("013457", "oieast")
_SLIPS_FROM = 5
_SWAPS_FROM = 4


def words_as_written(text: str) -> tuple[str, ...]:
    """The words of a message with their capitals; accents, apostrophes and emoji are gone."""
    return tuple(_WORD.findall(_bare(_APOSTROPHES.sub("", text))))


def name_words(name: str) -> frozenset[str]:
    """The words by which names are compared: in small letters, without accents, in no order."""
    return frozenset(_WORD.findall(_bare(name.casefold())))


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not _is_hidden(c))


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char).startswith(_HIDDEN)


def plain(word: str) -> str:
    """One word in small letters. Digits amid letters are the letters they stand for: `su1cide`."""
    small = word.casefold()
    return small if small.isdigit() else small.translate(_DIGITS_AS_LETTERS)


def plain_words(text: str) -> tuple[str, ...]:
    """The plain words of a text."""
    return tuple(plain(word) for word in words_as_written(text))


def collapsed(word: str) -> str:
    """A word without repeated letters: `stoppp` is `stop`, and `kill` is `kil`."""
    return _RUN.sub(r"\1", word)


def is_misspelling(word: str, meant: str) -> bool:
    """Whether a word is one slip away from the one that is meant.

    Five letters and more tolerate one letter that is missing, added or another, or two that
    are swapped; four letters tolerate only the swap: most of their neighbours are words too.
    """
    if len(meant) < _SWAPS_FROM or abs(len(word) - len(meant)) > 1:
        return False
    here, there = _differing(word, meant)
    return _swapped(here, there) or (
        len(meant) >= _SLIPS_FROM
        and (here[1:] == there[1:] or here[1:] == there or here == there[1:])
    )


def _differing(word: str, meant: str) -> tuple[str, str]:
    """What is left of both behind their common beginning."""
    same = 0
    while same < min(len(word), len(meant)) and word[same] == meant[same]:
        same += 1
    return word[same:], meant[same:]


def _swapped(here: str, there: str) -> bool:
    return len(here) > 1 and here[:2] == there[1::-1] and here[2:] == there[2:]
