"""Confirmed rows are sealed once, in order, by one process at a time, whatever comes between."""

import asyncio
from typing import Any

from sealed import KEYS, RING
from sealed_journal import at, batch, first, row, seal, verify, write
from sqlalchemy import delete, func, select, update

from config.key_ring import KeyRing, a_new_key, keys_in
from records import comparing, erasing, journal, sealing
from records.comparing import Truth
from records.database import Records
from records.findings import Fault
from records.tables import (
    Erasure,
    JournalAnchor,
    JournalEntry,
    JournalHead,
    JournalLink,
    JournalReplaced,
)

HER, OTHER = "J-0123456789", "J-9876543210"


async def links(records: Records, reference: str = HER) -> list[tuple[int, str, int]]:
    query = select(JournalLink).where(JournalLink.reference == reference)
    async with records.session() as session:
        found = await session.scalars(query.order_by(JournalLink.position))
        return [(link.position, link.act, link.number) for link in found]


async def count(records: Records, table: Any) -> int:
    async with records.session() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_confirmed_rows_are_sealed_once_and_hold(records: Records) -> None:
    await write(records, HER, 1, 5)
    await write(records, OTHER, 1, 3)
    assert await seal(records) == 8
    assert await seal(records) == 0
    assert await links(records, OTHER) == [(n, "sealed", n) for n in (1, 2, 3)]
    verified = await verify(records)
    assert verified.findings == ()
    assert (verified.journeys, verified.rounds, verified.wrong) == (2, 1, 0)
    assert (verified.rows.sealed, verified.rows.waiting, verified.rows.provisional) == (8, 0, 0)


async def test_what_may_still_be_lost_waits_and_nothing_behind_it_is_sealed_first(
    records: Records,
) -> None:
    rows = [row(n) for n in range(1, 6)]
    await journal.write(records, batch(HER, *rows, minutes=1, confirmed=2))
    async with records.begin() as session:
        later = JournalEntry.number == 5
        await session.execute(update(JournalEntry).where(later).values(provisional=False))
    assert await seal(records) == 2
    counted = (await verify(records)).rows
    assert (counted.sealed, counted.waiting, counted.provisional) == (2, 1, 2)
    await journal.write(records, batch(HER, minutes=2, confirmed=5))
    assert await seal(records) == 3
    assert [number for _, _, number in await links(records)] == [1, 2, 3, 4, 5]


async def test_a_round_ends_and_the_next_goes_on(records: Records) -> None:
    await write(records, HER, 1, 7)
    await write(records, OTHER, 1, 7)
    assert await seal(records, most=4) == 14
    assert (await verify(records)).rounds == 4
    assert await first(records) is None


async def test_two_processes_that_seal_at_once_make_no_fork(
    records: Records, records_url: str
) -> None:
    for number in range(12):
        await write(records, f"J-{number:010}", 1, 10)
    others = [await Records.open(records_url, ring=RING) for _ in range(3)]
    try:
        await asyncio.gather(*(seal(each, most=7) for each in (records, *others)))
    finally:
        for each in others:
            await each.close()
    await seal(records)
    assert await count(records, JournalLink) == 120
    assert await count(records, JournalHead) == 12
    verified = await verify(records)
    assert (verified.findings, verified.rows.sealed) == ((), 120)
    assert verified.rounds == await count(records, JournalAnchor)


async def test_rows_that_are_written_while_they_are_sealed_hold(records: Records) -> None:
    async def written(reference: str) -> None:
        for number in range(1, 21):
            await write(records, reference, number, number)

    both = [written(HER), written(OTHER)]
    await asyncio.gather(*both, *(seal(records) for _ in range(3)))
    await seal(records)
    verified = await verify(records)
    assert (verified.findings, verified.rows.sealed) == ((), 40)


