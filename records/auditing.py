"""The whole journal beside its chain, its anchors, and the anchors that somebody keeps outside."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from config.key_ring import KeyRing
from pathway.model import Instant, Model
from records import anchors, verifying
from records.anchors import Kept
from records.chain import Anchor
from records.database import Records
from records.findings import Counted, Finding, Replaced

MOST_NAMED = 100
"""Findings that are named; all of them are counted."""


class Verified(Model):
    """What became of checking everything."""

    findings: tuple[Finding, ...]
    """The first fault of each journey and round that has one, journeys first."""
    wrong: int
    """How many there are, also beyond those that are named."""
    replaced: tuple[Replaced, ...]
    """Rows to look at; as many as are named, `rows.replaced` counts all."""
    journeys: int
    rows: Counted
    rounds: int
    last_round_at: Instant | None
    outside: int
    """Anchors kept outside that were compared."""


@dataclass
class _Found:
    named: list[Finding] = field(default_factory=list)
    count: int = 0
    replaced: list[Replaced] = field(default_factory=list)

    def take(self, findings: Iterable[Finding]) -> None:
        """Of a journey the first word stands."""
        for finding in findings:
            known = any(
                finding.reference and finding.reference == each.reference for each in self.named
            )
            if not known:
                self.count += 1
                if len(self.named) < MOST_NAMED:
                    self.named.append(finding)


async def verify(
    records: Records,
    ring: KeyRing,
    outside: Iterable[Sequence[Kept]] = (),
    told: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Check everything there is, a page at a time; `told` hears how many rows that was so far.

    Raises RecordsError, RecordsUnavailableError.
    """
    found = _Found()
    found.take(await anchors.wrong_keys(records, ring))
    seen, rows = await _journeys(records, ring, found, told)
    rounds, newest = await _rounds(records, ring, found)
    compared = 0
    for page in outside:
        found.take(await anchors.unlike(records, page))
        compared += len(page)
    return Verified(
        findings=tuple(found.named),
        replaced=tuple(found.replaced),
        wrong=found.count,
        journeys=seen,
        rows=rows,
        rounds=rounds,
        last_round_at=newest.at if newest else None,
        outside=compared,
    )


async def _journeys(
    records: Records, ring: KeyRing, found: _Found, told: Callable[[int], None]
) -> tuple[int, Counted]:
    seen, rows, after = 0, Counted(), ""
    while looked := await verifying.journeys(records, ring, after):
        found.take(looked.findings)
        found.replaced += looked.replaced[: MOST_NAMED - len(found.replaced)]
        seen, rows, after = seen + looked.journeys, rows + looked.counted, looked.last
        told(rows.all)
    return seen, rows


async def _rounds(records: Records, ring: KeyRing, found: _Found) -> tuple[int, Anchor | None]:
    newest: Anchor | None = None
    while True:
        findings, last = await anchors.rounds(records, ring, newest)
        found.take(findings)
        if last is None:
            return newest.round if newest else 0, newest
        newest = last
