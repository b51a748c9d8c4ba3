"""Pages in the records: whose turn it is, which number, and what is no longer wanted."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from a_page import page_due
from a_snapshot import a_journal_row, a_snapshot

from pathway.roles import Role
from records import pages
from records.database import Records
from records.page_model import (
    Gone,
    PageTextState,
    PageToSend,
    Post,
    StoredPageText,
    Turn,
    Waits,
)

NOON = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PHONE = "+14155550107"


def due(n: int = 1, at: datetime = NOON, turn: str = "r1/0/0", phone: str = PHONE) -> PageToSend:
    missed = {"role": Role.PRESCRIBER, "level": "follow_up", "what": "no psychotherapy in time"}
    return page_due(f"J-{n:010}", "dr.hale", phone, at, key=f"e1/{turn}", since=NOON, **missed)


async def posted(records: Records, page: PageToSend, sid: str | None = None) -> Post:
    turn = await pages.take_turn(records, page, MINUTE)
    assert isinstance(turn, Post)
    if sid:
        await pages.went_out(records, turn.intent, sid)
    return turn


async def told(records: Records, n: int, *events: dict[str, object]) -> None:
    """The journal of this journey, as far as it concerns e1."""
    reference = f"J-{n:010}"
    async with records.begin() as session:
        session.add(a_snapshot(reference, NOON, through=len(events)))
        await session.flush()
        for number, event in enumerate(events, 1):
            session.add(
                a_journal_row(reference, number, str(event["kind"]), NOON, json.dumps(event))
            )


TAKEN: dict[str, object] = {
    "kind": "escalation_acknowledged",
    "escalation": "e1",
    "acknowledgement": {"by": "dr.tamm"},
}
CLOSED: dict[str, object] = {"kind": "escalation_closed", "escalation": "e1", "by": "dr.tamm"}
AGAIN: dict[str, object] = {"kind": "escalation_raised_again", "escalation": "e1"}
BACK: dict[str, object] = {"kind": "escalation_handed_over", "escalation": "e1", "to": None}
ERASED: dict[str, object] = {"kind": "escalation_acknowledged"}
NAMED: dict[str, object] = {"kind": "escalation_handed_over", "escalation": "e1", "to": "dr.hale"}


@pytest.mark.parametrize(
    ("events", "goes"),
    [
        ((), True),
        ((TAKEN,), False),
        ((CLOSED,), False),
        ((TAKEN, AGAIN), True),
        ((TAKEN, BACK), True),
        ((TAKEN, NAMED), False),
        ((NAMED,), True),
        # A journal without its words, as an erasure leaves it, holds up nobody else's page.
        ((ERASED,), True),
    ],
)
async def test_what_somebody_has_by_now_is_left_out_of_the_text(
    records: Records, events: tuple[dict[str, object], ...], goes: bool
) -> None:
    await posted(records, due(1), "SM1")
    for n in (2, 3):
        assert isinstance(await pages.take_turn(records, due(n), MINUTE), Waits)
    await told(records, 3, *events)
    turn = await posted(records, due(2, NOON + MINUTE))
    assert [each.reference for each in turn.items] == [
        f"J-{n:010}" for n in (2, 3) if n == 2 or goes
    ]


async def test_what_its_journey_no_longer_tries_is_left_behind(records: Records) -> None:
    await posted(records, due(1), "SM1")
    assert isinstance(await pages.take_turn(records, due(2), MINUTE), Waits)
    turn = await posted(records, due(3, NOON + timedelta(minutes=5)))
    assert len(turn.items) == 1
    alone = await posted(records, due(2, NOON + timedelta(minutes=10)))
    assert alone.items[0].reference == "J-0000000002", "tried again, it goes"


async def test_numbers_of_what_is_open_and_what_was_lately_never_meet(records: Records) -> None:
    numbers = []
    for n in range(1, 6):
        turn = await posted(records, due(n, NOON + n * MINUTE), f"SM{n}")
        numbers.append(turn.number)
    assert numbers == [1, 2, 3, 4, 5]
    later = await posted(records, due(6, NOON + timedelta(days=3, minutes=3)))
    assert later.number == 1, "a number comes back when nobody can mean the old page"


async def test_of_two_at_once_one_text_goes(records: Records) -> None:
    turns = await asyncio.gather(*(pages.take_turn(records, due(n), MINUTE) for n in range(1, 7)))
    kinds = [type(turn) for turn in turns]
    assert (kinds.count(Post), kinds.count(Waits)) == (1, 5)


async def test_whoever_died_over_a_post_is_followed_by_the_next_try(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await posted(records, due())
    assert isinstance(await pages.take_turn(records, due(), MINUTE), Waits), "it may be under way"
    monkeypatch.setattr(pages, "STILL_POSTING", timedelta(seconds=-1))
    late: Turn = await pages.take_turn(records, due(1, NOON + 2 * MINUTE), MINUTE)
    assert isinstance(late, Post)
    assert late.number == first.number, "the text that may have arrived says the same"


async def test_what_went_out_is_not_sent_again(records: Records) -> None:
    await posted(records, due(), "SM1")
    assert isinstance(await pages.take_turn(records, due(), MINUTE), Gone)


async def test_a_callback_that_was_quicker_than_the_answer_stands(records: Records) -> None:
    turn = await posted(records, due(), "SM1")
    await pages.did_not_go(records, turn.intent, PageTextState.IN_DOUBT, "timeout")
    (stored,) = await pages.may_be_read(records, PHONE, NOON)
    assert isinstance(stored, StoredPageText)
    assert stored.state is PageTextState.SENT
