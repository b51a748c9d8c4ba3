"""What somebody owns, and handing it over at the end of her shift (rule 6)."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cli_runner import Cli, Desk
from sqlalchemy import select, update
from waiting import until

from cli import asking
from cli.exit_codes import ExitCode
from cli.session import Session
from cli.trouble import no_answer
from pathway.commands import Command
from records import worklist
from records.tables import Owed

MOREAU = ("--by", "dr.moreau", "--role", "prescriber")
NOTE = ("--note", "Call her at eight.")


async def taken(desk: Desk, family_name: str = "Quill") -> str:
    """A journey whose safety escalation dr.moreau has taken, as the records know."""
    reference = await desk.enrolled(family_name)
    await desk.cli("do", "raise-flag", reference, "--tier", "high")
    await desk.cli("ack", reference, "e1", *MOREAU)
    await owner_is(desk, reference, "dr.moreau")
    return reference


async def owner_is(desk: Desk, reference: str, owner: str | None) -> None:
    async def known() -> Any:
        rows = await worklist.rows(desk.records, datetime.now(UTC))
        hers = [row.owed for row in rows if row.reference == reference]
        return [owed for owed in hers if owed.escalation == "e1" and owed.owner == owner]

    await until(known)


async def test_all_that_she_owns_is_handed_over_by_name_rule_6(desk: Desk) -> None:
    first, second = await taken(desk), await taken(desk, "Sorrel")
    listed = await desk.cli.json("handover", *MOREAU)
    assert {line["reference"] for line in listed["items"]} == {first, second}
    assert {line["outcome"] for line in listed["items"]} == {"owned"}
    assert listed["key"] is None

    one = await desk.cli.json(
        "handover", *MOREAU, "--to", "dr.hale", *NOTE, "--only", f"{first.lower()}/e1"
    )
    assert [(i["reference"], i["outcome"]) for i in one["items"]] == [(first, "handed_over")]
    await owner_is(desk, first, "dr.hale")
    await owner_is(desk, second, "dr.moreau")

    back = await desk.cli.json("handover", *MOREAU, "--to-queue", *NOTE)
    assert [(i["reference"], i["outcome"]) for i in back["items"]] == [(second, "handed_over")]
    await owner_is(desk, second, None)
    assert "owns nothing" in (await desk.cli("handover", *MOREAU)).stdout


async def test_a_refusal_is_told_and_leaves_it_hers_rule_6(desk: Desk) -> None:
    reference = await taken(desk)
    words = ("handover", "--leaving", "dr.moreau", "--by", "mara.voss", "--to", "theo.lind", *NOTE)
    document = await desk.cli.json(*words, exit_code=ExitCode.REFUSED)
    (line,) = document["items"]
    assert (line["outcome"], line["refused"]["code"]) == ("refused", "needs_clinician")
    await owner_is(desk, reference, "dr.moreau")


async def test_the_same_call_again_is_one_handing_over_rule_6(desk: Desk) -> None:
    """Its answer was lost, and the records do not know yet that it changed hands."""
    reference = await taken(desk)
    again = ("--key", "shift-of-monday", "--happened-at", datetime.now(UTC).isoformat())
    words = ("handover", *MOREAU, "--to", "dr.hale", *NOTE, *again)
    await desk.cli(*words)
    await owner_is(desk, reference, "dr.hale")
    events = (await desk.cli.json("show", reference))["journey"]["events"]
    async with desk.records.begin() as session:
        e1 = update(Owed).where(Owed.reference == reference, Owed.escalation == "e1")
        await session.execute(e1.values(owner="dr.moreau"))
    document = await desk.cli.json(*words)
    assert [line["outcome"] for line in document["items"]] == ["handed_over"]
    assert document["key"] == "shift-of-monday"
    assert (await desk.cli.json("show", reference))["journey"]["events"] == events


async def test_without_an_answer_it_says_how_to_repeat_it_rule_6(desk: Desk) -> None:
    reference = await taken(desk)
    words = ("handover", *MOREAU, "--to", "dr.hale", *NOTE)
    away = replace(desk.cli, env={**desk.cli.env, "TEMPORAL_ADDRESS": "127.0.0.1:9"})
    silent = await away(*words, "--json", "--patience", "1", exit_code=ExitCode.NO_ANSWER)
    document = json.loads(silent.stdout)
    assert [line["outcome"] for line in document["items"]] == ["no_answer"]
    said = " ".join(silent.stderr.split())
    (repeat,) = re.findall(rf"--key {document['key']} --happened-at \S+", said)
    await owner_is(desk, reference, "dr.moreau")
    done = await desk.cli.json(*words, *repeat.rstrip(":").split())
    assert [line["outcome"] for line in done["items"]] == ["handed_over"]
    await owner_is(desk, reference, "dr.hale")


async def test_what_went_through_is_no_reason_to_refuse_the_line_again_rule_6(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two had no answer: the same line again hands over the other, and the one not twice."""
    first, second = await taken(desk), await taken(desk, "Sorrel")
    named = ("--only", f"{first}/e1", "--only", f"{second}/e1")
    words = ("handover", *MOREAU, "--to", "dr.hale", *NOTE, *named)
    give = asking.give

    async def silent(session: Session, reference: str, command: Command) -> Any:
        if reference == second:
            raise no_answer("The journey did not answer.")
        return await give(session, reference, command)

    monkeypatch.setattr(asking, "give", silent)
    document = await desk.cli.json(*words, exit_code=ExitCode.NO_ANSWER)
    became = {line["reference"]: line["outcome"] for line in document["items"]}
    assert became == {first: "handed_over", second: "no_answer"}
    await owner_is(desk, first, "dr.hale")
    monkeypatch.undo()

    other = ("--key", "another-line", "--happened-at", datetime.now(UTC).isoformat())
    refused = await desk.cli.json(*words, *other, exit_code=ExitCode.WRONG_USAGE)
    assert f"Not owned: {first}/e1; nothing" in refused["error"]["sentence"]
    await owner_is(desk, second, "dr.moreau")

    repeat = ("--key", document["key"], "--happened-at", document["as_of"])
    again = await desk.cli.json(*words, *repeat)
    became = {line["reference"]: line["outcome"] for line in again["items"]}
    assert became == {first: "handed_over", second: "handed_over"}
    await owner_is(desk, second, "dr.hale")
    events = (await desk.cli.json("show", first))["journey"]["events"]
    assert len((await desk.cli.json(*words, *repeat))["items"]) == 2
    assert (await desk.cli.json("show", first))["journey"]["events"] == events


