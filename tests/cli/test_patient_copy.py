"""What was told about a patient, and a copy of all that is kept, as far as a role may have it."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli_runner import Desk
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from waiting import until

from cli.exit_codes import ExitCode
from records import inbound, journal
from records.inbound import Written

NURSE = ("--by", "nia.crow", "--role", "nurse")
WORDS = ("Otto Quill", "when to fetch her", "she asked")
TOLD = ("--told", "emergency_contact", "--person", WORDS[0], "--what", WORDS[1], "--why", WORDS[2])


async def told(desk: Desk) -> str:
    reference = await desk.enrolled()
    await desk.cli("do", "record-disclosure", reference, *TOLD, *NURSE)

    async def there() -> object:
        return (await desk.cli.json("patient", "disclosures", reference, *NURSE))["disclosures"]

    await until(there)
    return reference


async def test_rule_29_who_was_told_what_and_why_is_listed(desk: Desk) -> None:
    reference = await told(desk)
    (line,) = (await desk.cli.json("patient", "disclosures", reference, *NURSE))["disclosures"]
    assert (line["to"], line["by"]) == ("emergency_contact", "nia.crow")
    assert (line["name"], line["what"], line["why"]) == WORDS
    assert "she asked" in (await desk.cli("patient", "disclosures", reference, *NURSE)).stdout
    words = ("patient", "disclosures", reference, "--by", "pat.ops")
    refused = await desk.cli.json(*words, exit_code=ExitCode.REFUSED)
    assert refused["error"]["code"] == "not_in_this_role"


async def test_rule_29_who_was_told_what_stays_out_of_temporal_and_the_journal(desk: Desk) -> None:
    reference = await told(desk)
    history = await desk.client.get_workflow_handle(reference).fetch_history()
    carried = b"".join(event.SerializeToString() for event in history.events)
    assert b"record_disclosure" in carried, "the command is in the history"
    rows = await journal.read(desk.records, reference)
    assert [row.kind for row in rows].count("disclosure_recorded") == 1
    copied = "".join(row.payload for row in rows)
    for words in WORDS:
        assert words.encode() not in carried
        assert words not in copied


async def test_rule_29_a_disclosure_given_again_under_its_key_counts_once(desk: Desk) -> None:
    reference = await desk.enrolled()
    words = ("do", "record-disclosure", reference, *TOLD, *NURSE, "--key", "told-once-1")
    at = ("--happened-at", datetime.now(UTC).isoformat())
    first, again = [await desk.cli.json(*words, *at) for _ in range(2)]
    assert first["number"] == again["number"]
    other = await desk.cli.json(*words, *at, "--why", "the court asked", exit_code=ExitCode.REFUSED)
    assert other["error"]["code"] == "key_reused"
    (line,) = (await desk.cli.json("patient", "disclosures", reference, *NURSE))["disclosures"]
    assert line["why"] == "she asked"


async def test_rule_29_what_was_told_after_the_journeys_end_is_kept_too(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.cli("do", "report-death", reference)
    handle = desk.client.get_workflow_handle(reference)
    await until(lambda: _ended(handle))
    done = await desk.cli.json("do", "record-disclosure", reference, *TOLD, *NURSE)
    assert done["refused"] is None
    assert "records say so" in done["note"]
    (line,) = (await desk.cli.json("patient", "disclosures", reference, *NURSE))["disclosures"]
    assert (line["name"], line["what"], line["why"]) == WORDS


async def _ended(handle: WorkflowHandle[Any, Any]) -> bool:
    return (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING


async def test_rule_29_she_can_get_a_copy_and_it_is_noted(desk: Desk, tmp_path: Path) -> None:
    reference = await told(desk)
    text = Written(
        sid=f"SM{1:032}",
        sender="+14155550199",
        recipient="+15005550006",
        body="somebody else's words",
        received_at=datetime.now(UTC),
    )
    await inbound.store(desk.records, [text])
    file = tmp_path / "copy-of-quill.json"
    words = ("patient", "copy", reference, "--to", str(file))
    written = await desk.cli.json(*words, *NURSE)
    kept = json.loads(file.read_text())
    assert kept["patient"]["family_name"] == "Quill"
    assert [e["kind"] for e in kept["journal"]].count("disclosure_recorded") == 1
    assert [(d["name"], d["what"], d["why"]) for d in kept["disclosures"]] == [WORDS]
    assert written["events"] == len(kept["journal"])
    assert kept["texts_from_her"] == [], "a stranger's texts are not hers"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = await desk.cli.json("patient", "show", reference, *NURSE)
    assert [c["by"] for c in shown["changes"] if c["field"] == "copy_given"] == ["nia.crow"]
    again = await desk.cli(*words, *NURSE, exit_code=ExitCode.WRONG_USAGE)
    assert "name a new file" in again.stderr
    nowhere = ("patient", "copy", reference, "--to", str(tmp_path / "quill" / "copy.json"))
    wrong = await desk.cli(*nowhere, *NURSE, exit_code=ExitCode.WRONG_USAGE)
    assert "cannot be written" in wrong.stderr
    said = again.output + wrong.output
    assert "quill" not in said, "files have the names of those they are about"
    other = ("patient", "copy", reference, "--to", str(tmp_path / "other.json"))
    refused = await desk.cli.json(*other, "--by", "mara.voss", exit_code=ExitCode.REFUSED)
    assert refused["error"]["code"] == "not_in_this_role"
    assert not (tmp_path / "other.json").exists()