async def test_old_keys_keep_verifying_and_one_that_is_gone_is_named(records: Records) -> None:
    old = KeyRing(keys_in(KEYS.split(",")[1]))
    await write(records, HER, 1, 3)
    await seal(records, old)
    await write(records, HER, 4, 6)
    await seal(records, RING)
    assert await first(records, RING) is None
    found = await first(records, KeyRing(keys_in(KEYS.split(",")[0])))
    assert found is not None
    assert (found.fault, found.key_id) == (Fault.KEY_UNKNOWN, "tests-1")
    another = KeyRing([*keys_in(KEYS.split(",")[0]), *keys_in(a_new_key("tests-1"))])
    found = await first(records, another)
    assert found is not None
    assert (found.fault, found.key_id) == (Fault.KEY_WRONG, "tests-1")
    assert await seal(records, another) == 0, "and sealing goes on without it"


async def test_a_reset_replaces_a_sealed_row_and_is_counted_not_blamed(records: Records) -> None:
    await write(records, HER, 1, 4)
    await seal(records)
    await journal.write(records, batch(HER, row(3, "other"), minutes=60, confirmed=2))
    before = await verify(records)
    assert before.findings == (), "set aside word for word, and not vouched for yet"
    assert [(row.reference, row.number) for row in before.replaced] == [(HER, 3)]
    await journal.write(records, batch(HER, row(4, "other"), minutes=61, confirmed=4))
    assert await seal(records) == 2
    assert (await links(records))[4:] == [(5, "replaced", 3), (6, "replaced", 4)]
    after = await verify(records)
    assert (after.findings, after.rows.replaced, after.rows.sealed) == ((), 2, 4)
    assert await seal(records) == 0


async def test_what_was_replaced_and_came_back_holds(records: Records) -> None:
    await write(records, HER, 1, 2)
    await seal(records)
    await journal.write(records, batch(HER, row(2, "other"), minutes=60, confirmed=2))
    await seal(records)
    await journal.write(records, batch(HER, row(2), minutes=70, confirmed=2))
    await seal(records)
    verified = await verify(records)
    assert (verified.findings, verified.rows.replaced) == ((), 1)
    async with records.begin() as session:
        first_lost, then_lost = await session.scalars(
            select(JournalReplaced).order_by(JournalReplaced.id)
        )
        assert (first_lost.payload, then_lost.payload) == (
            *(row(2).payload, row(2, "other").payload),
        )
        await session.delete(then_lost)
    found = await first(records)
    assert found is not None
    assert (found.fault, found.number) == (Fault.SET_ASIDE_ALTERED, 2)


async def test_a_shorter_history_takes_sealed_rows_away_and_mending_stays_visible(
    records: Records,
) -> None:
    await write(records, HER, 1, 5)
    await seal(records)
    said = tuple(row(n) for n in (1, 2, 3))
    truth = Truth(rows=said, last=batch(HER, *said, minutes=90, confirmed=3))
    compared = await journal.read(records, HER)
    found = comparing.compare(HER, compared, truth, at(10**8))
    assert found.phantom == (4, 5)
    await comparing.mend(records, truth, found, compared)
    assert await first(records) is None
    assert await seal(records) == 2
    assert (await links(records))[5:] == [(6, "removed", 4), (7, "removed", 5)]
    verified = await verify(records)
    assert (verified.findings, verified.rows.replaced, verified.rows.sealed) == ((), 2, 3)
    # The journey goes on and takes the numbers anew.
    rows = [row(4, "anew"), row(5, "anew")]
    await journal.write(records, batch(HER, *rows, minutes=200, confirmed=5))
    assert await seal(records) == 2
    verified = await verify(records)
    assert (verified.findings, verified.rows.sealed) == ((), 5)


async def test_what_was_altered_is_clean_again_once_it_is_mended(records: Records) -> None:
    await write(records, HER, 1, 5)
    await seal(records)
    said = tuple(row(n) for n in range(1, 6))
    async with records.begin() as session:
        gone = delete(JournalEntry).where(JournalEntry.number == 4)
        await session.execute(gone)
        two = update(JournalEntry).where(JournalEntry.number == 2)
        await session.execute(two.values(payload='{"said":"forged"}'))
    found = await first(records)
    assert found is not None
    assert (found.fault, found.number) == (Fault.ROW_ALTERED, 2)
    truth = Truth(rows=said, last=batch(HER, *said, minutes=90, confirmed=5))
    compared = await journal.read(records, HER)
    differs = comparing.compare(HER, compared, truth, at(10**8))
    assert (differs.missing, differs.different) == ((4,), (2,)), "though the hash was left"
    await comparing.mend(records, truth, differs, compared)
    assert await seal(records) == 0
    assert (await verify(records)).findings == ()


