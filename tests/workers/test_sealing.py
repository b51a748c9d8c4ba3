"""A worker seals the journal by itself, and writes down outside what it has sealed."""

import json
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from processes import worker_environment, worker_process
from sealed_journal import verify, write
from sqlalchemy import delete
from structlog.testing import LogCapture

from local.temporal_server import Endpoint
from records.database import Records
from records.tables import JournalAnchor, JournalHead, JournalLink
from workers.anchor_file import AnchorsDifferError, keep_outside, kept_in, last_line
from workers.sealing import seal_journals

HER = "J-0123456789"


def rounds(file: Path) -> list[int]:
    return [kept.round for page in kept_in(file) for kept in page]


async def test_each_round_adds_a_line_outside_and_none_is_written_twice(
    records: Records, tmp_path: Path
) -> None:
    file = tmp_path / "anchors"
    sweep = seal_journals(records, file)
    assert await sweep.work() == 0
    await write(records, HER, 1, 3)
    assert await sweep.work() == 3
    await write(records, HER, 4, 5)
    assert await sweep.work() == 2
    assert await sweep.work() == 0
    assert rounds(file) == [1, 2]
    assert file.stat().st_mode & 0o777 == 0o600
    line = json.loads(file.read_text().splitlines()[0])
    assert line.keys() == {"round", "anchor", "at", "key_id", "heads"}
    assert line["heads"][0][:3] == [HER, 3, 3]


async def test_what_was_cut_off_half_way_or_came_while_the_disk_was_away_is_made_good(
    records: Records, tmp_path: Path, lines: LogCapture
) -> None:
    file = tmp_path / "away" / "anchors"
    await write(records, HER, 1, 3)
    assert await seal_journals(records, file).work() == 3
    assert [(line["event"], line["reason"]) for line in lines.entries] == [
        ("anchor_not_written", "FileNotFoundError")
    ]
    file.parent.mkdir()
    await write(records, HER, 4, 5)
    await seal_journals(records, file).work()
    assert rounds(file) == [1, 2]
    os.truncate(file, file.stat().st_size - 20)
    assert rounds(file) == [1]
    await seal_journals(records, file).work()
    assert rounds(file) == [1, 2]


async def test_nothing_is_added_behind_a_line_that_the_records_do_not_know(
    records: Records, tmp_path: Path, lines: LogCapture
) -> None:
    file = tmp_path / "anchors"
    await write(records, HER, 1, 3)
    await seal_journals(records, file).work()
    before = file.read_bytes()
    async with records.begin() as session:
        for table in (JournalLink, JournalHead, JournalAnchor):
            await session.execute(delete(table))
    await seal_journals(records, file).work()
    assert [(line["event"], line["number"]) for line in lines.entries] == [("anchor_differs", 1)]
    with pytest.raises(AnchorsDifferError):
        await keep_outside(records, file)
    assert file.read_bytes() == before


async def test_a_file_that_is_not_there_has_no_last_line(tmp_path: Path) -> None:
    assert last_line(tmp_path / "none") is None


async def test_a_chain_that_cannot_go_on_is_said_each_time(
    records: Records, lines: LogCapture
) -> None:
    await write(records, HER, 1, 3)
    await seal_journals(records, None).work()
    async with records.begin() as session:
        await session.execute(delete(JournalHead))
    assert await seal_journals(records, None).work() == 0
    said: list[Any] = [(line["event"], line["reference"]) for line in lines.entries]
    assert said == [("journal_not_sealed", HER)]


async def test_a_workers_own_sweep_seals(
    records: Records, records_url: str, temporal_server: Endpoint, tmp_path: Path
) -> None:
    import asyncio

    await write(records, HER, 1, 5)
    file = tmp_path / "anchors"
    environment = worker_environment(
        temporal_server.address,
        temporal_server.namespace,
        tmp_path,
        WAYMARK_TASK_QUEUE=f"test-{uuid.uuid4()}",
        WAYMARK_DATABASE_URL=records_url,
        WAYMARK_ANCHOR_FILE=str(file),
    )
    async with worker_process(environment), asyncio.timeout(30):
        while not file.exists() or not rounds(file):
            await asyncio.sleep(0.1)
    verified = await verify(records)
    assert (verified.findings, verified.rows.sealed) == ((), 5)
