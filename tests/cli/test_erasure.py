"""Restricting and erasing a patient's record: who may, from when, and what is left (rule 29)."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, Desk
from sqlalchemy import update
from waiting import until

from cli.exit_codes import ExitCode
from pathway import civil
from pathway.findings import Finding, FindingKind
from records import erasing, journal, journeys, patients, refusals, watch_findings
from records.tables import JournalEntry, Patient
from workers.forgetting import forget_erased
from workers.watching import watch_journey

OFFICER = ("--by", "lena.roth")
NURSE = ("--by", "nia.crow", "--role", "nurse")
PAGES = ("show", "explain", "decision")
ZONE = "America/Los_Angeles"
LONG_AGO = datetime.now(UTC) - timedelta(days=365 * 7 + 3)


async def ended(desk: Desk, reference: str | None = None) -> str:
    """A patient whose journey has ended, as the records know."""
    reference = reference or await desk.enrolled()
    await desk.cli("do", "report-death", reference)

    async def known() -> bool:
        seen = await journeys.get(desk.records, reference)
        return seen is not None and seen.ended and not seen.owed

    await until(known)
    return reference


async def age(desk: Desk, reference: str) -> None:
    """Her last entry was made long ago."""
    async with desk.records.begin() as session:
        entries = update(JournalEntry).where(JournalEntry.reference == reference)
        await session.execute(entries.values(at=LONG_AGO))
        her = update(Patient).where(Patient.reference == reference)
        await session.execute(her.values(enrolled_at=LONG_AGO))


async def erase(cli: Cli, reference: str, *words: str, exit_code: int = 0) -> Any:
    return await cli.json("patient", "erase", reference, *OFFICER, *words, exit_code=exit_code)


async def refusal(cli: Cli, reference: str, *words: str) -> Any:
    return (await erase(cli, reference, *words, exit_code=ExitCode.REFUSED))["error"]


async def test_rule_29_before_the_retention_an_erasure_is_refused_with_its_date(desk: Desk) -> None:
    reference = await ended(desk)
    told = await refusal(desk.cli, reference, "--yes")
    today = civil.local(datetime.now(UTC), ZONE).date()
    first = str(today.replace(year=today.year + 7))
    assert (told["code"], told["possible_from"]) == ("kept_by_law", first)
    assert first in told["sentence"]
    assert (await patients.get(desk.records, reference)) is not None


async def test_rule_29_an_open_journey_is_not_erased(desk: Desk) -> None:
    reference = await desk.enrolled()
    assert (await refusal(desk.cli, reference, "--yes"))["code"] == "care_is_open"


async def test_rule_29_nobody_but_the_privacy_officer_erases_or_restricts(desk: Desk) -> None:
    reference = await ended(desk)
    await age(desk, reference)
    for verb, *words in (("erase", "--yes"), ("restrict",)):
        for who in (NURSE, ("--by", "mara.voss"), ("--by", "pat.ops")):
            given = ("patient", verb, reference, *words, *who)
            told = await desk.cli.json(*given, exit_code=ExitCode.REFUSED)
            assert told["error"]["code"] == "not_in_this_role"
    stored = await patients.get(desk.records, reference)
    assert stored is not None
    assert stored.restricted_at is None


async def test_rule_29_an_erasure_is_shown_first_and_confirmed(desk: Desk) -> None:
    reference = await ended(desk)
    await age(desk, reference)
    preview = await erase(desk.cli, reference)
    assert (preview["erased"], preview["rows"]["patients"]) == (False, 1)
    assert preview["rows"]["journal"] > 1
    other = await erase(
        desk.cli, reference, "--confirm", "J-0000000000", exit_code=ExitCode.WRONG_USAGE
    )
    assert "nothing was erased" in other["error"]["sentence"]
    assert (await patients.get(desk.records, reference)) is not None
    done = await erase(desk.cli, reference, "--confirm", reference.lower())
    assert (done["erased"], done["rows"]) == (True, preview["rows"])
    assert await patients.get(desk.records, reference) is None
    shown = await desk.cli.json(
        "patient", "show", reference, *OFFICER, exit_code=ExitCode.NOT_FOUND
    )
    assert shown["error"]["code"] == "erased"
    assert "lena.roth" in shown["error"]["sentence"]
    again = await erase(desk.cli, reference, "--yes", exit_code=ExitCode.NOT_FOUND)
    assert again["error"]["code"] == "erased"


@pytest.mark.chaos  # the server takes half a minute before it lets a closed history go
@pytest.mark.timeout(180)
async def test_rule_29_the_history_goes_too_and_nothing_brings_the_words_back(desk: Desk) -> None:
    reference = await ended(desk)
    await age(desk, reference)
    away = replace(desk.cli, env={**desk.cli.env, "TEMPORAL_ADDRESS": "127.0.0.1:9"})
    done = await erase(away, reference, "--yes", "--patience", "2")
    assert (done["erased"], done["history_deleted"]) == (True, False)
    assert await erasing.histories_left(desk.records, 10) == (reference,)

    handle = desk.client.get_workflow_handle(reference)
    assert (await handle.describe()).id == reference, "it is still there to be brought back from"
    seen = await watch_journey(desk.records, desk.client, reference, mended=True)
    assert seen.reason == "erased"
    await desk.cli("records", "mend")
    rows = await journal.read(desk.records, reference)
    assert rows
    assert {row.payload for row in rows} == {"{}"}

    sweep = forget_erased(desk.records, desk.client)

    # The server deletes what ended just now only once its queues have noted the end: 30 seconds.
    async with asyncio.timeout(120):
        while await erasing.histories_left(desk.records, 10):
            await sweep.work()
            await asyncio.sleep(2)
    fact = await erasing.erased(desk.records, reference)
    assert fact is not None
    assert fact.history_deleted_at is not None
    assert [run async for run in desk.client.list_workflows(f"WorkflowId = '{reference}'")] == []


async def test_rule_29_a_restricted_record_is_the_privacy_officers_alone(
    desk: Desk, tmp_path: Path
) -> None:
    reference = await ended(desk)
    done = await desk.cli.json("patient", "restrict", reference, *OFFICER)
    assert (done["restricted"], done["changed"], done["cared_for"]) == (True, True, False)
    nurses = await desk.cli.json("patient", "show", reference, *NURSE)
    assert "family_name" in nurses["withheld"]
    assert "Quill" not in json.dumps(nurses)
    assert (await desk.cli.json("show", reference, *NURSE))["patient"] is None
    file = ("--to", str(tmp_path / "copy.json"))
    for words in (("copy", *file), ("disclosures",), ("change", "--address", "x"), ("amendments",)):
        verb, *rest = words
        given = ("patient", verb, reference, *rest, *NURSE)
        told = await desk.cli.json(*given, exit_code=ExitCode.REFUSED)
        assert told["error"]["code"] == "restricted", words
    await desk.cli("patient", "amend", reference, "--says", "it is wrong", *NURSE)
    assert "Quill" not in json.dumps(await desk.cli.json("worklist", *NURSE[:2]))
    assert "Quill" in json.dumps(await desk.cli.json("worklist", *OFFICER))
    officers = await desk.cli.json("patient", "show", reference, *OFFICER)
    assert officers["patient"]["family_name"] == "Quill"
    assert [c["by"] for c in officers["changes"] if c["field"] == "restricted"] == ["lena.roth"]
    await desk.cli("patient", "copy", reference, *file, *OFFICER)
    await desk.cli("patient", "restrict", reference, "--lift", *OFFICER)
    assert (await desk.cli.json("show", reference, *NURSE))["patient"]["family_name"] == "Quill"


async def test_rule_29_what_was_found_in_a_restricted_record_is_for_nobody_who_treats_others(
    desk: Desk,
) -> None:
    reference = await desk.admitted()
    found = ("--item", "substance_use=yes", "--weight-kg", "71.5", *NURSE)
    await desk.cli("do", "record-preflight", reference, *found)
    refused = ("do", "start-infusion", reference, "--dose-mg-per-kg", "0.5", *NURSE)
    await desk.cli(*refused, exit_code=ExitCode.REFUSED)
    await ended(desk, reference)

    async def said_to_the_nurse() -> str:
        pages = [await desk.cli.json(page, reference, *NURSE) for page in PAGES]
        pages.append(await desk.cli.json(*refused, "--preview", exit_code=ExitCode.REFUSED))
        return json.dumps(pages)

    answered = '"substance_use": "yes"'
    (sentence,) = {each.sentence for each in await refusals.for_reference(desk.records, reference)}
    before = await said_to_the_nurse()
    found_out = ("71.5", answered, sentence, "0.5 mg/kg x 71.5 kg")
    assert all(words in before for words in found_out)
    await desk.cli("patient", "restrict", reference, *OFFICER)
    after = await said_to_the_nurse()
    assert not [words for words in found_out if words in after]


async def test_rule_29_what_the_watch_finds_of_a_restricted_record_names_nobody(
    desk: Desk,
) -> None:
    phone = ("--phone", "+14155550132", "--phone-kind", "mobile")
    reference = await ended(desk, await desk.enrolled("Quill", *phone))
    late = Finding(kind=FindingKind.LATE, reference=reference, state="late", says="late")
    await watch_findings.note(desk.records, (late,), datetime.now(UTC))
    for words in (("worklist", *NURSE[:2]), ("worklist", "--role", "coordinator")):
        assert "Quill" in json.dumps(await desk.cli.json(*words))
    await desk.cli("patient", "restrict", reference, *OFFICER)
    for words in (("worklist", *NURSE[:2]), ("worklist", "--role", "coordinator")):
        told = await desk.cli.json(*words)
        assert [line["reference"] for line in told["groups"]["danger"]] == [reference]
        assert "Quill" not in json.dumps(told)
        assert "+14155550132" not in json.dumps(told)
    assert "(restricted)" in (await desk.cli("worklist", *NURSE[:2])).stdout
    assert "Quill" in json.dumps(await desk.cli.json("worklist", *OFFICER))


async def test_rule_29_a_restriction_never_hides_her_from_those_who_treat_her(desk: Desk) -> None:
    reference = await desk.enrolled()
    done = await desk.cli.json("patient", "restrict", reference, *OFFICER)
    assert done["cared_for"] is True
    shown = await desk.cli.json("patient", "show", reference, *NURSE)
    assert shown["patient"]["family_name"] == "Quill"
    assert "restricted_at" in shown["patient"]


@pytest.mark.parametrize("line", ["records_kept_years:", "  value: 7"])
async def test_rule_29_without_a_retention_nothing_is_erased(
    desk: Desk, tmp_path: Path, line: str
) -> None:
    reference = await ended(desk)
    await age(desk, reference)
    words = (files("config") / "clinic.yaml").read_text(encoding="utf-8")
    assert f"\n{line}" in words
    begins, ends = words.index("\nrecords_kept_years:"), words.index("\nclosed:")
    unset = words.replace(line, "  value: 0")
    if line.endswith(":"):
        unset = words[:begins] + words[ends:]
    (tmp_path / "clinic.yaml").write_text(unset, encoding="utf-8")
    env = {**desk.cli.env, "WAYMARK_CLINIC_FILE": str(tmp_path / "clinic.yaml")}
    told = await refusal(replace(desk.cli, env=env), reference, "--yes")
    assert told["code"] == "retention_not_set"
