"""The whole diary of a journey: the latest entries it carries, and the older ones' journal rows."""

from collections.abc import Iterator

from pathway import events as ev
from pathway.apply import DIARY_KEPT
from pathway.journey import DiaryEntry
from pathway.model import PathwayReference
from records import journal
from records.database import Records
from records.retelling import event_of

_KINDS = frozenset({"item_settled", "item_deferred", "text_in_doubt", "text_cleared"})


async def diary_of(
    records: Records, reference: PathwayReference, carried: tuple[DiaryEntry, ...]
) -> tuple[DiaryEntry, ...]:
    """Every entry. A journey that carries fewer than it may has dropped none."""
    if len(carried) < DIARY_KEPT:
        return carried
    rows = await journal.read(records, reference)
    happened = (event_of(row) for row in rows if row.kind in _KINDS)
    entries = list(_entries(happened))
    # The journal may lag behind the journey, so it is joined where the two overlap.
    if carried[0] in entries:
        return (*entries[: entries.index(carried[0])], *carried)
    return (*(entry for entry in entries if entry.at < carried[0].at), *carried)


def _entries(happened: Iterator[ev.Event]) -> Iterator[DiaryEntry]:
    doubtful: dict[str, str] = {}
    for event in happened:
        match event:
            case ev.ItemSettled():
                yield _entry(event, event.key, event.line, event.outcome)
            case ev.ItemDeferred():
                yield _entry(event, event.key, event.line, "deferred")
            case ev.TextInDoubt():
                doubtful[event.intent] = event.line
                yield _entry(event, event.intent, event.line, "in_doubt")
            case ev.TextCleared():
                line = doubtful.get(event.intent, event.intent)
                outcome = "adopted" if event.adopted else "handed_to_staff"
                yield _entry(event, event.intent, line, outcome)


def _entry(
    event: ev.ItemSettled | ev.ItemDeferred | ev.TextInDoubt | ev.TextCleared,
    key: str,
    line: str,
    outcome: str,
) -> DiaryEntry:
    return DiaryEntry(at=event.at, key=key, line=line, outcome=outcome, reason=event.reason)
