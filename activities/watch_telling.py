"""Telling ops what the watch found: once for each finding and state, all of a kind in one text."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import structlog

from pathway import findings
from pathway.findings import FindingKind
from records import watch_findings
from records.database import Records
from records.watch_findings import StoredFinding

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Telling:
    """Who hears of findings, and how."""

    records: Records
    tell_ops: Callable[[str], Awaitable[bool]]
    """Whether ops have these words now."""
    page_on_call: Callable[[str], Awaitable[bool]]
    """Whether somebody on call has them."""

    async def tell(self, kinds: Collection[FindingKind], at: datetime) -> None:
        """Tell what nobody was told of; what could not be told waits for the next round."""
        untold = await watch_findings.claim_untold(self.records, kinds, at)
        for kind in FindingKind:
            found = tuple(each for each in untold if each.kind is kind)
            if found:
                well = await self._told(kind, found)
                await watch_findings.told(self.records, found, well=well)

    async def _told(self, kind: FindingKind, found: tuple[StoredFinding, ...]) -> bool:
        for each in found:
            log.error("watch_found", kind=kind.value, reference=each.reference, status=each.state)
        dangers = tuple(each for each in found if each.danger)
        # Whoever treats her first: ops cannot.
        paged = await self.page_on_call(findings.paging_stopped(dangers)) if dangers else True
        return await self.tell_ops(findings.together(kind, found)) and paged
