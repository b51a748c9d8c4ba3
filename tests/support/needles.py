"""Words, names, numbers and birth dates that exist nowhere else, to be looked for afterwards.

All words have one stem, all numbers one beginning and all birth dates one month in common, so that
hundreds of megabytes are looked through for a few dozen patterns; where one of those is found, each
needle is looked for in full.
"""

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from urllib.parse import quote

STEM = "qvizkor"
_NUMBERS = "57555501"
"""The area code of nobody in the clinic's files, and the range that is set aside for fiction."""
_BORN = (1931, 8)
_ENDS = "aeiou"
_LETTERS = "bdfglmnprst"


class Kind(StrEnum):
    WORD = "word"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class Needle:
    text: str
    kind: Kind
    flow: str
    """What it was put in by."""

    @cached_property
    def shapes(self) -> frozenset[bytes]:
        """Every way in which it could stand in bytes."""
        return frozenset(_encoded(_written(self)))


@dataclass
class Needles:
    """Gives out needles, none twice, and keeps them all."""

    seed: int
    given: list[Needle] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - invented words, no secrets

    def word(self, flow: str) -> str:
        """An invented name or word; every third has letters that other encodings write apart."""
        chance = self._chance
        start = chance.choice(_LETTERS).upper() + chance.choice(_ENDS)
        end = "".join(chance.choice(_LETTERS) + chance.choice(_ENDS) for _ in range(4))
        accent = "ñ" if len(self.given) % 3 == 0 else "n"
        return self._kept(f"{start}{STEM}{end}{accent}{len(self.given):03x}".rstrip(), flow)

    def name(self, flow: str) -> str:
        """A word without digits in it, as people are called."""
        chance = self._chance
        end = "".join(chance.choice(_LETTERS) + chance.choice(_ENDS) for _ in range(7))
        return self._kept(chance.choice("BDGL") + "a" + STEM + end, flow)

    def number(self, flow: str) -> str:
        """A phone number in E.164."""
        count = sum(needle.kind is Kind.NUMBER for needle in self.given)
        assert count < 100, "the range for fiction is used up"
        return self._kept(f"+1{_NUMBERS}{count:02}", flow, Kind.NUMBER)

    def born(self, flow: str) -> date:
        count = sum(needle.kind is Kind.DATE for needle in self.given)
        born = date(*_BORN, 1 + count % 31)
        self._kept(born.isoformat(), flow, Kind.DATE)
        return born

    def _kept(self, text: str, flow: str, kind: Kind = Kind.WORD) -> str:
        self.given.append(Needle(text, kind, flow))
        return text


def stems() -> frozenset[bytes]:
    """What has to be somewhere in bytes that hold any needle in any of its shapes."""
    year, month = _BORN
    numbers = (_NUMBERS, "575-555-01", "575.555.01", "575 555 01", "(575) 555-01", "(575)555-01")
    dates = [f"{year}-{month:02}-", f"/{year}", f"{year}, {month}, ", f", {year}", f"Aug {year}"]
    plain = {*_cases(STEM), *numbers, *dates}
    return frozenset(_encoded(plain))


def _written(needle: Needle) -> Iterator[str]:
    match needle.kind:
        case Kind.WORD:
            yield from _cases(needle.text)
        case Kind.NUMBER:
            area, middle, last = needle.text[2:5], needle.text[5:8], needle.text[8:]
            yield f"{area}{middle}{last}"
            yield from (f"{area}{mark}{middle}{mark}{last}" for mark in "-. ")
            yield from (f"({area}) {middle}-{last}", f"({area}){middle}-{last}")
        case Kind.DATE:
            born = date.fromisoformat(needle.text)
            yield from (needle.text, f"{born:%m/%d/%Y}", f"{born.month}/{born.day}/{born.year}")
            yield from (f"{born.day} {born:%b} {born.year}", f"{born:%d %b %Y}")
            yield from (f"{born:%B} {born.day}, {born.year}", f"{born:%b} {born.day}, {born.year}")
            yield f"{born.year}, {born.month}, {born.day})"


def _cases(text: str) -> tuple[str, ...]:
    return (text, text.lower(), text.upper(), text.capitalize())


def _encoded(texts: Iterator[str] | set[str]) -> Iterator[bytes]:
    for text in texts:
        plain = text.encode()
        yield from (plain, text.encode("utf-16-le"), text.encode("utf-16-be"))
        yield from (plain.hex().encode(), plain.hex().upper().encode())
        yield from (json.dumps(text)[1:-1].encode(), quote(text).encode())
        yield text.encode("latin-1")
        # What is written as JSON with escapes is put into base64 with them.
        yield from (*based(plain), *based(json.dumps(text)[1:-1].encode()))


def based(plain: bytes) -> Iterator[bytes]:
    """Its base64 wherever it begins in a group of three bytes, both alphabets."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain)
        inside = whole[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        yield inside
        yield inside.replace(b"+", b"-").replace(b"/", b"_")
