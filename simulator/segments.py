"""How many SMS segments a text takes, counted as networks count."""

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Two septets each, and the two are never parted."""


def is_gsm7(body: str) -> bool:
    """Whether the text fits the default alphabet; one other character makes all of it UCS-2."""
    return all(char in _GSM7 or char in _GSM7_EXTENSION for char in body)


def _packed(sizes: list[int], limit: int) -> int:
    segments, room = 0, 0
    for size in sizes:
        if size > room:
            segments, room = segments + 1, limit
        room -= size
    return segments


def count(body: str) -> int:
    """Segments of a text; an empty one takes one."""
    if is_gsm7(body):
        sizes, single, part = [1 + (char in _GSM7_EXTENSION) for char in body], 160, 153
    else:
        sizes, single, part = [1 + (ord(char) > 0xFFFF) for char in body], 70, 67
    return 1 if sum(sizes) <= single else _packed(sizes, part)
