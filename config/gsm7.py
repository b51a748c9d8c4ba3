"""The short alphabet of text messages, and the simplest way to stay within it.

One letter outside it more than halves what fits into a segment: a text of 139 letters with one
curly quote goes out, and is paid for, as three.
"""

import unicodedata

SINGLE_SEGMENT = 160
"""Septets that go out as one segment."""
_PART_OF_SEVERAL = 153
_SINGLE_WIDE = 70
_PART_WIDE = 67
"""Of wide letters, 16 bits each. Several segments spend some on finding one another."""

_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("\f^{}\\[~]|€")
_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


def septets(text: str) -> int | None:
    """Length in the short alphabet; None when a character is not in it."""
    if not all(char in _ALPHABET or char in _DOUBLE for char in text):
        return None
    return sum(1 + (char in _DOUBLE) for char in text)


def _simplified(char: str) -> str:
    if char in _ALPHABET or char in _DOUBLE:
        return char
    parts = unicodedata.normalize("NFKD", char)
    base = "".join(part for part in parts if not unicodedata.combining(part))
    return base if septets(base) is not None else char


def simplify(text: str) -> str:
    """The text with accents and typographic signs that the alphabet lacks replaced.

    What has no simpler form stays: a text that costs more is better than none.
    """
    composed = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return "".join(_simplified(char) for char in composed)


def segments(text: str) -> int:
    """How many segments a text goes out as, and is paid for."""
    length = septets(text)
    if length is None:
        wide = len(text.encode("utf-16-be", "surrogatepass")) // 2
        return 1 if wide <= _SINGLE_WIDE else -(-wide // _PART_WIDE)
    return 1 if length <= SINGLE_SEGMENT else _parts(text)


def _parts(text: str) -> int:
    """A sign of two septets is never torn: it begins the next segment."""
    parts, used = 1, 0
    for char in text:
        takes = 1 + (char in _DOUBLE)
        if used + takes > _PART_OF_SEVERAL:
            parts, used = parts + 1, 0
        used += takes
    return parts
