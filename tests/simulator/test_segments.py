"""Segments are counted as networks count them."""

import pytest

from simulator.segments import count, is_gsm7


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" * 5, 2),
        ("ñ" * 160, 1),
        ("í" * 70, 1),
        ("í" * 71, 2),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("a" * 139 + "\u2019", 3),
    ],
)
def test_segments(body: str, segments: int) -> None:
    assert count(body) == segments


def test_a_pair_is_never_parted() -> None:
    # 152 septets, then a pair that does not fit the last place of the first segment.
    assert count("a" * 152 + "€" + "a" * 151) == 2
    assert count("a" * 152 + "€" + "a" * 152) == 3


def test_alphabet() -> None:
    assert is_gsm7("¿Mañana? él, ¡sí!") is False
    assert is_gsm7("¿Mañana? él")
