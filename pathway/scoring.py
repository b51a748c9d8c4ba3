"""PHQ-9 and GAD-7, scored and banded as they were published. Nothing restricted is scored here.

Both are free for use: Kroenke, Spitzer and Williams 2001; Spitzer, Kroenke, Williams and Löwe
2006. A scale that is answered in part has no total: nothing is estimated for what is missing.
The bands belong to the instruments, as their items do; what a change means is the protocol's.
"""

from collections.abc import Iterable
from enum import StrEnum

from pathway.facts.scores import Gad7, Phq9


class Band(StrEnum):
    """How severe a total is, in the words of the two publications."""

    MINIMAL = "minimal"
    MILD = "mild"
    MODERATE = "moderate"
    MODERATELY_SEVERE = "moderately severe"
    SEVERE = "severe"


_PHQ9_FROM = (
    (20, Band.SEVERE),
    (15, Band.MODERATELY_SEVERE),
    (10, Band.MODERATE),
    (5, Band.MILD),
)
_GAD7_FROM = ((15, Band.SEVERE), (10, Band.MODERATE), (5, Band.MILD))


def phq9_total(answers: Phq9) -> int | None:
    """0 to 27, or None unless all nine items are answered."""
    return _total(_items(answers))


def gad7_total(answers: Gad7) -> int | None:
    """0 to 21, or None unless all seven items are answered."""
    return _total(_items(answers))


def phq9_band(total: int) -> Band:
    return _band(total, _PHQ9_FROM)


def gad7_band(total: int) -> Band:
    return _band(total, _GAD7_FROM)


def answered(answers: Phq9 | Gad7) -> bool:
    """Whether any item was answered at all."""
    return any(item is not None for item in _items(answers))


def _items(answers: Phq9 | Gad7) -> list[int | None]:
    return [getattr(answers, name) for name in type(answers).model_fields]


def _total(items: Iterable[int | None]) -> int | None:
    values = list(items)
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _band(total: int, begins: Iterable[tuple[int, Band]]) -> Band:
    return next((band for least, band in begins if total >= least), Band.MINIMAL)
