"""Contact attempts that the journal told of before their table was there."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from records.columns import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TOLD = sa.text(
    "SELECT reference, number, payload FROM journal WHERE kind = 'contact_attempted' "
    "AND NOT EXISTS (SELECT 1 FROM contact_attempts a WHERE a.reference = journal.reference "
    "AND a.number = journal.number)"
)
_ATTEMPTS = sa.table(
    "contact_attempts",
    *(sa.column(name) for name in ("reference", "task", "how", "whom", "outcome", "by", "note")),
    sa.column("number", sa.Integer()),
    sa.column("at", UtcDateTime()),
    sa.column("next_try", UtcDateTime()),
)


def upgrade() -> None:
    connection = op.get_bind()
    for reference, number, payload in connection.execute(_TOLD).all():
        try:
            row = _row(json.loads(payload)["attempt"])
        except (KeyError, TypeError, ValueError):
            continue  # no row of ours; the journal keeps it as it is
        connection.execute(_ATTEMPTS.insert().values(reference=reference, number=number, **row))


def downgrade() -> None:
    """What was filled in stays: it is as true as before."""


def _row(said: dict[str, object]) -> dict[str, object]:
    signed = said["signed"]
    if not isinstance(signed, dict):
        raise TypeError("a signature is an object")
    return {
        "task": said["about"],
        "at": _instant(signed["happened_at"]),
        "how": said["way"],
        "whom": said["whom"],
        "outcome": said["outcome"],
        "next_try": _instant(said["next_try"]) if said["next_try"] else None,
        "by": signed["by"],
        "note": said["note"] or "",
    }


def _instant(written: object) -> datetime:
    return datetime.fromisoformat(str(written)).astimezone(UTC)
