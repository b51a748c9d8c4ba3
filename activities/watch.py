"""The watch: is every open journey still at work, and does anything lie too long?

It reads what the records know and Temporal's own lists. A journey is asked itself only when
something about it is wrong: a question would wake it, and ten thousand are asleep.
"""

import zlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from temporalio import activity

from activities.deadman import Deadman
from activities.watch_look import COMPLETED, NOT_FOUND, RUNNING, Listed, Look
from activities.watch_telling import Telling
from pathway import watch
from pathway.findings import Finding, FindingKind
from pathway.model import PathwayReference
from pathway.watch import OpenJourney
from records import watch_findings, watch_reads, watch_rounds
from records.database import Records
from records.watch_rounds import Round
from workflows.messages import (
    WATCH_BACKLOG,
    WATCH_ENDED,
    WATCH_JOURNEYS,
    WatchedPage,
    WatchEnded,
    WatchPage,
    WatchRound,
)

COMPARED_ONE_IN = 288
"""So many rounds see every journal beside its history once: a day of rounds of five minutes."""
ASKED_AT_ONCE = 25
"""Journeys of a page that are asked themselves; of more the records' word counts."""
_ACTIVITY_OF = {"text": "send_text", "look_up": "look_up_text"}
FOUND_BY_ROUNDS = frozenset(FindingKind) - {FindingKind.WATCH_STOPPED}

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Repairs:
    """What is safe to put right: it makes copies follow the truth, or begins what never began."""

    mend: Callable[[PathwayReference], Awaitable[bool]]
    """Make journal and lists follow the history; whether something was not as it says."""
    start: Callable[[PathwayReference, datetime], Awaitable[None]]
    """Start a journey of which neither Temporal nor the journal knows anything."""


@dataclass(frozen=True)
class Watch:
    """The activities of a round."""

    records: Records
    look: Look
    repairs: Repairs
    telling: Telling
    deadman: Deadman
    every: timedelta
    zone: str

    @activity.defn(name=WATCH_JOURNEYS)
    async def watch_journeys(self, page: WatchPage) -> WatchedPage:
        """Look at the next open journeys, and note what is wrong with them."""
        journeys = await watch_reads.open_journeys(self.records, page.after)
        listed = await self.look.listed([each.reference for each in journeys])
        mended = 0
        found: list[Finding] = []
        for journey in journeys:
            activity.heartbeat(journey.reference)
            if journey.phantom or _has_its_turn(journey.reference, page.as_of, self.every):
                mended += await self.repairs.mend(journey.reference)
            asks = len(found) < ASKED_AT_ONCE
            found += await self._judged(journey, page.as_of, listed, asks=asks)
        await watch_findings.note(self.records, found, page.as_of)
        last = journeys[-1].reference if len(journeys) == watch_reads.PAGE else None
        return WatchedPage(last=last, journeys=len(journeys), mended=mended)

    async def _judged(
        self, journey: OpenJourney, as_of: datetime, listed: Listed, *, asks: bool
    ) -> tuple[Finding, ...]:
        runs = journey.reference in listed.running
        state = RUNNING if runs else await self.look.state(journey.reference)
        if state == COMPLETED:
            await self.repairs.mend(journey.reference)
            return (watch.behind(journey.reference, "its workflow has completed"),)
        if state == NOT_FOUND and not journey.last_row:
            await self.repairs.start(journey.reference, as_of)
            return ()
        if state != RUNNING:
            return (watch.stranded(journey, state, self.zone),)
        if journey.reference in listed.failing:
            return (watch.stuck(journey, "task_fails"),)
        if watch.unwritten(journey, as_of):
            return (watch.stuck(journey, "never_wrote"),)
        if watch.late_since(journey, as_of) is not None:
            return await self._asked(journey, as_of, asks=asks)
        alone = watch.silent(journey)
        return (alone,) if alone else ()

    async def _asked(
        self, journey: OpenJourney, as_of: datetime, *, asks: bool
    ) -> tuple[Finding, ...]:
        """By the records something is late: what does the journey itself say?"""
        act, since = journey.next_act or "", journey.next_at or as_of
        if not asks:
            return (watch.late(journey, act, since, self.zone),)
        answer = await self.look.asked(journey.reference)
        if answer is None:
            return (watch.stuck(journey, "no_answer"),)
        now = await watch_reads.again(self.records, journey.reference)
        if now is None or (now.next_at, now.last_row) != (journey.next_at, journey.last_row):
            return ()  # it went on while it was asked
        if answer.events > now.last_row:
            await self.repairs.mend(journey.reference)
            return (watch.behind(journey.reference, "rows are missing"),)
        comes = journey.model_copy(update={"next_at": answer.next_at})
        tried = act in watch.TRIED_FOR_LONG and _ACTIVITY_OF[act] in answer.under_way
        if watch.late_since(comes, as_of) is None or tried:
            return ()
        return (watch.late(journey, act, answer.next_at or since, self.zone),)

    @activity.defn(name=WATCH_BACKLOG)
    async def watch_backlog(self, page: WatchPage) -> WatchedPage:
        """Look at what lies outside of the journeys."""
        found = await watch_reads.backlog(self.records, page.as_of)
        await watch_findings.note(self.records, found, page.as_of)
        return WatchedPage(last=None, journeys=0, mended=0)

    @activity.defn(name=WATCH_ENDED)
    async def watch_ended(self, done: WatchRound) -> WatchEnded:
        """Close what is gone, tell what is new, and say outside that somebody watches."""
        now = datetime.now(UTC)
        await watch_findings.close_unseen(self.records, FOUND_BY_ROUNDS, done.as_of, now)
        await self.telling.tell(FOUND_BY_ROUNDS, now)
        counts = {"journeys": done.journeys, "mended": done.mended}
        await watch_rounds.note(
            self.records, Round(begun_at=done.as_of, ended_at=now, every=self.every, **counts)
        )
        open_now = sum((await watch_findings.open_findings(self.records)).values())
        log.info("watch_round", count=open_now, number=done.journeys)
        await self.deadman.beat()
        return WatchEnded(open=open_now)

    @property
    def activities(self) -> Iterator[Callable[..., Awaitable[object]]]:
        """For a worker."""
        yield from (self.watch_journeys, self.watch_backlog, self.watch_ended)


def _has_its_turn(reference: str, as_of: datetime, every: timedelta) -> bool:
    """Each journey has its round, which nothing needs to remember."""
    turn = int(as_of.timestamp() // every.total_seconds())
    return zlib.crc32(reference.encode()) % COMPARED_ONE_IN == turn % COMPARED_ONE_IN
