"""Gates in a test's own database: a process stops at a named step, to be killed there.

A trigger waits for an advisory lock that the test holds. The product knows nothing of it, and
what it had begun is rolled back once it is dead.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sealed import RING
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from records.columns import Lookup
from records.engine import database_url
from records.seals import Seals
from records.tables import Base

_LINE = 77
_SET_UP = (
    "CREATE TABLE gates (number serial PRIMARY KEY, step text, subject text)",
    """
    CREATE FUNCTION wait_at_gate() RETURNS trigger AS $$
    DECLARE found integer;
    BEGIN
        SELECT number INTO found FROM gates WHERE step = TG_ARGV[0]
            AND subject = to_jsonb(NEW)->>TG_ARGV[1];
        IF found IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock_shared(77, found);
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql
    """,
)
STEPS = {
    "reserved": ("INSERT", "texts", "recipient_lookup", "true"),
    "posting": ("UPDATE", "texts", "recipient_lookup", "NEW.state = 'posting'"),
    "settled": ("UPDATE", "texts", "recipient_lookup", "NEW.state IN ('sent', 'ambiguous')"),
    "journal": ("INSERT", "journal", "reference", "NEW.kind = 'reply_received'"),
    "routed": ("UPDATE", "inbound_texts", "sender_lookup", "NEW.state = 'routed'"),
    "opted_out": ("UPDATE", "patients", "phone_lookup", "NEW.opted_out"),
    "stored": ("INSERT", "inbound_texts", "sender_lookup", "true"),
    "whose": ("INSERT", "inbound_text_patients", "reference", "true"),
    "told": ("INSERT", "text_status", "sid", "true"),
}
"""By name: the statement, its table, the column that names the subject, and which rows."""


class Gates:
    """Shut for one subject at one step each; whoever comes there waits until it is opened."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def shut(self, step: str, subject: str) -> None:
        """Nobody gets past this step for this subject."""
        added = await self._connection.execute(
            text("INSERT INTO gates (step, subject) VALUES (:step, :subject) RETURNING number"),
            {"step": step, "subject": _as_stored(step, subject)},
        )
        await self._connection.execute(
            text("SELECT pg_advisory_lock(:line, :number)"),
            {"line": _LINE, "number": added.scalar_one()},
        )

    async def reached(self) -> list[str]:
        """The steps at which somebody waits now."""
        waiting = text(
            "SELECT DISTINCT step FROM pg_locks JOIN gates ON number = objid::bigint"
            " WHERE locktype = 'advisory' AND classid = :line AND NOT granted ORDER BY step"
        )
        return list((await self._connection.execute(waiting, {"line": _LINE})).scalars())

    async def crowded(self, steps: Iterable[str], seconds: float = 12) -> None:
        """Until somebody waits at each of these, or else at as many as ever did at once.

        Whoever waits longer than the records' patience goes away and comes again, so nobody may be
        there at a given moment. Raises TimeoutError when nobody comes.
        """
        wanted, most = set(steps), 1
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        async with asyncio.timeout(45):
            while True:
                here = set(await self.reached())
                if wanted <= here or (clock() > until and len(here) >= most):
                    return
                # Less is enough the longer it takes.
                most = max(most, len(here)) if clock() < until + 10 else 1
                await asyncio.sleep(0.02)

    async def open_all(self) -> None:
        await self._connection.execute(text("DELETE FROM gates"))
        await self._connection.execute(text("SELECT pg_advisory_unlock_all()"))


def _as_stored(step: str, subject: str) -> str:
    """A number is found by its keyed hash."""
    _, table, column, _ = STEPS[step]
    kind = Base.metadata.tables[table].c[column].type
    return Seals(RING).digest(kind.what, subject) if isinstance(kind, Lookup) else subject


@asynccontextmanager
async def gates_in(url: str, steps: Iterable[str] = tuple(STEPS)) -> AsyncIterator[Gates]:
    """Set up the gates in a database of the test's own."""
    engine = create_async_engine(database_url(url), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in _SET_UP:
            await connection.execute(text(statement))
        for step in steps:
            act, table, column, when = STEPS[step]
            await connection.execute(
                text(
                    f"CREATE TRIGGER gate_{step} BEFORE {act} ON {table} FOR EACH ROW"
                    f" WHEN ({when}) EXECUTE FUNCTION wait_at_gate('{step}', '{column}')"
                )
            )
        yield Gates(connection)
    await engine.dispose()
