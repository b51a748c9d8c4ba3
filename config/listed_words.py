"""Words that a text must not say, or has to: as people list them, `*` for any letters."""

from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator

from pathway.folding import plain_words

_ANY = "*"


def _listed(written: str) -> str:
    pieces = written.split()
    if not pieces or any(len(plain_words(piece.replace(_ANY, ""))) != 1 for piece in pieces):
        raise ValueError("expected words of letters, `*` for any letters, as in `treat*`")
    return written


ListedWords = tuple[Annotated[str, AfterValidator(_listed)], ...]


def says(text: str, listed: str) -> str | None:
    """The place of a text that says it, without capitals and accents; None when none does."""
    words = plain_words(text)
    wanted = [_pattern(piece) for piece in listed.split()]
    for at in range(len(words) - len(wanted) + 1):
        here = words[at : at + len(wanted)]
        if all(fnmatchcase(word, piece) for word, piece in zip(here, wanted, strict=True)):
            return " ".join(here)
    return None


def _pattern(piece: str) -> str:
    return _ANY.join("".join(plain_words(part)) for part in piece.split(_ANY))
