"""Rows of the records as a journey's own batches would have written them."""

from datetime import datetime
from typing import Any

from records.tables import JournalEntry, Journey


def a_snapshot(reference: str, at: datetime, **changes: Any) -> Journey:
    """The snapshot of a journey on its way; rows of its journal hang on it."""
    calm = {
        "stage": "infusion",
        "waits_for": "",
        "texts_held": False,
        "opted_out": False,
        "deceased": False,
        "ended": False,
        "through": 1,
    }
    return Journey(reference=reference, as_of=at, **(calm | changes))


def a_journal_row(
    reference: str, number: int, kind: str, at: datetime, payload: str
) -> JournalEntry:
    """A confirmed row."""
    return JournalEntry(
        reference=reference,
        number=number,
        kind=kind,
        at=at,
        payload=payload,
        content_hash=str(number),
        provisional=False,
        as_of=at,
    )
