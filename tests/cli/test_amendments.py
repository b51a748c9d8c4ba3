"""What a patient says is wrong in her record: taken down, decided, kept, and on the work list."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, Desk

from cli.exit_codes import ExitCode

SAYS = "I never said that I had stopped the sertraline"
NURSE = ("--by", "nia.crow", "--role", "nurse")
OFFICER = ("--by", "lena.roth")
SIXTY_DAYS = timedelta(days=60)


async def listed(cli: Cli, reference: str) -> Any:
    return (await cli.json("patient", "amendments", reference, *OFFICER))["amendments"]


async def enrolled(cli: Cli) -> str:
    words = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    return str((await cli.json("enroll", *words))["rows"][0]["reference"])


async def asked(desk: Desk) -> str:
    reference = await desk.enrolled()
    await desk.cli("patient", "amend", reference, "--says", SAYS)
    return reference


async def waiting(cli: Cli, *words: str) -> list[dict[str, Any]]:
    groups = (await cli.json("worklist", *words))["groups"]
    lines = [line for group in ("today", "next_day", "waiting") for line in groups[group]]
    return [line for line in lines if line["owed"]["key"].startswith("amendment/")]


async def test_rule_29_a_request_to_amend_waits_for_the_privacy_officer_for_60_days(
    desk: Desk,
) -> None:
    reference = await asked(desk)
    (request,) = await listed(desk.cli, reference)
    assert (request["request"], request["taken_by"], request["decision"]) == (
        *(SAYS, "mara.voss", None),
    )
    asked_at, due = (datetime.fromisoformat(request[n]) for n in ("asked_at", "due"))
    assert due - asked_at == SIXTY_DAYS
    (line,) = await waiting(desk.cli)
    assert (line["reference"], line["owed"]["role"]) == (reference, "privacy_officer")
    assert datetime.fromisoformat(line["owed"]["due"]) == due
    assert line["family_name"] == "Quill"
    assert "sertraline" not in json.dumps(line)
    assert await waiting(desk.cli, "--role", "privacy_officer")
    assert not await waiting(desk.cli, "--role", "nurse")
    await desk.cli("patient", "decide-amendment", reference, "1", "--accept", *OFFICER)
    assert not await waiting(desk.cli)


async def test_rule_29_a_late_answer_is_shown_as_late(desk: Desk) -> None:
    reference = await desk.enrolled()
    at = (datetime.now(UTC) - SIXTY_DAYS - timedelta(days=1)).isoformat()
    await desk.cli("patient", "amend", reference, "--says", SAYS, "--asked-at", at)
    (line,) = await waiting(desk.cli)
    assert line["owed"]["group"] == "today"
    assert line["overdue"] is not None


async def test_rule_29_a_refusal_has_its_reason_and_keeps_her_disagreement(
    desk: Desk, tmp_path: Path
) -> None:
    reference = await asked(desk)
    words = ("patient", "decide-amendment", reference, "1", *NURSE)
    silent = await desk.cli.json(*words, "--refuse", exit_code=ExitCode.WRONG_USAGE)
    assert "--reason" in silent["error"]["sentence"]
    early = ("patient", "disagree", reference, "1", "--statement", "It is wrong")
    told = await desk.cli.json(*early, exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "not_open"
    await desk.cli(*words, "--refuse", "--reason", "The entry is accurate and complete")
    again = await desk.cli.json(*words, "--accept", exit_code=ExitCode.REFUSED)
    assert again["error"]["code"] == "not_open"
    await desk.cli(*early)
    (kept,) = await listed(desk.cli, reference)
    assert (kept["decision"], kept["reason"], kept["decided_by"], kept["decided_as"]) == (
        *("refused", "The entry is accurate and complete", "nia.crow", "nurse"),
    )
    assert (kept["disagreement"], kept["disagreement_taken_by"]) == ("It is wrong", "mara.voss")
    file = tmp_path / "copy.json"
    await desk.cli("patient", "copy", reference, "--to", str(file), *OFFICER)
    assert json.loads(file.read_text())["amendments"] == [kept]


async def test_rule_29_accepting_changes_no_entry_and_may_name_the_correction(desk: Desk) -> None:
    reference = await desk.admitted()
    await desk.cli("patient", "amend", reference, "--says", SAYS)
    before = (await desk.cli.json("show", reference))["journey"]["events"]
    words = ("patient", "decide-amendment", reference, "1", *NURSE)
    await desk.cli(*words, "--accept")
    assert (await desk.cli.json("show", reference))["journey"]["events"] == before
    none = await desk.cli.json(*words, "--corrected-by", "2", exit_code=ExitCode.REFUSED)
    assert "no correction" in none["error"]["sentence"]
    unknown = ("patient", "decide-amendment", reference, "7", "--accept", *NURSE)
    await desk.cli(*unknown, exit_code=ExitCode.NOT_FOUND)
    (kept,) = await listed(desk.cli, reference)
    assert (kept["decision"], kept["corrected_by"]) == ("accepted", None)


async def test_rule_29_an_entry_that_is_no_correction_decides_nothing(desk: Desk) -> None:
    reference = await asked(desk)
    words = ("patient", "decide-amendment", reference, "1", "--accept", *NURSE)
    wrong = await desk.cli.json(*words, "--corrected-by", "447281", exit_code=ExitCode.REFUSED)
    assert "no correction" in wrong["error"]["sentence"]
    assert "447281" not in wrong["error"]["sentence"], "it may be the patient's record number"
    phone = await desk.cli(*words, "--corrected-by", "4155550132", exit_code=ExitCode.WRONG_USAGE)
    assert "4155550132" not in phone.output
    (kept,) = await listed(desk.cli, reference)
    assert (kept["decision"], kept["decided_by"], kept["corrected_by"]) == (None, None, None)
    assert await waiting(desk.cli), "it is still to be decided"
    await desk.cli(*words)


async def test_rule_29_what_is_no_time_of_asking_is_wrong_usage(desk: Desk) -> None:
    reference = await desk.enrolled()
    words = ("patient", "amend", reference, "--says", SAYS, "--asked-at", "last week")
    told = await desk.cli.json(*words, exit_code=ExitCode.WRONG_USAGE)
    assert told["error"]["sentence"].startswith("--asked-at: write a day and a time")
    assert await listed(desk.cli, reference) == []


async def test_rule_29_her_words_never_reach_temporal(desk: Desk) -> None:
    reference = await asked(desk)
    history = await desk.client.get_workflow_handle(reference).fetch_history()
    assert history.events
    assert b"sertraline" not in b"".join(each.SerializeToString() for each in history.events)


@pytest.mark.parametrize("verb", ["amend", "decide-amendment", "disagree", "amendments"])
async def test_rule_29_ops_take_no_part_in_it(cli: Cli, verb: str) -> None:
    reference = await enrolled(cli)
    given = {
        "amend": ("--says", SAYS),
        "decide-amendment": ("1", "--accept"),
        "disagree": ("1", "--statement", "no"),
        "amendments": (),
    }[verb]
    words = ("patient", verb, reference, *given, "--by", "pat.ops")
    refused = await cli.json(*words, exit_code=ExitCode.REFUSED)
    assert refused["error"]["code"] == "not_in_this_role"
    assert not await listed(cli, reference)
