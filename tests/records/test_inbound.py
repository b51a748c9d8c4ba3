"""What patients write is stored once, and a STOP has its effect with it."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from enrolled import PHONE, enrolled, opted_out

from pathway.reading import Keyword
from records import inbound, patients
from records.database import Records
from records.inbound import InboundState, Written
from records.keywords import keyword_of

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def wrote(body: str, number: int = 1, minutes: float = 0, sender: str = PHONE) -> Written:
    return Written(
        sid=f"SM{number:032x}",
        sender=sender,
        recipient="+15005550006",
        body=body,
        received_at=NOON + timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(
    ("body", "said", "keyword"),
    [
        *((word, None, "STOP") for word in ("STOP", "stop", " Stop. ", "STOPALL", "opt out")),
        *((word, None, "STOP") for word in ("unsubscribe", "End", "quit", "REVOKE", "cancel")),
        *((word, None, "START") for word in ("start", "YES", " unstop\n")),
        *((word, None, "HELP") for word in ("Help", "INFO")),
        *((word, None, None) for word in ("stop 2", "please stop", "yes please", "yes.", "", "1")),
        ("cancel?", None, None),
        ("no mas", Keyword.STOP, "STOP"),
        ("STOP", Keyword.START, "STOP"),
        ("hola", Keyword.START, "START"),
    ],
)
def test_a_text_counts_as_carriers_take_it(
    body: str, said: Keyword | None, keyword: str | None
) -> None:
    assert keyword_of(body, said) == keyword


async def test_a_text_is_stored_once_with_whose_phone_it_was(records: Records) -> None:
    references = sorted([await enrolled(records), await enrolled(records, "Otto")])
    text = wrote("ok\0 gracias 🙏")
    assert [len(await inbound.store(records, [text])) for _ in range(3)] == [1, 0, 0]
    (stored,) = await inbound.not_routed(records)
    assert stored.references == tuple(references)
    assert stored.body == "ok\N{REPLACEMENT CHARACTER} gracias 🙏"
    assert "gracias" not in repr(stored)
    assert PHONE not in repr(stored)
    assert await inbound.for_reference(records, references[1]) == (stored,)


async def test_of_ten_who_store_it_at_once_one_does(records: Records) -> None:
    news = await asyncio.gather(*(inbound.store(records, [wrote("hi")]) for _ in range(10)))
    assert sorted(map(len, news)) == [0] * 9 + [1]


async def test_many_are_stored_in_one_act_and_each_once(records: Records) -> None:
    reference = await enrolled(records)
    await inbound.store(records, [wrote("hi", 1)])
    batch = [
        wrote("hi", 1),
        wrote("START", 3, 2),
        wrote("STOP", 2, 1),
        wrote("once", 4, 3),
        wrote("twice", 4, 4),
        wrote("hello", 5, sender="72975"),
    ]
    new = await inbound.store(records, batch)
    assert {sid[-1] for sid in new} == set("2345")
    assert not await opted_out(records, reference)
    bodies = {text.sid[-1]: text.body for text in await inbound.not_routed(records)}
    assert bodies["4"] == "once"
    assert len(await inbound.for_reference(records, reference)) == 4
    await inbound.store(records, [wrote("stop", 6, 9), wrote("stop", 7, 9, "+14155550199")])
    assert await opted_out(records, reference)
    assert await inbound.store(records, batch) == frozenset()


async def test_a_strangers_text_is_kept_too(records: Records) -> None:
    await inbound.store(records, [wrote("who is this", sender="72975")])
    (stored,) = await inbound.not_routed(records)
    assert stored.references == ()


async def test_texts_are_routed_oldest_first_and_handled_once(records: Records) -> None:
    for number, minutes in ((1, 5), (2, 1), (3, 3)):
        await inbound.store(records, [wrote("hi", number, minutes)])
    waiting = [text.sid[-1] for text in await inbound.not_routed(records)]
    assert waiting == ["2", "3", "1"]
    second = wrote("hi", 2).sid
    await inbound.note_failure(records, second, "RPCError")
    await inbound.note_failure(records, second, "TimeoutError")
    assert await inbound.mark_routed(records, second)
    assert not await inbound.mark_routed(records, second)
    assert [text.sid[-1] for text in await inbound.not_routed(records, 1)] == ["3"]
    assert await inbound.mark_handled(records, second)
    assert not await inbound.mark_handled(records, second)
    assert not await inbound.mark_routed(records, second)
    stored = await inbound.get(records, second)
    assert stored is not None
    assert (stored.state, stored.attempts, stored.last_error) == (
        InboundState.HANDLED,
        2,
        "TimeoutError",
    )


async def test_trying_it_in_vain_makes_a_text_no_younger(records: Records) -> None:
    """Else after an outage of Temporal every digit came late, and a person had to read it."""
    await inbound.store(records, [wrote("1", 1)])
    (kept,) = await inbound.not_routed(records)
    await inbound.note_failure(records, kept.sid, "NotReached")
    again = await inbound.get(records, kept.sid)
    assert again is not None
    assert (again.attempts, again.written_at) == (1, kept.written_at)


@pytest.mark.parametrize("order", [*permutations((1, 2, 3))])
@pytest.mark.parametrize("at_once", [True, False])
async def test_what_came_in_the_same_second_is_routed_as_it_was_stored(
    records: Records, order: tuple[int, ...], *, at_once: bool
) -> None:
    reference = await enrolled(records)
    texts = [wrote("1", number) for number in order]
    for batch in [texts] if at_once else [[text] for text in texts]:
        await inbound.store(records, batch)
    sids = [text.sid for text in texts]
    # What happens to a row afterwards changes nothing of it.
    await inbound.note_failure(records, sids[0], "NotReached")
    assert [text.sid for text in await inbound.not_routed(records)] == sids
    assert [text.sid for text in await inbound.not_handled(records)] == sids
    assert [text.sid for text in await inbound.for_reference(records, reference)] == sids


async def test_the_providers_time_comes_before_the_order_of_arrival(records: Records) -> None:
    await inbound.store(records, [wrote("2", 1, minutes=1)])
    await inbound.store(records, [wrote("1", 2)])
    assert [text.body for text in await inbound.not_routed(records)] == ["1", "2"]


async def test_stop_is_for_everybody_on_the_phone_and_nobody_else(records: Records) -> None:
    hers = [await enrolled(records), await enrolled(records, "Otto")]
    other = await enrolled(records, "Mia", "+14155550199")
    await inbound.store(records, [wrote("STOP")])
    assert [await opted_out(records, r) for r in (*hers, other)] == [True, True, False]


async def test_her_own_start_takes_back_her_own_stop(records: Records) -> None:
    reference = await enrolled(records)
    await inbound.store(records, [wrote("STOP", 1)])
    await inbound.store(records, [wrote("help", 2, 1)])
    await inbound.store(records, [wrote("start", 3, 2)])
    assert not await opted_out(records, reference)


@pytest.mark.parametrize("stop_before", [False, True])
async def test_what_she_said_to_staff_no_text_takes_back(
    records: Records, stop_before: bool
) -> None:
    reference = await enrolled(records)
    if stop_before:
        await inbound.store(records, [wrote("STOP", 1)])
    await patients.set_opt_out(records, reference, opted_out=True)
    await inbound.store(records, [wrote("STOP", 2, 1)])
    await inbound.store(records, [wrote("YES", 3, 2)])
    assert await opted_out(records, reference)


@pytest.mark.parametrize("order", [*permutations(range(3))])
@pytest.mark.parametrize("words", [("STOP", "START", "STOP"), ("STOP", "hello", "START")])
async def test_her_last_word_counts_whenever_each_is_stored(
    records: Records, order: tuple[int, ...], words: tuple[str, ...]
) -> None:
    reference = await enrolled(records)
    for index in order:
        await inbound.store(records, [wrote(words[index], index + 1, index)])
    assert await opted_out(records, reference) == (words[-1] == "STOP")


async def test_her_last_word_counts_when_both_come_at_once(records: Records) -> None:
    reference = await enrolled(records)
    for round_ in range(5):
        stop = wrote("STOP", 10 * round_ + 1, 10 * round_)
        start = wrote("START", 10 * round_ + 2, 10 * round_ + 1)
        await asyncio.gather(inbound.store(records, [start]), inbound.store(records, [stop]))
        assert not await opted_out(records, reference)
