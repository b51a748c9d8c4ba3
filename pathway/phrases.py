"""Phrases as people list them.

A phrase is written in words. `a|b` is one of several words, `word?` may be missing, `=word`
tolerates no misspelling, `...` is up to five words of any kind, `@` is somebody's name; `^` and
`$` are the message's beginning and end.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from pathway.folding import plain_words
from pathway.model import Model


class Kind(StrEnum):
    WORD = "word"
    GAP = "..."
    NAME = "@"
    BEGINNING = "^"
    END = "$"


class Part(Model):
    """One piece of a phrase."""

    kind: Kind
    words: tuple[str, ...] = ()
    """Plain; any one of them will do."""
    optional: bool = False
    exact: bool = False


class Phrase(Model):
    """A list's entry, taken apart once when the list is read."""

    written: str
    parts: tuple[Part, ...]


def _part(written: str) -> Part:
    if written in (Kind.GAP, Kind.NAME, Kind.BEGINNING, Kind.END):
        return Part(kind=Kind(written))
    optional, exact = written.endswith("?"), written.startswith("=")
    words: list[str] = []
    for choice in written.removesuffix("?").removeprefix("=").split("|"):
        if len(plain_words(choice)) != 1:
            raise ValueError(f"{choice!r} is no single word")
        words += plain_words(choice)
    return Part(kind=Kind.WORD, words=tuple(words), optional=optional, exact=exact)


def phrase(written: object) -> object:
    """Take a phrase apart.

    Raises:
        ValueError: when it says nothing, or a piece of it is no word.
    """
    if not isinstance(written, str):
        return written
    parts = tuple(_part(piece) for piece in written.split())
    if not any(part.kind is Kind.WORD and not part.optional for part in parts):
        raise ValueError("a phrase needs a word that must be there")
    for n, part in enumerate(parts):
        out_of_place = (part.kind is Kind.BEGINNING and n > 0) or (
            part.kind is Kind.END and n < len(parts) - 1
        )
        if out_of_place:
            raise ValueError(f"{part.kind} stands only at an end of a phrase")
    return Phrase(written=written, parts=parts)


AnyPhrase = Annotated[Phrase, BeforeValidator(phrase)]
"""A phrase, or the text it is written as."""
