"""The webhooks that the network remembers over a restart, with their attempts."""

import sqlite3

from simulator.webhooks import Webhook

SCHEMA = """
CREATE TABLE IF NOT EXISTS webhooks (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    phone TEXT NOT NULL,
    settled INTEGER NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS webhooks_open ON webhooks (settled) WHERE settled = 0;
"""


class WebhookStore:
    """Webhooks in the network's file, in the order in which they were planned."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, webhook: Webhook) -> int:
        """The position it takes."""
        with self._connection:
            cursor = self._connection.execute(
                "INSERT INTO webhooks (id, phone, settled, content) VALUES (?, ?, ?, ?)",
                (webhook.id, webhook.phone, webhook.settled, webhook.model_dump_json()),
            )
        return cursor.lastrowid or 0

    def update(self, webhook: Webhook) -> bool:
        """Whether it was still there: a reset forgets webhooks that are under way."""
        with self._connection:
            cursor = self._connection.execute(
                "UPDATE webhooks SET settled = ?, content = ? WHERE id = ?",
                (webhook.settled, webhook.model_dump_json(), webhook.id),
            )
        return cursor.rowcount == 1

    def get(self, webhook_id: str) -> Webhook | None:
        row = self._connection.execute(
            "SELECT content FROM webhooks WHERE id = ?", (webhook_id,)
        ).fetchone()
        return Webhook.model_validate_json(row[0]) if row else None

    def all(self, phone: str | None = None) -> tuple[Webhook, ...]:
        """Planned first come first, of one phone if named."""
        rows = self._connection.execute(
            "SELECT content FROM webhooks WHERE phone = coalesce(?, phone) ORDER BY position",
            (phone,),
        )
        return tuple(Webhook.model_validate_json(row[0]) for row in rows)

    def unsettled(self) -> tuple[tuple[int, Webhook], ...]:
        """With their positions."""
        rows = self._connection.execute(
            "SELECT position, content FROM webhooks WHERE settled = 0 ORDER BY position"
        )
        return tuple((row[0], Webhook.model_validate_json(row[1])) for row in rows)

    def forget(self) -> None:
        with self._connection:
            self._connection.execute("DELETE FROM webhooks")
