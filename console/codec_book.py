"""The book of who had what opened. An answer leaves once it stands there, and not before."""

import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from console.codec_opening import Opened
from console.codec_readers import Reader
from console.codec_refusals import Refused
from console.gathering import Gathering
from records import decodes
from records.database import Records
from records.decodes import Noted
from records.errors import RecordsError

REFUSALS_A_MINUTE = 60
"""So many are kept of people whom nobody knows: they must not fill the database by knocking."""

log = structlog.stdlib.get_logger(__name__)


class Book:
    """Writes what comes in together in one transaction, since the UI asks for many at once."""

    def __init__(self, records: Records, namespace: str) -> None:
        self._records = records
        self._namespace = namespace
        self._gathering = Gathering(self._write)
        self._refusals: list[float] = []

    async def note(self, reader: Reader, opened: Sequence[Opened]) -> None:
        """Note whose payloads were opened, or were not. Raises RecordsError."""
        counted = Counter((each.reference, each.outcome) for each in opened)
        at = datetime.now(UTC)
        noted = [
            self._noted(at, reader, reference, outcome, payloads)
            for (reference, outcome), payloads in counted.items()
            if outcome is not None
        ]
        if noted:
            await self._gathering.add(noted)

    async def note_refusal(self, reader: Reader | None, refused: Refused) -> None:
        """Note that a request was refused; the refusal stands whether or not this works."""
        log.warning("decode_refused", reason=refused.outcome.value, status=refused.status)
        if not (reader or refused.who) and not self._may_note():
            return
        noted = self._noted(datetime.now(UTC), reader, "", refused.outcome, 0)
        if reader is None:
            noted = noted.model_copy(update={"who": refused.who})
        try:
            await self._gathering.add([noted])
        except RecordsError as error:
            log.warning("refusal_not_noted", error=type(error).__name__)

    async def close(self, seconds: float = 1.0) -> None:
        """Give the write under way a moment to end."""
        await self._gathering.close(seconds)

    def _noted(
        self,
        at: datetime,
        reader: Reader | None,
        reference: str,
        outcome: decodes.Outcome,
        payloads: int,
    ) -> Noted:
        return Noted(
            at=at,
            who=reader.who if reader else "",
            role=reader.role if reader else "",
            namespace=self._namespace,
            reference=reference,
            outcome=outcome,
            payloads=payloads,
        )

    def _may_note(self) -> bool:
        now = time.monotonic()
        self._refusals = [at for at in self._refusals if now - at < 60]
        if len(self._refusals) >= REFUSALS_A_MINUTE:
            return False
        self._refusals.append(now)
        return True

    async def _write(self, batch: Sequence[Sequence[Noted]]) -> None:
        await decodes.note(self._records, [each for noted in batch for each in noted])
