"""How far what the records show can be trusted now, as far as they know it themselves."""

from datetime import timedelta

from sqlalchemy import Select, func, select

from pathway.model import Instant, Model
from records import watch_rounds
from records.database import Records, in_time
from records.tables import JournalReplaced, Patient, Sign, Text, WatchFinding
from records.text_model import TextState

WAITS_TOO_LONG = timedelta(minutes=2)
SILENT_AFTER = timedelta(minutes=2)
"""A worker gives a sign every few seconds."""
_LOOKED_BACK = timedelta(days=1)


class Systems(Model):
    """Counts of what ought to be nothing, and when a worker was last there."""

    worker_seen: Instant | None
    """None: never, or not within a day."""
    worker_silent: bool
    waiting_for_a_journey: int
    """Enrolled a while ago, and no journey runs."""
    texts_in_doubt: int
    journal_conflicts: int
    """Rows that history had vouched for and that were replaced, within a day."""
    watch_seen: Instant | None = None
    """When the watch last had looked at every journey; None: never, or not within a day."""
    watch_silent: bool = False
    """Nobody would notice a journey that stopped."""
    findings: int = 0
    """What the watch found and is still so."""

    @property
    def well(self) -> bool:
        return not (
            self.worker_silent
            or self.waiting_for_a_journey
            or self.texts_in_doubt
            or self.journal_conflicts
            or self.watch_silent
            or self.findings
        )


@in_time
async def read(records: Records, as_of: Instant) -> Systems:
    """The state at `as_of`."""
    waiting = select(func.count()).where(
        Patient.started_at.is_(None),
        Patient.deceased.is_(False),
        Patient.enrolled_at < as_of - WAITS_TOO_LONG,
    )
    doubtful = select(func.count()).where(Text.state == TextState.AMBIGUOUS)
    conflicts = select(func.count()).where(
        JournalReplaced.provisional.is_(False), JournalReplaced.written_at > as_of - _LOOKED_BACK
    )
    found = select(func.count()).where(WatchFinding.closed_at.is_(None))
    newest: Select[Instant | None] = select(func.max(Sign.at)).where(Sign.name.like("worker %"))
    async with records.session() as session:
        seen = await session.scalar(newest)
        watched = await watch_rounds.last_within(session)
        return Systems(
            worker_seen=seen,
            worker_silent=seen is None or as_of - seen > SILENT_AFTER,
            waiting_for_a_journey=await session.scalar(waiting) or 0,
            texts_in_doubt=await session.scalar(doubtful) or 0,
            journal_conflicts=await session.scalar(conflicts) or 0,
            watch_seen=watched.ended_at if watched else None,
            watch_silent=watched is None or watched.too_old(as_of),
            findings=await session.scalar(found) or 0,
        )
