"""History is the truth: a journal that differs from it is found, and follows it again."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from a_snapshot import a_journal_row, a_snapshot
from enrolled import enrolled
from fake_activities import FakeActivities
from journey_stand import Stand
from spoilt import spoil
from sqlalchemy import delete, update
from stories import STORIES
from temporalio.client import Client

from activities.journal import Journal
from records import comparing, journal
from records.database import Records
from records.journal import Entry
from records.tables import JournalEntry
from workers import watching
from workers.assembly import Activities
from workers.histories import HistoryError
from workers.watching import watch_journals, watch_journey

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


async def lived(client: Client, records: Records, patch: pytest.MonkeyPatch) -> str:
    """Two treatments, so that the journey has had several runs; its journal is complete."""
    real = Journal(records)

    def with_records(self: FakeActivities) -> Activities:
        main: list[Any] = [real.write_journal, self.send_page, self.alert_ops]
        return Activities(main=main, texting=[self.send_text, self.look_up_text])

    patch.setattr(FakeActivities, "activities", with_records)
    async with Stand.open(client) as stand:
        journey = await STORIES["moved_and_missed"](stand)
        async with asyncio.timeout(60):
            await journey.handle.result()
        assert len(await journey.histories()) > 1
        return journey.reference


def content(rows: tuple[Entry, ...]) -> list[tuple[int, str, str]]:
    return [(row.number, row.kind, row.payload) for row in rows]


async def falsify(records: Records, reference: str, through: int) -> None:
    """A row is lost, one is other than it was, and one never happened."""
    mine = JournalEntry.reference == reference
    async with records.begin() as session:
        await session.execute(delete(JournalEntry).where(mine, JournalEntry.number == 3))
        await session.execute(
            update(JournalEntry)
            .where(mine, JournalEntry.number == 5)
            .values(kind="texts_held", payload="{}", content_hash="x", provisional=False)
        )
        session.add(
            JournalEntry(
                reference=reference,
                number=through + 1,
                kind="consent_recorded",
                at=LONG_AGO,
                payload="{}",
                content_hash="y",
                provisional=True,
                as_of=datetime.now(UTC) + timedelta(days=400),
                written_at=LONG_AGO,
            )
        )


async def test_a_journal_follows_its_history_again(
    client: Client, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await lived(client, records, monkeypatch)
    right = await journal.read(records, reference)
    seen = await watch_journey(records, client, reference, mended=False)
    assert seen.found is not None
    assert seen.found.agree
    assert (seen.found.compared, seen.found.unchecked) == (len(right), ())

    await falsify(records, reference, len(right))
    found = (await watch_journey(records, client, reference, mended=True)).found
    assert found is not None
    assert (found.missing, found.different, found.phantom) == ((3,), (5,), (len(right) + 1,))
    mended = await journal.read(records, reference)
    assert content(mended) == content(right)
    assert not any(row.provisional for row in mended)
    aside = await journal.read_replaced(records, reference)
    assert {(row.number, row.set_aside_hash) for row in aside} == {
        (5, "x"),
        (len(right) + 1, "y"),
    }
    again = (await watch_journey(records, client, reference, mended=False)).found
    assert again is not None
    assert again.agree

    # The sweep looks only where history has not vouched, and vouches.
    async with records.begin() as session:
        last = JournalEntry.number == len(right)
        doubted = update(JournalEntry).where(JournalEntry.reference == reference, last)
        await session.execute(doubted.values(provisional=True, written_at=LONG_AGO))
    assert await comparing.suspects(records, datetime.now(UTC), 5) == (reference,)
    assert await watch_journals(records, client).work() == 0
    assert await comparing.suspects(records, datetime.now(UTC), 5) == ()


async def test_a_round_goes_on_past_a_journal_that_cannot_be_compared(
    client: Client, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = [await enrolled(records, name) for name in ("Ada", "Bo", "Cy")]
    async with records.begin() as session:
        for reference in references:
            session.add(a_snapshot(reference, LONG_AGO))
            await session.flush()
            row = a_journal_row(reference, 1, "texts_held", LONG_AGO, "{}")
            row.provisional, row.written_at = True, LONG_AGO
            session.add(row)
    spoilt, broken, _ = references
    await spoil(records, f"UPDATE journal SET payload = 'x' WHERE reference = '{spoilt}'")  # noqa: S608
    tried: list[str] = []

    async def truth_of(_: Client, reference: str) -> comparing.Truth:
        tried.append(reference)
        if reference == broken:
            raise KeyError(reference)
        raise HistoryError("not_replayed")

    monkeypatch.setattr(watching, "truth_of", truth_of)
    assert await watch_journals(records, client).work() == 0
    assert sorted(tried) == sorted(references[1:])
    seen = await watch_journey(records, client, spoilt, mended=True)
    assert (seen.reason, seen.found) == ("unreadable", None)


async def test_a_journey_without_a_history_is_not_judged(records: Records, client: Client) -> None:
    seen = await watch_journey(records, client, "J-0000000000", mended=True)
    assert (seen.reason, seen.found) == ("gone", None)
