"""A diary longer than a journey carries is completed from the journal."""

from datetime import UTC, datetime, timedelta

from cli.past import diary_of
from pathway import events as ev
from pathway.apply import DIARY_KEPT
from pathway.journey import DiaryEntry
from records import journal
from records.database import Records
from workflows.messages import JournalBatch, JourneySnapshot
from workflows.outbox import journal_row

REFERENCE = "J-0000000001"
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


def happened(number: int) -> ev.Event:
    # Three at each instant: the join must not lose those that share one.
    at = NOON + timedelta(minutes=number // 3)
    match number % 4:
        case 0:
            return ev.ItemDeferred(
                at=at, key=f"k{number}", line="text", until=at, reason="quiet hours"
            )
        case 1:
            return ev.TextInDoubt(at=at, intent=f"k{number}", line="text", reason="no answer")
        case 2:
            return ev.TextCleared(at=at, intent=f"k{number - 1}", adopted=True, reason="found")
        case _:
            return ev.ItemSettled(
                at=at, key=f"k{number}", line="text", outcome="skipped", reason="too late"
            )


async def written(records: Records, events: list[ev.Event]) -> None:
    rows = tuple(journal_row(number, event) for number, event in enumerate(events, start=1))
    await journal.write(
        records,
        JournalBatch(
            reference=REFERENCE,
            rows=rows,
            confirmed_through=len(rows),
            snapshot=JourneySnapshot(stage="assessment", waits_for="coordinator"),
            as_of=NOON + timedelta(days=1),
        ),
    )


def entry(event: ev.Event) -> DiaryEntry:
    match event:
        case ev.ItemDeferred():
            key, line, outcome = event.key, event.line, "deferred"
        case ev.TextInDoubt():
            key, line, outcome = event.intent, event.line, "in_doubt"
        case ev.TextCleared():
            key, line, outcome = event.intent, "text", "adopted"
        case ev.ItemSettled():
            key, line, outcome = event.key, event.line, event.outcome
        case _:
            raise AssertionError(event.kind)
    return DiaryEntry(at=event.at, key=key, line=line, outcome=outcome, reason=event.reason)


async def test_the_oldest_entries_come_from_the_journal(records: Records) -> None:
    events = [happened(number) for number in range(200)]
    await written(records, events)
    whole = tuple(entry(event) for event in events)
    assert await diary_of(records, REFERENCE, whole[-DIARY_KEPT:]) == whole


async def test_a_journal_that_lags_far_behind_loses_nothing_that_is_known(
    records: Records,
) -> None:
    events = [happened(number) for number in range(200)]
    await written(records, events[:30])
    whole = tuple(entry(event) for event in events)
    assert await diary_of(records, REFERENCE, whole[-DIARY_KEPT:]) == (
        *whole[:30],
        *whole[-DIARY_KEPT:],
    )


async def test_a_short_diary_is_whole_as_it_is(records: Records) -> None:
    carried = (entry(happened(0)),)
    assert await diary_of(records, REFERENCE, carried) == carried
