"""Conditions as a protocol writes them: `response_50 and stable`, `non_improving_streak >= 3`.

A closed vocabulary of named predicates joined by `and` or `or`; parsed once into models,
nothing is ever evaluated as code.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from pathway.model import Model


class Predicate(StrEnum):
    """What is true of a journey now. Each is computed in one place, and shown with its value."""

    RESPONSE_50 = "response_50"
    REMISSION = "remission"
    STABLE = "stable"
    WORSENING = "worsening"
    RELAPSE = "relapse"
    NON_IMPROVING_STREAK = "non_improving_streak"
    """A count: how many scores in a row had not improved."""
    SAFETY_FLAG_OPEN = "safety_flag_open"
    HIGH_RISK = "high_risk"
    PSYCHOTHERAPY_NOT_HELD = "psychotherapy_not_held"


Facts = Mapping[Predicate, int | bool]
"""What is known; a predicate that is missing here is not known, and not true."""

_TERM = re.compile(r"^([a-z_0-9]+?)(?:\s*>=\s*(\d{1,3}))?$")
_COUNTED = frozenset({Predicate.NON_IMPROVING_STREAK})


class Term(Model):
    predicate: Predicate
    at_least: int = 1

    def holds(self, facts: Facts) -> bool:
        return int(facts.get(self.predicate, 0)) >= self.at_least

    def __str__(self) -> str:
        counted = self.predicate in _COUNTED
        return f"{self.predicate} >= {self.at_least}" if counted else self.predicate.value

    @classmethod
    def parse(cls, written: str) -> Self:
        match = _TERM.match(written.strip())
        if not match or match[1] not in tuple(Predicate):
            raise ValueError(f"expected one of: {', '.join(Predicate)}")
        predicate = Predicate(match[1])
        if (predicate in _COUNTED) is (match[2] is None):
            shape = f"{predicate} >= 3" if predicate in _COUNTED else f"{predicate} alone"
            raise ValueError(f"expected {shape}")
        return cls(predicate=predicate, at_least=int(match[2] or 1))


class AnyOrAll(Model):
    """Several terms joined by one word; the two are never mixed."""

    joined_by: Literal["and", "or"]
    terms: tuple[Term, ...]

    def holds(self, facts: Facts) -> bool:
        each = [term.holds(facts) for term in self.terms]
        return all(each) if self.joined_by == "and" else any(each)

    def __str__(self) -> str:
        return f" {self.joined_by} ".join(map(str, self.terms))


def parse_condition(written: object) -> AnyOrAll:
    """Read one condition.

    Raises:
        ValueError: with what was expected, when the text is none of the vocabulary.
    """
    if isinstance(written, AnyOrAll):
        return written
    if not isinstance(written, str):
        raise ValueError("expected a condition such as 'response_50 and stable'")  # noqa: TRY004
    words = written.strip()
    if " and " in words and " or " in words:
        raise ValueError("expected terms joined by `and` or by `or`, not by both")
    joined_by: Literal["and", "or"] = "or" if " or " in words else "and"
    terms = tuple(Term.parse(part) for part in words.split(f" {joined_by} "))
    return AnyOrAll(joined_by=joined_by, terms=terms)


def _pattern() -> str:
    """What `parse_condition` takes, for editors."""
    named = "|".join(p for p in Predicate if p not in _COUNTED)
    counted = "|".join(p for p in Predicate if p in _COUNTED)
    term = rf"({named}|({counted}) ?>= ?[0-9]{{1,3}})"
    return rf"^({term}( and {term})*|{term}( or {term})*)$"


Condition = Annotated[
    AnyOrAll,
    PlainValidator(parse_condition),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": _pattern(),
            "examples": [
                "response_50 and stable",
                "non_improving_streak >= 3",
                *(p for p in Predicate if p not in _COUNTED),
            ],
        }
    ),
]
