"""The search itself: every needle in every shape is found, and nothing else is."""

import base64
import json
import random

import pytest
from needles import Kind, Needles
from places import Place


@pytest.fixture
def needles() -> Needles:
    made = Needles(7)
    for _ in range(6):
        made.word("a note")
        made.name("a name")
        made.number("a phone")
        made.born("a birthday")
    return made


def test_each_shape_of_each_needle_is_found(needles: Needles) -> None:
    noise = random.Random(3).randbytes(500)  # noqa: S311
    for needle in needles.given:
        for shape in needle.shapes:
            place = Place("anywhere")
            place.add("piece", noise + shape + noise)
            assert needle in {found.needle for found in place.search(needles)}, (needle, shape)


@pytest.mark.parametrize("before", range(3))
def test_base64_is_found_at_each_alignment(needles: Needles, before: int) -> None:
    for needle in needles.given:
        if needle.kind is not Kind.WORD:
            continue
        held = json.dumps({"note": f"{'x' * before}says {needle.text} now"}, ensure_ascii=False)
        place = Place("histories")
        place.add("a payload", base64.b64encode(b"y" * before + held.encode()))
        assert [found.needle for found in place.search(needles)] == [needle]


def test_noise_and_other_numbers_are_not_found(needles: Needles) -> None:
    noise = random.Random(5).randbytes(200_000)  # noqa: S311
    place = Place("anywhere")
    place.add("bytes", noise)
    place.add("text", base64.b64encode(noise))
    place.add("staff", "+14155550132, (575) 555-0199, born 1980-08-01, qvizkor alone")
    assert list(place.search(needles)) == []


def test_the_number_is_found_however_it_is_written(needles: Needles) -> None:
    number = next(needle for needle in needles.given if needle.kind is Kind.NUMBER)
    last = number.text[-4:]
    for written in (f"+1575555{last}", f"575-555-{last}", f"(575) 555-{last}", f"%2B1575555{last}"):
        place = Place("log")
        place.add("line", f"To={written}&From=x")
        assert [found.needle for found in place.search(needles)] == [number], written
