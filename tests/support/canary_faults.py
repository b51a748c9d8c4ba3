"""Junk for journeys, and a stand whose parts go away while it works."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

from canary_phones import all_routed, writes
from canary_stand import CanaryStand
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from temporalio.client import RPCTimeoutOrCancelledError, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError

from records.engine import database_url

SPOOL_AS_IT_WAS = "spool as it was"
"""A copy, from the moment when webhooks waited in it."""

IN_CLEAR = "sent in clear by a stranger"
"""Payloads that somebody else put into the server unsealed: they stand there, and nowhere else."""


async def junk_to_a_journey(stand: CanaryStand, reference: str) -> None:
    """Updates, signals, queries and starts whose payloads fit nothing, nested and in lists."""
    word = stand.needles.word
    flow = "junk update"
    handle = stand.client.get_workflow_handle(reference)
    shapes: tuple[tuple[str, Any], ...] = (
        ("record_consent", {"given": word(flow), "reason": [word(flow)]}),
        ("record_consent", word(flow)),
        ("record_consent", [word(flow), {"x": word(flow)}]),
        ("record_assessment", {"trials": [{"medicine": word(flow), "weeks": word(flow)}]}),
        ("record_vitals", {"readings": [{"at": word(flow)}], word(flow): 1}),
        ("record_reply", {"key": word(flow), "by": word(flow), "digit": {"a": [word(flow)]}}),
    )
    for index, (name, payload) in enumerate(shapes):
        for client in (stand.client, stand.in_clear):
            said = payload if client is stand.client else word(IN_CLEAR)
            asked = client.get_workflow_handle(reference)
            with suppress(TemporalError, RPCError, WorkflowUpdateFailedError):
                async with asyncio.timeout(20):
                    await asked.execute_update(name, said, id=f"junk-{index}-{id(client)}")
    await handle.signal("roll_over", {"why": word("junk signal")})
    for query in ("preview", "overview", "decision_page"):
        with suppress(TemporalError, RPCError):
            await handle.query(query, {"command": word("junk query")})
    stand.drove("junk: update", "junk: signal", "junk: query")


async def junk_starts(stand: CanaryStand) -> None:
    """A journey that begins with something else fails its task for ever; it is ended by a hand."""
    for client, flow in ((stand.client, "junk start"), (stand.in_clear, IN_CLEAR)):
        started = await client.start_workflow(
            "PatientJourney",
            {"opening": {"reference": stand.needles.word(flow), "contact": [1]}},
            id=f"J-JJJJJJJJJ{0 if client is stand.client else 1}",
            task_queue=stand.settings.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            execution_timeout=timedelta(hours=1),
        )
        await asyncio.sleep(3)
        await started.terminate("junk")
    stand.drove("junk: start")


@asynccontextmanager
async def records_away(stand: CanaryStand) -> AsyncIterator[None]:
    """Somebody else holds a lock on all that is asked for, for as long as this lasts."""
    if stand.session.records.dialect != "sqlite":
        tables = "patients, inbound_texts, journal, texts"
        engine = create_async_engine(database_url(stand.settings.database_url))
        async with engine.begin() as connection:
            await connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
            yield
        await engine.dispose()
        return
    file = stand.folder / "waymark.db"
    holding = sqlite3.connect(file, isolation_level=None, timeout=20)
    holding.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holding.execute("ROLLBACK")
        holding.close()


async def records_are_away(stand: CanaryStand, reference: str, phone: str) -> None:
    """She writes and staff type while the records do not answer."""
    word = stand.needles.word
    async with records_away(stand):
        await writes(stand, phone, f"are you there, {word('records away')}")
        await stand.waymark("patient", "show", reference)
        await stand.waymark("worklist", "--full")
        reason = f"as {word('records away')} asked"
        await stand.waymark("do", "hold-texts", reference, "--reason", reason)
        await asyncio.sleep(4)
        assert list((stand.folder / "spool").iterdir()), "nothing waited in the spool"
        # It is empty again when the places are searched.
        shutil.copytree(stand.folder / "spool", stand.folder / SPOOL_AS_IT_WAS)
    stand.drove("fault: records away")
    await all_routed(stand)


async def outages(stand: CanaryStand, reference: str, phone: str) -> None:
    """Worker, console and Temporal are killed while she writes and staff type."""
    word = stand.needles.word
    note = ("do", "raise-flag", reference, "--by", "dr.hale", "--role", "prescriber")
    for member in ("worker", "console"):
        await writes(stand, phone, f"and now, {word(f'{member} killed')}")
        await stand.kill(member)
    await stand.kill("Temporal server")
    await stand.waymark(*note, "--patience", "1")
    reason = f"as {word('Temporal away')} asked"
    await stand.waymark("do", "release-texts", reference, "--reason", reason, "--patience", "1")
    await writes(stand, phone, f"still nobody, {word('Temporal away')}")
    await back(stand, reference)
    await all_routed(stand)


async def back(stand: CanaryStand, reference: str) -> None:
    """Until the journey answers again."""
    async with asyncio.timeout(90):
        while True:
            try:
                async with asyncio.timeout(5):
                    await stand.client.get_workflow_handle(reference).query("overview")
                    return
            except (RPCError, TemporalError, RPCTimeoutOrCancelledError, TimeoutError):
                await asyncio.sleep(0.5)
