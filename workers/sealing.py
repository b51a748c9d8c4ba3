"""Sealing the journal by itself: rows that history has vouched for, and the anchor kept outside."""

from datetime import timedelta
from pathlib import Path

import structlog

from records import sealing
from records.database import Records
from workers.anchor_file import AnchorsDifferError, keep_outside
from workers.sweeps import Sweep

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(minutes=1)
MOST_ROUNDS = 50
"""In one go, so that other sweeps of a first start are not kept waiting for the database."""


def seal_journals(records: Records, anchor_file: Path | None) -> Sweep:
    """Seal what was confirmed since the last round, and write its anchor down outside."""

    async def work() -> int:
        made = 0
        for _ in range(MOST_ROUNDS):
            count = await sealing.seal(records, records.ring)
            made += count
            if not count:
                break
        for reference in await sealing.left_alone(records):
            log.error("journal_not_sealed", reference=reference)
        if anchor_file is not None:
            await _outside(records, anchor_file)
        return made

    return Sweep("seal_journals", work, EVERY)


async def _outside(records: Records, file: Path) -> None:
    """Sealing goes on without it; the next round writes down what is missing."""
    try:
        await keep_outside(records, file)
    except AnchorsDifferError as differs:
        log.error("anchor_differs", number=differs.number)  # noqa: TRY400 - a finding, no bug
    except OSError as error:
        log.error("anchor_not_written", reason=type(error).__name__)  # noqa: TRY400
