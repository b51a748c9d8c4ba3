"""The numbers by which staff take pages: no two that she may still mean are the same."""

from collections.abc import Iterator, Sequence
from itertools import count

from pathway.model import Instant
from records.page_model import Listed, Post, StoredPageText


def numbered(
    intent: str, listed: tuple[Listed, ...], at: Instant, recent: Sequence[StoredPageText]
) -> Post:
    """A number for each escalation, and where there are several one for all of them."""
    numbers = _free_numbers(recent)
    keys = dict.fromkeys(map(key_of, listed))
    if len(keys) == 1:
        number = _number_before(recent, listed[0]) or next(numbers)
        of = dict.fromkeys(keys, number)
    else:
        number = next(numbers)
        of = {key: next(numbers) for key in keys}
        intent = f"{intent}/and-{len(listed) - 1}/{at:%Y%m%dT%H%M%S}"
    listed = tuple(each.model_copy(update={"number": of[key_of(each)]}) for each in listed)
    return Post(intent=intent, number=number, listed=listed)


def key_of(page: Listed) -> tuple[str, str]:
    return page.reference, page.escalation


def _free_numbers(recent: Sequence[StoredPageText]) -> Iterator[int]:
    """Numbers that mean nothing to her yet, the shortest first."""
    used = {t.number for t in recent} | {each.number for t in recent for each in t.listed}
    return (number for number in count(1) if number not in used)


def _number_before(recent: Sequence[StoredPageText], page: Listed) -> int | None:
    """Paged again about the same, she replies the same."""
    same = (t.number for t in recent if set(map(key_of, t.listed)) == {key_of(page)})
    return next(same, None)