async def test_rule_29_an_erased_journey_keeps_its_chain_without_a_word(records: Records) -> None:
    await write(records, HER, 1, 3)
    await write(records, OTHER, 1, 2)
    await seal(records)
    await write(records, HER, 4, 5)
    await erase(records)
    async with records.session() as session:
        mine = select(JournalLink.salt).where(JournalLink.reference == HER)
        assert set(await session.scalars(mine)) == {""}
    assert await first(records) is None
    assert await seal(records) == 2, "emptied rows that had no link yet"
    assert (await links(records))[3:] == [(4, "erased", 3), (5, "sealed", 4), (6, "sealed", 5)]
    verified = await verify(records)
    assert (verified.findings, verified.rows.erased, verified.rows.sealed) == ((), 3, 7)


async def test_what_an_erasure_leaves_is_still_protected(records: Records) -> None:
    await write(records, HER, 1, 5)
    await seal(records)
    await erase(records)
    for changed in ({"kind": "forged"}, {"payload": '{"said":"forged"}'}, {"at": at(99)}):
        await tamper(records, update(JournalEntry).where(JournalEntry.number == 3), **changed)
    async with records.begin() as session:
        await session.execute(update(Erasure).values(by="somebody"))
    found = await first(records)
    assert found is not None
    assert found.fault is Fault.ERASURE_ALTERED


async def test_without_the_key_nobody_can_claim_an_erasure(records: Records) -> None:
    await write(records, HER, 1, 3)
    await seal(records)
    async with records.begin() as session:
        session.add(Erasure(reference=HER, at=at(1), by="x", role="y", entries=3, texts=0))
        emptied = {"payload": erasing.NO_WORDS, "content_hash": erasing.GONE}
        await session.execute(update(JournalEntry).values(**emptied))
        await session.execute(update(JournalLink).values(salt=""))
    found = await first(records)
    assert found is not None
    assert (found.fault, found.number) == (Fault.ROW_ALTERED, 1)


async def test_a_chain_whose_head_was_set_back_is_left_alone(records: Records) -> None:
    await write(records, HER, 1, 4)
    await seal(records, most=2)
    async with records.begin() as session:
        await session.execute(delete(JournalHead))
    await write(records, HER, 5, 6)
    await write(records, OTHER, 1, 2)
    assert await seal(records) == 2
    assert len(await links(records)) == 4
    assert await sealing.left_alone(records) == (HER,)


async def erase(records: Records) -> None:
    async with records.begin() as session:
        from records.tables import Journey, Patient

        await session.execute(update(Journey).values(ended=True))
        session.add(
            Patient(
                reference=HER,
                identity="x",
                given_name="Ada",
                family_name="Quill",
                born=at(0).date(),
                phone_kind="unknown",
                language="en",
                text_consent=False,
                enrolled_at=at(0),
                started_at=at(0),
            )
        )
    await erasing.erase(records, HER, by="lena.roth", role="privacy_officer", at=at(9))


async def tamper(records: Records, statement: Any, **changed: Any) -> None:
    """Change one row, see it named, and put it back."""
    async with records.begin() as session:
        before = (
            await session.execute(select(JournalEntry).where(*statement._where_criteria))
        ).scalar_one()
        kept = {name: getattr(before, name) for name in changed}
        await session.execute(statement.values(**changed))
    found = await first(records)
    assert found is not None
    assert (found.fault, found.number) == (Fault.ROW_ALTERED, 3)
    async with records.begin() as session:
        await session.execute(statement.values(**kept))
    assert await first(records) is None
