"""Segments, as carriers count and charge them."""

import pytest

from config.gsm7 import segments


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("\u20ac" * 80, 1),
        ("\u20ac" * 81, 2),
        # A euro sign takes two septets and is never torn: 152 and one left over.
        ("a" * 152 + "\u20ac" + "a" * 151, 2),
        ("a" * 152 + "\u20ac" + "a" * 152, 3),
        ("\u6c34" * 70, 1),
        ("\u6c34" * 71, 2),
        ("\u6c34" * 134, 2),
        ("\u6c34" * 135, 3),
        ("\U0001f642" * 35, 1),
        ("\U0001f642" * 36, 2),
    ],
)
def test_segments_are_counted_as_they_are_paid(written: str, count: int) -> None:
    assert segments(written) == count
