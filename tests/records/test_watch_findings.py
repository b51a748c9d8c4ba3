"""Findings: opened once, told once for each state, closed when a whole round misses them."""

from datetime import UTC, datetime, timedelta

from enrolled import enrolled
from sqlalchemy import update

from pathway.findings import Finding, FindingKind
from records import journal, journeys, patients, watch_findings, watch_reads
from records.database import Records
from records.tables import Patient
from workflows.messages import JournalBatch, JourneySnapshot

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALL = frozenset(FindingKind)


def stranded(state: str = "terminated") -> Finding:
    return Finding(kind=FindingKind.STRANDED, reference="J-0000000001", state=state, says=state)


async def claimed(records: Records, minutes: float) -> list[str]:
    taken = await watch_findings.claim_untold(records, ALL, NOON + minutes * MINUTE)
    return [each.state for each in taken]


async def test_a_finding_is_told_once_until_it_is_another(records: Records) -> None:
    await watch_findings.note(records, (stranded(),), NOON)
    assert await claimed(records, 0) == ["terminated"]
    assert await claimed(records, 1) == [], "somebody is telling it"
    await watch_findings.told(records, (stranded(),), well=False)
    assert await claimed(records, 1) == ["terminated"], "ops could not be told"
    assert await claimed(records, 4) == ["terminated"], "who told it has died"
    await watch_findings.told(records, (stranded(),), well=True)
    await watch_findings.note(records, (stranded(),), NOON + 5 * MINUTE)
    assert await claimed(records, 9) == []
    (kept,) = await watch_findings.open_ones(records)
    assert (kept.found_at, kept.seen_at, kept.told) == (NOON, NOON + 5 * MINUTE, True)
    await watch_findings.note(records, (stranded("not_found"),), NOON + 10 * MINUTE)
    assert await claimed(records, 14) == ["not_found"]


async def test_what_a_round_misses_is_closed_and_news_when_it_recurs(records: Records) -> None:
    await watch_findings.note(records, (stranded(),), NOON)
    await claimed(records, 0)
    await watch_findings.told(records, (stranded(),), well=True)
    assert await watch_findings.close_unseen(records, ALL, NOON, NOON) == 0
    counts = await watch_findings.open_findings(records)
    assert (counts[FindingKind.STRANDED], counts[FindingKind.LATE]) == (1, 0)
    later = NOON + 5 * MINUTE
    others = ALL - {FindingKind.STRANDED}
    assert await watch_findings.close_unseen(records, others, later, later) == 0
    assert await watch_findings.close_unseen(records, ALL, later, later) == 1
    assert await watch_findings.open_ones(records) == ()
    await watch_findings.note(records, (stranded(),), later + MINUTE)
    (again,) = await watch_findings.open_ones(records)
    assert (again.found_at, again.told) == (later + MINUTE, False)
    assert await claimed(records, 7) == ["terminated"]


async def test_open_journeys_come_a_page_at_a_time(records: Records) -> None:
    references = sorted([await enrolled(records, f"Ada{n}") for n in range(5)])
    waiting = await enrolled(records, "Not started")
    for reference in references:
        await patients.mark_started(records, reference, NOON)
    seen: list[str] = []
    while page := await watch_reads.open_journeys(records, seen[-1] if seen else "", 2):
        assert len(page) <= 2
        seen += [each.reference for each in page]
    assert seen == references
    assert waiting not in seen


async def test_of_some_journeys_it_is_known_which_are_open(records: Records) -> None:
    asked, other, ended, waiting = [
        await enrolled(records, name) for name in ("Ada", "Otto", "Rook", "Not started")
    ]
    for reference in (asked, other, ended):
        await patients.mark_started(records, reference, NOON)
    snapshot = JourneySnapshot(stage="ended", waits_for="nobody", ended=True)
    last = JournalBatch(
        reference=ended, rows=(), confirmed_through=1, snapshot=snapshot, as_of=NOON
    )
    await journal.write(records, last)
    assert {*await journeys.open_ones(records)} == {asked, other}
    assert await journeys.open_among(records, (ended, waiting, asked, "J-0000000000")) == (asked,)
    assert await journeys.open_among(records, ()) == ()


async def test_what_waits_too_long_is_counted(records: Records) -> None:
    await enrolled(records)
    async with records.begin() as session:
        await session.execute(update(Patient).values(enrolled_at=NOON))
    assert await watch_reads.backlog(records, NOON + 5 * MINUTE) == ()
    (found,) = await watch_reads.backlog(records, NOON + 15 * MINUTE)
    assert (found.kind, found.reference) == (FindingKind.NOT_STARTED, "")
    assert "1, since 2026-03-09 12:00 UTC" in found.says