async def test_what_went_through_and_is_closed_since_is_still_done_rule_6(desk: Desk) -> None:
    reference = await taken(desk)
    repeat = ("--key", "shift-of-monday", "--happened-at", datetime.now(UTC).isoformat())
    words = ("handover", *MOREAU, "--to", "dr.hale", *NOTE, *repeat, "--only", f"{reference}/e1")
    await desk.cli(*words)
    assessed = ("--level", "low", "--plan", "as agreed", "--good-until", "+2d")
    await desk.cli("do", "assess-risk", reference, *assessed, *MOREAU)

    async def closed() -> bool:
        rows = await worklist.rows(desk.records, datetime.now(UTC))
        return not any(row.reference == reference and row.owed.escalation for row in rows)

    await until(closed)
    (line,) = (await desk.cli.json(*words))["items"]
    assert (line["outcome"], line["what"]) == ("handed_over", "no longer on the work list")


async def test_one_refused_stops_no_other_rule_6(desk: Desk) -> None:
    """The list still shows a line that her journey no longer has."""
    reference = await taken(desk)
    async with desk.records.begin() as session:
        e1 = (
            await session.scalars(
                select(Owed).where(Owed.reference == reference, Owed.escalation == "e1")
            )
        ).one()
        columns = {c.name: getattr(e1, c.name) for c in Owed.__table__.columns}
        session.add(Owed(**{**columns, "key": "a-gone", "escalation": "e9"}))
    words = ("handover", *MOREAU, "--to", "dr.hale", *NOTE)
    document = await desk.cli.json(*words, exit_code=ExitCode.SOME_ROWS_BAD)
    became = {line["item"]: line["outcome"] for line in document["items"]}
    assert became == {"e1": "handed_over", "e9": "refused"}
    await owner_is(desk, reference, "dr.hale")


async def test_who_leaves_first_hands_over_what_she_owns_rule_6(desk: Desk) -> None:
    await taken(desk)
    cli = desk.cli
    document = await cli.json("handover", "--leaving", "dr.moreau", exit_code=ExitCode.REFUSED)
    assert len(document["items"]) == 1
    assert "Hand over what dr.moreau owns (1)" in document["first"][0]
    assert {line["role"] for line in document["rota"]} >= {"prescriber"}


async def test_who_owns_nothing_may_leave_once_her_patients_have_another(cli: Cli) -> None:
    born = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    enrolled = await cli.json("enroll", *born, "--treating-therapist", "jon.pell")
    document = await cli.json("handover", "--leaving", "jon.pell")
    assert document["treats"] == [enrolled["rows"][0]["reference"]]
    assert (await cli.json("handover", "--leaving", "suri.okt"))["treats"] == []


async def test_what_cannot_be_meant_is_wrong_usage(cli: Cli) -> None:
    for words in (
        ("--leaving", "nobody.here"),
        ("--to", "theo.lind"),
        ("--to", "mara.voss", *NOTE),
        ("--to", "nobody.here", *NOTE),
        ("--to", "theo.lind", "--to-queue", *NOTE),
        ("--only", "J-0123456789/e1"),
        ("--to", "theo.lind", *NOTE, "--only", "J-0123456789/e1", "--key", "shift-of-monday"),
        ("--to", "theo.lind", *NOTE, "--happened-at", "yesterday"),
    ):
        await cli("handover", *words, exit_code=ExitCode.WRONG_USAGE)


async def test_a_time_or_note_that_cannot_be_is_said_rule_6(desk: Desk) -> None:
    reference = await taken(desk)
    words = ("handover", *MOREAU, "--to", "dr.hale")
    late = await desk.cli.json(
        *words, *NOTE, "--happened-at", "yesterday", exit_code=ExitCode.WRONG_USAGE
    )
    assert late["error"]["sentence"].startswith("--happened-at: write a day and a time")
    long = await desk.cli.json(*words, "--note", "x" * 501, exit_code=ExitCode.WRONG_USAGE)
    assert "--note" in long["error"]["sentence"]
    await owner_is(desk, reference, "dr.moreau")
