"""What a reader sees follows from her role, on every page of a journey (rule 29)."""

import json
from typing import Any

from cli_runner import Desk
from waiting import until

NURSE = ("--by", "nia.crow", "--role", "nurse")


async def asked(desk: Desk) -> str:
    """A patient whose preflight of today has answers and a weight."""
    reference = await desk.admitted()
    said = ("--item", "substance_use=yes", "--item", "urinary_symptoms=yes", "--weight-kg", "71.5")
    await desk.cli("do", "record-preflight", reference, *said, *NURSE)
    return reference


async def test_show_hides_answers_and_weight_from_a_coordinator_rule_29(desk: Desk) -> None:
    reference = await asked(desk)
    nurses = await desk.cli.json("show", reference, *NURSE)
    preflight = nurses["journey"]["treatments"][0]["preflight"]
    assert (preflight["answers"]["substance_use"], preflight["weight_kg"]) == ("yes", 71.5)
    assert nurses["withheld"] == []
    seen = await desk.cli.json("show", reference)
    preflight = seen["journey"]["treatments"][0]["preflight"]
    assert (preflight["answers"], preflight["weight_kg"]) == ({}, None)
    assert preflight["signed"]["by"] == "nia.crow"
    assert "treatments.preflight.weight_kg" in seen["withheld"]
    shown = json.dumps(seen)
    assert "71.5" not in shown
    assert "urinary" not in shown


async def test_the_decision_page_without_a_role_has_dates_alone_rule_29(desk: Desk) -> None:
    reference = await asked(desk)
    shown = (await desk.cli("decision", reference)).stdout
    assert "for clinicians" in shown
    assert "substance" not in shown
    document = await desk.cli.json("decision", reference)
    assert (document["page"]["answers"], document["page"]["scores"]) == ({}, [])
    assert "answers" in document["withheld"]
    full = await desk.cli.json("decision", reference, *NURSE)
    assert full["page"]["answers"]["substance_use"]["value"] == "yes"
    assert "substance use: yes" in (await desk.cli("decision", reference, *NURSE)).stdout


async def test_the_work_list_is_read_in_the_readers_own_role_rule_29(desk: Desk) -> None:
    reference = await asked(desk)

    async def held() -> list[Any]:
        rows = (await desk.cli.json("worklist", "--full"))["groups"]["today"]
        return [row for row in rows if "next dose" in row["owed"]["line"]]

    (line,) = await until(held)
    assert line["owed"]["key"] == "dose-hold/"
    rows = (await desk.cli.json("worklist", "--by", "nia.crow"))["groups"]["today"]
    keys = [row["owed"]["key"] for row in rows if row["reference"] == reference]
    assert any("urinary" in key for key in keys)
    told = await desk.cli.json("worklist", "--by", "pat.ops")
    assert {row["family_name"] for rows in told["groups"].values() for row in rows} == {None}
