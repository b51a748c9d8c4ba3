"""What the provider says of a message, however late and often it says it."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from records import text_status
from records.database import Records
from records.text_status import Delivery, Said

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def said(status: str, minutes: float = 0, code: int | None = None) -> Said:
    at = NOON + timedelta(minutes=minutes)
    return Said(status=Delivery(status), at=at, provider_code=code)


async def stands(records: Records, sid: str) -> str | None:
    found = text_status.standing(await text_status.history(records, sid))
    return found.status if found else None


async def test_every_word_is_kept_once_and_the_furthest_stands(records: Records) -> None:
    assert await text_status.note(records, "SM1", said("queued"))
    assert await text_status.note(records, "SM1", said("sent", 1))
    assert not await text_status.note(records, "SM1", said("sent", 5))
    assert not await text_status.note(records, "SM1", said("sending", 6))
    words = await text_status.history(records, "SM1")
    assert [(w.status, w.at) for w in words] == [
        ("queued", NOON),
        ("sending", NOON + timedelta(minutes=6)),
        ("sent", NOON + timedelta(minutes=1)),
    ]
    assert await stands(records, "SM1") == "sent"
    assert await stands(records, "SM2") is None


@pytest.mark.parametrize("order", [*permutations(["queued", "sent", "undelivered"])])
async def test_in_any_order_the_end_stands(records: Records, order: tuple[str, ...]) -> None:
    for minutes, status in enumerate(order):
        await text_status.note(records, "SM1", said(status, minutes, code=30005))
    assert await stands(records, "SM1") == "undelivered"


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        ("delivered", "undelivered", "delivered"),
        ("failed", "delivered", "failed"),
        ("undelivered", "failed", "undelivered"),
        ("delivered", "read", "read"),
        ("failed", "read", "failed"),
    ],
)
async def test_an_end_never_becomes_another_end(
    records: Records, first: str, second: str, stays: str
) -> None:
    await text_status.note(records, "SM1", said(first, 1))
    changed = await text_status.note(records, "SM1", said(second, 2))
    assert (await stands(records, "SM1"), changed) == (stays, stays != first)


@pytest.mark.parametrize("order", [*permutations([3, 1, 2])])
async def test_of_the_same_word_the_earliest_time_is_kept(
    records: Records, order: tuple[int, ...]
) -> None:
    news = [
        await text_status.note(records, "SM1", said("undelivered", minutes, code=30005))
        for minutes in order
    ]
    assert news == [True, False, False], "only the first is news"
    assert await text_status.history(records, "SM1") == (said("undelivered", 1, code=30005),)


async def test_an_end_that_was_said_first_stands_though_heard_of_last(records: Records) -> None:
    assert await text_status.note(records, "SM1", said("delivered", 5))
    assert not await text_status.note(records, "SM1", said("failed", 6))
    assert await text_status.note(records, "SM1", said("failed", 4)), "it failed before"
    assert not await text_status.note(records, "SM1", said("failed", 7))
    assert await stands(records, "SM1") == "failed"


async def test_a_code_that_only_the_later_word_had_is_kept(records: Records) -> None:
    await text_status.note(records, "SM1", said("failed", 2, code=30005))
    await text_status.note(records, "SM1", said("failed", 1))
    assert await text_status.history(records, "SM1") == (said("failed", 1, code=30005),)


async def test_of_ten_who_hear_it_at_once_one_has_news(records: Records) -> None:
    news = await asyncio.gather(
        *(text_status.note(records, "SM1", said("delivered")) for _ in range(10))
    )
    assert sorted(news) == [False] * 9 + [True]
