"""Every order in which up to six delivery callbacks can come, and random longer ones.

The oracle stands here in its own words: the first end that came in stays, and until one came in
the furthest step stands.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, product

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from records import deliveries, text_status
from records.database import Records
from records.deliveries import Callback
from records.tables import Text, TextStatus
from records.text_status import Delivery, Said

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
ENDS = ("delivered", "undelivered", "failed")
STEPS = ("queued", "sending", "sent")
WORDS = (*STEPS, *ENDS)
LONGEST = 6
ALL_ORDERS = sum(6**length for length in range(1, LONGEST + 1))
ON_POSTGRESQL = 4000
"""Orders of a seeded sample: what is decided there is decided by the same statements."""
AT_ONCE = 2000
SEED = 20261124

Order = tuple[str, ...]


def expected(order: Iterable[str]) -> str | None:
    """Where a message stands after these words, by the order in which they came in."""
    furthest = None
    for word in order:
        if word in ENDS:
            return word
        if word in STEPS and (furthest is None or STEPS.index(word) > STEPS.index(furthest)):
            furthest = word
    return furthest


def all_orders() -> list[Order]:
    """All of one to six words, each word as often as it likes."""
    return [order for n in range(1, LONGEST + 1) for order in product(WORDS, repeat=n)]


def sid_of(number: int) -> str:
    return f"SM{number:032x}"


async def _ours(records: Records, how_many: int, *, first: int = 0) -> None:
    rows = [
        {
            "intent": f"J-0123456789/t1/{number}",
            "reference": "J-0123456789",
            "template": "checkin_thanks",
            "body": "see you",
            "state": "sent",
            "reason": "taken",
            "sid": sid_of(number),
            "as_of": NOON,
            "posted_at": NOON,
        }
        for number in range(first, first + how_many)
    ]
    async with records.begin() as session:
        for start in range(0, how_many, AT_ONCE):
            await session.execute(insert(Text), rows[start : start + AT_ONCE])


async def _take_one_after_another(records: Records, orders: Sequence[Order]) -> None:
    """The first word of each, then the second of each: as many transactions as words."""
    for place in range(max(map(len, orders))):
        callbacks = [
            Callback(sid=sid_of(number), status=order[place], at=NOON + timedelta(seconds=place))
            for number, order in enumerate(orders)
            if place < len(order)
        ]
        for start in range(0, len(callbacks), AT_ONCE):
            part = callbacks[start : start + AT_ONCE]
            ours = await deliveries.take(records, part)
            assert ours == {each.sid for each in part}, "a message of ours was parked"


async def _kept(records: Records) -> dict[str, tuple[Said, ...]]:
    """By message, each row that there is."""
    found: dict[str, list[Said]] = {}
    async with records.session() as session:
        rows = await session.execute(select(TextStatus.sid, TextStatus.status, TextStatus.at))
        for sid, status, at in rows:
            found.setdefault(sid, []).append(Said(status=Delivery(status), at=at))
    return {sid: tuple(said) for sid, said in found.items()}


def _stands(said: tuple[Said, ...]) -> str | None:
    stands = text_status.standing(said)
    return str(stands.status) if stands else None


@pytest.mark.timeout(300)
async def test_every_order_of_up_to_six_callbacks_ends_as_the_first_end_says(
    records: Records,
) -> None:
    orders = all_orders()
    assert len(orders) == ALL_ORDERS == 55986
    if records.dialect == "postgresql":
        orders = random.Random(SEED).sample(orders, ON_POSTGRESQL)  # noqa: S311 - repeatable
    await _ours(records, len(orders))
    await _take_one_after_another(records, orders)
    kept = await _kept(records)
    assert len(kept) == len(orders)
    ends: dict[Order, str | None] = {}
    for number, order in enumerate(orders):
        said = kept[sid_of(number)]
        assert sorted(each.status for each in said) == sorted(set(order)), "not once per status"
        ends[order] = _stands(said)
        assert ends[order] == expected(order), order
    # Each beginning of an order is an order too, so nothing was missed on the way.
    for order, end in ends.items():
        for length in range(1, len(order)):
            before = ends.get(order[:length])
            assert before not in ENDS or before == end, f"{before} went back: {order}"
    for number in random.Random(SEED).sample(range(len(orders)), 200):  # noqa: S311
        history = await text_status.history(records, sid_of(number))
        assert _stands(history) == ends[orders[number]]
    assert await deliveries.parked(records) == ()


async def test_told_word_by_word_or_in_one_breath_it_is_the_same(records: Records) -> None:
    """All that came in while a write was under way goes into the next one together."""
    orders = random.Random(SEED).sample(all_orders(), 600)  # noqa: S311 - repeatable
    await _ours(records, len(orders))
    for start in range(0, len(orders), 300):
        together = [
            Callback(sid=sid_of(number), status=word, at=NOON + timedelta(seconds=place))
            for number, order in enumerate(orders[start : start + 300], start)
            for place, word in enumerate(order)
        ]
        await deliveries.take(records, together)
    kept = await _kept(records)
    for number, order in enumerate(orders):
        assert _stands(kept[sid_of(number)]) == expected(order), order
        assert len(kept[sid_of(number)]) == len(set(order))


async def test_noted_one_at_a_time_only_what_changes_the_state_says_so(records: Records) -> None:
    orders = random.Random(SEED).sample(all_orders(), 60)  # noqa: S311 - repeatable
    changes = 0
    for number, order in enumerate(orders):
        for place, word in enumerate(order):
            said = Said(status=Delivery(word), at=NOON + timedelta(seconds=place))
            changed = await text_status.note(records, sid_of(number), said)
            assert changed == (expected(order[: place + 1]) != expected(order[:place])), order
            changes += changed
    assert changes > len(orders), "hardly anything changed, so nothing is proven"


async def test_what_came_before_its_message_was_known_counts_as_if_it_had_not(
    records: Records,
) -> None:
    orders = random.Random(SEED).sample(all_orders(), 60)  # noqa: S311 - repeatable
    for place in range(LONGEST):
        words = [
            Callback(sid=sid_of(number), status=order[place], at=NOON + timedelta(seconds=place))
            for number, order in enumerate(orders)
            if place < len(order)
        ]
        assert await deliveries.take(records, words) == frozenset()
    assert await deliveries.parked(records), "nothing was parked"
    await _ours(records, len(orders))
    while await deliveries.adopt_parked(records, 500):
        pass
    assert await deliveries.parked(records) == ()
    kept = await _kept(records)
    for number, order in enumerate(orders):
        assert _stands(kept[sid_of(number)]) == expected(order), order


# Longer ones

CHOSEN = random.SystemRandom().randrange(10**6)
_free = count(10**6)
_PIECES = st.lists(
    st.lists(st.sampled_from([*WORDS, "accepted", "teleported"]), min_size=1, max_size=8),
    min_size=1,
    max_size=8,
)


@seed(CHOSEN)
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(pieces=_PIECES, late=st.none() | st.randoms(use_true_random=False))
async def test_longer_ones_in_any_pieces(
    records: Records, pieces: list[list[str]], late: random.Random | None
) -> None:
    """Some wait in the spool, and are kept after words that came in later than they did."""
    print(f"seed {CHOSEN}")  # noqa: T201
    number = next(_free)
    await _ours(records, 1, first=number)
    words = [word for piece in pieces for word in piece]
    if late is not None:
        words = list(dict.fromkeys(words))
    callbacks = [
        Callback(sid=sid_of(number), status=word, at=NOON + timedelta(seconds=place))
        for place, word in enumerate(words)
    ]
    if late is not None:
        late.shuffle(callbacks)
    for piece in pieces:
        batch, callbacks = callbacks[: len(piece)], callbacks[len(piece) :]
        await deliveries.take(records, batch)
    kept = await text_status.history(records, sid_of(number))
    known = [word for word in dict.fromkeys(words) if word in set(Delivery)]
    assert sorted(each.status for each in kept) == sorted(known)
    assert {str(e.status): (e.at - NOON).seconds for e in kept} == {
        word: words.index(word) for word in known
    }
    assert _stands(kept) == (expected(words) or next(iter(known), None))
