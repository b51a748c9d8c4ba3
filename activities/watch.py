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
from temporalio.service import RPCError

from activities.deadman import Deadman
from activities.watch_look import COMPLETED, NOT_FOUND, RUNNING, Listed, Look
from activities.watch_telling import Telling
from pathway import watch
from pathway.findings import Finding, FindingKind
from pathway.model import PathwayReference
from pathway.watch import OpenJourney
from records import watch_findings, watch_reads, watch_rounds
from records.database import Records
from records.errors import RecordsUnavailableError, UnreadableError
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
AGAIN_ONE_IN = 12
"""A journey that could not be compared is tried again in so many rounds: once an hour."""
ASKED_AT_ONCE = 25
"""Journeys of a page that are asked themselves; of more the records' word counts."""
_ACTIVITY_OF = {"text": "send_text", "look_up": "look_up_text"}
FOUND_BY_ROUNDS = frozenset(FindingKind) - {FindingKind.WATCH_STOPPED}

log = structlog.stdlib.get_logger(__name__)


class NotMendedError(Exception):
    """Nothing was put right, since the journey tells nothing; `reason` is one of `UNMENDED`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"not mended: {reason.replace('_', ' ')}")
        self.reason = reason


@dataclass(frozen=True)
class Mended:
    """What came of trying to put one journey right."""

    changed: bool = False
    found: tuple[Finding, ...] = ()
    """What keeps it from being put right."""


@dataclass(frozen=True)
class Repairs:
    """What is safe to put right: it makes copies follow the truth, or begins what never began."""

    mend: Callable[[PathwayReference], Awaitable[bool]]
    """Make journal and lists follow the history; whether something was not as it says.

    Raises NotMendedError.
    """
    start: Callable[[PathwayReference, datetime], Awaitable[bool]]
    """Start a journey of which neither Temporal nor the journal knows anything; whether it runs."""


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
        references = [each.reference for each in journeys]
        listed = await self.look.listed(references)
        unmended = await watch_findings.unmended(self.records, references)
        mended = 0
        found: list[Finding] = []
        kept: list[Finding] = []
        for journey in journeys:
            activity.heartbeat(journey.reference)
            became = await self._compared(journey, page.as_of, unmended.get(journey.reference))
            mended += became.changed
            kept += became.found
            asks = len(found) < ASKED_AT_ONCE
            found += await self._judged(journey, page.as_of, listed, asks=asks)
        await watch_findings.note(self.records, [*found, *kept], page.as_of)
        last = journeys[-1].reference if len(journeys) == watch_reads.PAGE else None
        return WatchedPage(last=last, journeys=len(journeys), mended=mended)

    async def _compared(
        self, journey: OpenJourney, as_of: datetime, unmended: str | None
    ) -> Mended:
        """Compare it in its turn, or where something of it is wrong; else what was found stands."""
        one_in = AGAIN_ONE_IN if unmended else COMPARED_ONE_IN
        turn = _has_its_turn(journey.reference, as_of, self.every, one_in)
        if not (turn or journey.phantom or journey.spoilt):
            kept = (watch.unmended(journey.reference, unmended),) if unmended else ()
            return Mended(found=kept)
        became = await self._mended(journey.reference)
        if not journey.spoilt or became.found:
            return became
        now = await watch_reads.again(self.records, journey.reference)
        if now is not None and now.spoilt:
            return Mended(found=(watch.unmended(journey.reference, "unreadable"),))
        return Mended(changed=True)

    async def _mended(self, reference: PathwayReference) -> Mended:
        """Put it right; what keeps it from that is found, and keeps no other journey from it.

        Raises RPCError and RecordsUnavailableError: then the whole round has a gap.
        """
        try:
            return Mended(changed=await self.repairs.mend(reference))
        except (RPCError, RecordsUnavailableError):
            raise
        except NotMendedError as error:
            reason = error.reason
        except Exception as error:  # noqa: BLE001 - the other journeys are looked at
            log.error("journey_not_mended", reference=reference, error=type(error).__name__)  # noqa: TRY400
            reason = "unreadable" if isinstance(error, UnreadableError) else "failed"
        return Mended(found=(watch.unmended(reference, reason),))

    async def _judged(
        self, journey: OpenJourney, as_of: datetime, listed: Listed, *, asks: bool
    ) -> tuple[Finding, ...]:
        runs = journey.reference in listed.running
        state = RUNNING if runs else await self.look.state(journey.reference)
        if state == COMPLETED:
            became = await self._mended(journey.reference)
            return became.found or (watch.behind(journey.reference, "its workflow has completed"),)
        never_began = state == NOT_FOUND and not journey.last_row
        if never_began and await self.repairs.start(journey.reference, as_of):
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
            became = await self._mended(journey.reference)
            return became.found or (watch.behind(journey.reference, "rows are missing"),)
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


def _has_its_turn(reference: str, as_of: datetime, every: timedelta, one_in: int) -> bool:
    """Each journey has its round, which nothing needs to remember."""
    turn = int(as_of.timestamp() // every.total_seconds())
    return zlib.crc32(reference.encode()) % one_in == turn % one_in
