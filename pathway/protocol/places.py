"""Where each sourced value of a protocol stands, and in which unit it counts."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from pathway.protocol.sourced import Sourced

Place = tuple[int | str, ...]
"""Keys and indices from the top of the file."""

_UNITS = {
    "years": "years",
    "weeks": "weeks",
    "percent": "%",
    "mmhg": "mmHg",
    "mg": "mg",
    "days": "days",
    "trials": "trials",
    "treatments": "treatments",
    "rate": "a minute",
}
_POINTS = ("phq9", "gad7", "moaas", "padss", "remission", "meaningful", "evaluate")


def sourced_values(value: object, place: Place = ()) -> Iterator[tuple[Place, Sourced]]:
    """Each value with its evidence, in the file's order, those inside others after them."""
    if isinstance(value, Sourced):
        yield place, value
    for key, inner in _inside(value):
        yield from sourced_values(inner, (*place, key))


def leaves(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Each single value, in the file's order."""
    if not isinstance(value, BaseModel | Mapping | tuple):
        yield place, value
    for key, inner in _inside(value):
        yield from leaves(inner, (*place, key))


def _inside(value: object) -> Iterator[tuple[int | str, object]]:
    if isinstance(value, BaseModel):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, Mapping):
        yield from ((str(key), inner) for key, inner in value.items())
    elif isinstance(value, tuple):
        yield from enumerate(value)


def unit_of(place: Place, dose_unit: str) -> str:
    """The unit of the number at a place, which its name says; empty where it needs none."""
    name = next((str(part) for part in reversed(place) if part not in ("value", "min", "max")), "")
    if place[:2] == ("course", "dose"):
        return "mg" if "mg" in name else dose_unit
    words = name.split("_")
    if any(word in _POINTS for word in words) and "percent" not in words:
        return "points"
    return next((_UNITS[word] for word in words if word in _UNITS), "")
