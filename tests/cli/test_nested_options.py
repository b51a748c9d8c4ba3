"""Nested fields can be typed, and what is shown can be typed again."""

from datetime import UTC, datetime
from enum import StrEnum

import pytest

from cli import nested_options as nested
from pathway.model import Instant, Model

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(Model):
    says: str
    loud: bool = False


class Nested(Model):
    name: str
    count: int | None = None
    colours: tuple[Colour, ...] = ()
    done: bool = False
    at: Instant | None = None
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()


def read_time(typed: str) -> datetime:
    return datetime.fromisoformat(typed)


def test_a_model_is_typed_as_fields_with_semicolons() -> None:
    typed = "name=a word, and more; count=3; colours=red,blue; done=yes; at=2026-12-01T12:00+00:00"
    read = Nested.model_validate(nested.read(Nested, typed, read_time))
    assert read == Nested(
        name="a word, and more", count=3, colours=(Colour.RED, Colour.BLUE), done=True, at=NOON
    )


@pytest.mark.parametrize(
    "value",
    [
        Nested(name=r"back\slash; semicolon, comma = equals"),
        Nested(name="x", count=0, done=True, at=NOON, colours=(Colour.BLUE,)),
        Nested(name="x", inner=Inner(says="a; b, c", loud=True)),
        Nested(name="x", many=(Inner(says="a; b"), Inner(says=r"c, \d"))),
    ],
)
def test_what_is_written_can_be_read_again(value: Nested) -> None:
    assert Nested.model_validate(nested.read(Nested, nested.written(value), read_time)) == value


def test_a_mapping_is_typed_in_pairs() -> None:
    kind = dict[str, bool]
    assert nested.read_pairs(kind, ["a=yes", "b=no"], read_time) == {"a": "yes", "b": "no"}
    models = nested.read_pairs(dict[str, Inner], ["a=says=x; loud=yes"], read_time)
    assert models == {"a": {"says": "x", "loud": "yes"}}
    assert list(nested.written_pairs({"a": True, "b": Colour.RED})) == ["a=yes", "b=red"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("name", "NAME=VALUE"),
        ("=x", "NAME=VALUE"),
        ("size=3", "there are name, count, colours"),
        ("name=a; name=b", "given twice"),
    ],
)
def test_what_cannot_be_read_is_said(typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        nested.read(Nested, typed, read_time)


def test_a_key_is_given_once() -> None:
    with pytest.raises(ValueError, match="given twice"):
        nested.read_pairs(dict[str, bool], ["a=yes", "a=no"], read_time)


def test_the_help_shows_the_shape() -> None:
    assert nested.shape(dict[str, Colour]) == "'NAME=red|blue'"
    assert nested.shape(tuple[Inner, ...]) == nested.shape(Inner) == "'says=...; loud=yes|no'"
    assert nested.shape(str) is None
