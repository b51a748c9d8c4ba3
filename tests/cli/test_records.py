"""`waymark records`: the journal is compared and mended, the lists are made anew."""

from typing import Any

import pytest
from cli_runner import Desk
from misfit import let_not_replay
from spoilt import spoil
from sqlalchemy import delete
from waiting import until

from cli.exit_codes import ExitCode
from records import journal
from records.tables import JournalEntry, Owed


async def test_records_are_checked_mended_and_rebuilt(desk: Desk) -> None:
    reference = await desk.admitted()

    async def written() -> Any:
        return len(await journal.read(desk.records, reference)) >= 4

    await until(written)
    checked = await desk.cli.json("records", "check")
    assert (checked["journeys"], checked["differ"], checked["not_compared"]) == (1, [], {})
    async with desk.records.begin() as session:
        await session.execute(delete(JournalEntry).where(JournalEntry.number == 2))
        await session.execute(delete(Owed))
    bad = ExitCode.SOME_ROWS_BAD
    assert "gap" in (await desk.cli("records", "rebuild", exit_code=bad)).stdout
    (differs,) = (await desk.cli.json("records", "check", exit_code=bad))["differ"]
    assert (differs["reference"], differs["missing"]) == (reference, [2])
    assert "Mended" in (await desk.cli("records", "mend", "--only", reference)).stdout
    assert "1 of 1 journals agree" in (await desk.cli("records", "check")).stdout
    (rebuilt,) = (await desk.cli.json("records", "rebuild"))["journeys"]
    assert rebuilt["became"] == "same", "mending has brought the lists back too"


async def test_one_that_cannot_be_compared_is_named_and_the_others_are_compared(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    misfit, spoilt, whole = [await desk.enrolled(name) for name in ("Quill", "Reed", "Sedge")]
    for reference in (misfit, spoilt, whole):

        async def written(reference: str = reference) -> Any:
            return await journal.read(desk.records, reference)

        await until(written)
    let_not_replay(monkeypatch, misfit)
    await spoil(desk.records, f"UPDATE journal SET payload = 'x' WHERE reference = '{spoilt}'")  # noqa: S608
    bad = ExitCode.SOME_ROWS_BAD
    checked = await desk.cli.json("records", "check", exit_code=bad)
    assert checked["not_compared"] == {misfit: "not_replayed", spoilt: "unreadable"}
    assert (checked["journeys"], checked["differ"]) == (3, [])
    assert "1 of 3 journals agree" in (await desk.cli("records", "check", exit_code=bad)).stdout
