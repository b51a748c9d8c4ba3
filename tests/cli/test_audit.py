"""`waymark audit`: the auditor learns that the journal is whole, or which row is not."""

from pathlib import Path
from typing import Any

from cli_runner import Cli, Desk
from sealed import KEYS
from sealed_journal import seal, write
from sqlalchemy import delete, update
from waiting import until

from cli.exit_codes import ExitCode
from records import journal
from records.database import Records
from records.tables import JournalAnchor, JournalEntry, JournalHead, JournalLink
from workers.sealing import seal_journals

HER = "J-0123456789"
AUDITOR = ("--by", "lena.roth")
ALTERED = ExitCode.ALTERED


async def alter(records: Records, number: int, reference: str = HER) -> None:
    mine = JournalEntry.reference == reference, JournalEntry.number == number
    async with records.begin() as session:
        await session.execute(update(JournalEntry).where(*mine).values(payload="{}"))


async def test_a_whole_journal_is_said_to_be_and_an_altered_row_is_named(
    cli: Cli, records: Records
) -> None:
    await write(records, HER, 1, 4)
    await seal(records)
    await write(records, HER, 5, 6)
    said = (await cli("audit", "verify", *AUDITOR)).output
    assert "1 journeys: 4 rows confirmed and sealed, 2 confirmed and not sealed yet, 0" in said
    assert "Nothing that was sealed was altered" in said
    assert "Nothing outside was compared" in said
    await alter(records, 3)
    document = await cli.json("audit", "verify", *AUDITOR, exit_code=ALTERED)
    (finding,) = document["findings"]
    assert (document["good"], document["wrong"]) == (False, 1)
    assert (finding["fault"], finding["reference"], finding["number"]) == ("row_altered", HER, 3)
    said = (await cli("audit", "verify", "--by", "pat.ops", exit_code=ALTERED)).output
    assert HER in said
    assert "said" not in said.split("Not as it was sealed")[1], "no word of the row"


async def test_the_head_that_was_written_down_misses_what_was_cut_off_everywhere(
    cli: Cli, records: Records, tmp_path: Path
) -> None:
    assert (await cli.json("audit", "head", *AUDITOR))["head"] is None
    file = tmp_path / "anchors"
    sweep = seal_journals(records, file)
    await write(records, HER, 1, 4)
    await sweep.work()
    line = (await cli("audit", "head", *AUDITOR)).stdout.strip()
    document = await cli.json("audit", "head", *AUDITOR)
    assert (document["head"], document["round"], document["key_id"]) == (line, 1, "tests-2")
    assert line.startswith("1:")
    whole = await cli.json("audit", "verify", "--anchor", line, *AUDITOR)
    assert (whole["good"], whole["outside"], whole["anchor"]) == (True, 1, line)
    async with records.begin() as session:
        for table in (JournalEntry, JournalLink, JournalHead, JournalAnchor):
            await session.execute(delete(table))
    assert (await cli.json("audit", "verify", *AUDITOR))["good"], "nobody could know"
    (found,) = await findings(cli, "--anchor", line)
    assert (found["fault"], found["round"]) == ("outside_differs", 1)
    (found,) = await findings(cli, "--anchor", str(file))
    assert (found["reference"], found["number"]) == (HER, 1)
    told = Cli({**cli.env, "WAYMARK_ANCHOR_FILE": str(file)})
    assert len(await findings(told)) == 1


async def findings(cli: Cli, *words: str) -> Any:
    document = await cli.json("audit", "verify", *words, *AUDITOR, exit_code=ALTERED)
    return document["findings"]


async def test_a_wrong_key_is_named_as_such(cli: Cli, records: Records) -> None:
    await write(records, HER, 1, 2)
    await seal(records)
    other = Cli({**cli.env, "WAYMARK_KEYS": KEYS.split(",")[1]})
    first, *_ = await findings(other)
    assert (first["fault"], first["key_id"]) == ("key_unknown", "tests-2")


async def test_it_is_not_for_everybody_and_a_file_that_is_none_is_wrong_usage(
    cli: Cli, tmp_path: Path
) -> None:
    refused = await cli.json("audit", "verify", exit_code=ExitCode.REFUSED)
    assert refused["error"]["code"] == "not_in_this_role"
    await cli("audit", "head", exit_code=ExitCode.REFUSED)
    words = ("audit", "verify", "--anchor", "/nowhere/anchors", *AUDITOR)
    wrong = await cli.json(*words, exit_code=ExitCode.WRONG_USAGE)
    assert "neither a file" in wrong["error"]["sentence"]
    other = tmp_path / "other"
    other.write_text("something else\n")
    words = ("audit", "verify", "--anchor", str(other), *AUDITOR)
    wrong = await cli.json(*words, exit_code=ExitCode.WRONG_USAGE)
    assert "holds no anchor" in wrong["error"]["sentence"]


async def test_a_journey_from_a_real_server_is_sealed_and_an_old_row_is_mended(desk: Desk) -> None:
    reference = await desk.admitted()

    async def written() -> bool:
        return len(await journal.read(desk.records, reference)) >= 4

    await until(written)
    await desk.cli("records", "mend")
    assert await seal(desk.records) >= 4
    assert (await desk.cli.json("audit", "verify", *AUDITOR))["good"]
    await alter(desk.records, 2, reference)
    (found,) = await findings(desk.cli)
    assert (found["reference"], found["number"]) == (reference, 2)
    await desk.cli("records", "mend")
    await seal(desk.records)
    assert (await desk.cli.json("audit", "verify", *AUDITOR))["good"]
