"""What the network remembers over a restart, in one SQLite file."""

import sqlite3
from pathlib import Path

from simulator.model import Inbound, Message, Phone
from simulator.webhook_store import SCHEMA as WEBHOOK_SCHEMA
from simulator.webhook_store import WebhookStore

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    sid TEXT NOT NULL UNIQUE,
    account_sid TEXT NOT NULL,
    recipient TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_recipient ON messages (recipient);
CREATE TABLE IF NOT EXISTS phones (number TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS opt_outs (
    phone TEXT NOT NULL, sender TEXT NOT NULL, out INTEGER NOT NULL, PRIMARY KEY (phone, sender)
);
CREATE TABLE IF NOT EXISTS inbound (only INTEGER PRIMARY KEY CHECK (only = 1), content TEXT);
"""


class Store:
    """Reads and writes the file; used from the server's event loop alone."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        # The server may be built in one thread and run in another; it never uses two at once.
        self._connection = sqlite3.connect(state_dir / "simulator.db", check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Outlives a kill of the process; a crash of the machine ends a toy network anyway.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA + WEBHOOK_SCHEMA)
        self.webhooks = WebhookStore(self._connection)

    def close(self) -> None:
        self._connection.close()

    def add(self, message: Message) -> None:
        row = (message.sid, message.account_sid, message.to, message.model_dump_json())
        with self._connection:
            self._connection.execute(
                "INSERT INTO messages (sid, account_sid, recipient, content) VALUES (?, ?, ?, ?)",
                row,
            )

    def message(self, account_sid: str, sid: str) -> Message | None:
        row = self._connection.execute(
            "SELECT content FROM messages WHERE sid = ? AND account_sid = ?", (sid, account_sid)
        ).fetchone()
        return Message.model_validate_json(row[0]) if row else None

    def messages(
        self, *, account_sid: str | None = None, to: str | None = None
    ) -> tuple[Message, ...]:
        """Accepted texts in the order they came, of one account or recipient if named."""
        rows = self._connection.execute(
            "SELECT content FROM messages WHERE account_sid = coalesce(?, account_sid)"
            " AND recipient = coalesce(?, recipient) ORDER BY position",
            (account_sid, to),
        )
        return tuple(Message.model_validate_json(row[0]) for row in rows)

    def forget_messages(self) -> None:
        with self._connection:
            self._connection.execute("DELETE FROM messages")

    def declare(self, phone: Phone) -> None:
        """What was declared wins over what the phone has written so far."""
        with self._connection:
            self._connection.execute("DELETE FROM opt_outs WHERE phone = ?", (phone.number,))
            self._connection.execute(
                "INSERT INTO phones (number, content) VALUES (?, ?)"
                " ON CONFLICT (number) DO UPDATE SET content = excluded.content",
                (phone.number, phone.model_dump_json()),
            )

    def phone(self, number: str) -> Phone | None:
        row = self._connection.execute(
            "SELECT content FROM phones WHERE number = ?", (number,)
        ).fetchone()
        return Phone.model_validate_json(row[0]) if row else None

    def phones(self) -> tuple[Phone, ...]:
        rows = self._connection.execute("SELECT content FROM phones ORDER BY number")
        return tuple(Phone.model_validate_json(row[0]) for row in rows)

    def forget_phones(self) -> None:
        with self._connection:
            self._connection.execute("DELETE FROM phones")
            self._connection.execute("DELETE FROM opt_outs")

    def opt(self, phone: str, sender: str, *, out: bool) -> None:
        with self._connection:
            self._connection.execute(
                "INSERT INTO opt_outs (phone, sender, out) VALUES (?, ?, ?)"
                " ON CONFLICT (phone, sender) DO UPDATE SET out = excluded.out",
                (phone, sender, out),
            )

    def opt_outs(self, phone: str) -> dict[str, bool]:
        """By sender, for those to whom the phone wrote STOP or START."""
        rows = self._connection.execute(
            "SELECT sender, out FROM opt_outs WHERE phone = ? ORDER BY sender", (phone,)
        )
        return {sender: bool(out) for sender, out in rows}

    def set_inbound(self, inbound: Inbound) -> None:
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO inbound (only, content) VALUES (1, ?)",
                (inbound.model_dump_json(),),
            )

    def inbound(self) -> Inbound | None:
        row = self._connection.execute("SELECT content FROM inbound").fetchone()
        return Inbound.model_validate_json(row[0]) if row else None
