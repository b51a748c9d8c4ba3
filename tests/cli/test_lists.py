"""What a journey and the whole clinic show: explain, escalations, ack, the work list."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cli_runner import Desk
from waiting import until

from cli.exit_codes import ExitCode
from records import signs, worklist

PRESCRIBER = ("--role", "prescriber")


async def flagged(desk: Desk) -> str:
    """A journey with an open safety flag that the records know of."""
    reference = await desk.enrolled()
    await desk.cli("do", "raise-flag", reference, "--tier", "high")

    async def known() -> Any:
        rows = await worklist.rows(desk.records, datetime.now(UTC))
        return [row for row in rows if row.owed.escalation]

    await until(known)
    return reference


async def test_explain_merges_pages_and_refusals_in_order(desk: Desk) -> None:
    reference = await flagged(desk)
    await desk.cli(
        *("do", "record-preparation", reference, "--by", "jon.pell", "--role", "therapist"),
        exit_code=ExitCode.REFUSED,
    )
    pell = ("--by", "jon.pell")

    async def paged() -> Any:
        told = await desk.cli.json("explain", reference)
        return told if any(e["outcome"] != "refused" for e in told["past"]) else None

    told = await until(paged)
    assert told.keys() == {"reference", "zone", "zone_known", "past", "to_come", "demonstration"}
    assert [entry["at"] for entry in told["past"]] == sorted(e["at"] for e in told["past"])
    (refused,) = [entry for entry in told["past"] if entry["outcome"] == "refused"]
    assert refused.keys() == {"at", "local", "what", "outcome", "reason", "by"}
    assert (refused["what"], refused["by"]) == ("record preparation", "jon.pell")
    assert (told["zone"], told["zone_known"]) == ("America/Los_Angeles", False)
    assert told["to_come"], "the next rung is due"
    seen = await desk.cli("explain", reference)
    assert "There is no treatment of this number" not in seen.stdout, (
        "a coordinator sees that it was refused"
    )
    assert (
        "There is no treatment of this number"
        in (await desk.cli("explain", reference, *pell)).stdout
    )
    assert "To come" in seen.stdout


async def test_an_escalation_is_listed_until_it_is_closed(desk: Desk) -> None:
    reference = await flagged(desk)
    document = await desk.cli.json("escalations")
    (line,) = document["escalations"]
    assert document.keys() == {"as_of", "escalations", "demonstration"}
    assert (line["reference"], line["escalation"]) == (reference, "e1")
    assert (line["level"], line["owner"], line["family_name"]) == ("safety", None, "Quill")
    assert len((await desk.cli.json("escalations", "--level", "safety"))["escalations"]) == 1
    assert (await desk.cli.json("escalations", "--level", "urgent"))["escalations"] == []
    assert "NO OWNER" in (await desk.cli("escalations")).stdout

    helps = await desk.cli("ack", reference, "e1", "--by", "mara.voss", "--role", "coordinator")
    assert "not taken" in helps.stdout
    assert (await desk.cli.json("escalations"))["escalations"][0]["owner"] is None
    assert "mara.voss helping" in (await desk.cli("show", reference)).stdout

    await desk.cli("ack", reference, "e1", "--next-look", "+1h", "--by", "dr.moreau", *PRESCRIBER)

    async def owned() -> Any:
        lines = (await desk.cli.json("escalations"))["escalations"]
        return [line for line in lines if line["owner"]]

    (line,) = await until(owned)
    assert line["owner"] == "dr.moreau"
    look = datetime.fromisoformat(line["next_look"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < look < timedelta(minutes=61)

    flags = (await desk.cli.json("show", reference))["journey"]["flags"]
    assert flags == [], "what raised a flag is for clinicians"
    seen = await desk.cli("show", reference, "--by", "dr.moreau", *PRESCRIBER)
    assert "Safety flags" in seen.stdout

    judged = ("--level", "low", "--plan", "seen", "--good-until", "+7d")
    await desk.cli("do", "assess-risk", reference, *judged, "--by", "dr.moreau", *PRESCRIBER)

    async def closed() -> Any:
        return not (await desk.cli.json("escalations"))["escalations"]

    await until(closed)
    (line,) = (await desk.cli.json("escalations", "--all"))["escalations"]
    assert (line["closed"], line["closed_by"]) == ("assessed", "dr.moreau")
    assert "assessed by dr.moreau" in (await desk.cli("escalations", "--all")).stdout
    assert "No escalation is open" in (await desk.cli("escalations")).stdout


async def test_ack_of_what_is_not_open_is_refused(desk: Desk) -> None:
    reference = await desk.enrolled()
    document = await desk.cli.json("ack", reference, "e7", exit_code=ExitCode.REFUSED)
    assert document["refused"]["code"] == "unknown_escalation"
    assert document["command"] == "acknowledge_escalation"


async def test_the_work_list_stands_in_the_order_of_the_today_page(desk: Desk) -> None:
    reference = await flagged(desk)
    document = await desk.cli.json("worklist")
    assert document.keys() == {
        *("as_of", "day", "oldest", "on_call", "groups", "ticks", "escorts", "done", "systems"),
        *("off_shift", "demonstration"),
    }
    assert list(document["groups"]) == ["danger", "building", "today", "next_day", "waiting"]
    (danger,) = document["groups"]["danger"]
    assert (danger["reference"], danger["owed"]["escalation"]) == (reference, "e1")
    assert danger["born"] == "1985-03-03"
    assert document["on_call"], "the rota covers every hour"
    assert set(document["on_call"][0]) == {"id", "name", "phone"}


async def test_the_work_list_shows_each_patient_once_but_danger_always(desk: Desk) -> None:
    await flagged(desk)
    shown = (await desk.cli("worklist")).stdout
    assert "Danger or no owner (1)" in shown
    assert "On call now:" in shown
    assert "+1" in shown
    assert "Waiting for others" not in shown
    assert "Waiting for others (1)" in (await desk.cli("worklist", "--full")).stdout
    nurses = await desk.cli.json("worklist", "--role", "nurse")
    assert len(nurses["groups"]["danger"]) == 1
    assert nurses["groups"]["waiting"] == []
    hers = await desk.cli.json("worklist", "--person", "mara.voss")
    assert len(hers["groups"]["danger"]) == 1


async def test_the_work_list_says_how_far_it_can_be_trusted(desk: Desk) -> None:
    reference = await desk.admitted()

    async def done() -> Any:
        return (await desk.cli.json("worklist"))["done"]

    kinds = [line["what"] for line in await until(done)]
    assert kinds[-1] == "assessment_recorded"
    shown = (await desk.cli("worklist")).stdout
    assert "No worker gives a sign: what follows may be OLD." in shown
    assert "jon.pell" in shown
    await signs.give(desk.records, "worker 7", datetime.now(UTC))
    assert "A worker was there" in (await desk.cli("worklist")).stdout
    mine = await desk.cli.json("worklist", "--person", "jon.pell", "--day", "2030-01-07")
    assert (mine["day"], mine["done"]) == ("2030-01-07", [])
    assert (
        "The list of Mon 2030-01-07" in (await desk.cli("worklist", "--day", "2030-01-07")).stdout
    )
    for words in (("--day", "tomorrow"), ("--person", "nobody.here")):
        await desk.cli("worklist", *words, exit_code=ExitCode.WRONG_USAGE)
    assert reference.startswith("J-")


async def test_an_empty_work_list_says_so(desk: Desk) -> None:
    assert "Nothing is owed" in (await desk.cli("worklist")).stdout
    await desk.cli("worklist", "--watch", "--json", exit_code=ExitCode.WRONG_USAGE)


async def test_show_tells_where_she_stands(desk: Desk) -> None:
    reference = await desk.admitted()
    at = (datetime.now(UTC) + timedelta(days=3)).isoformat(timespec="minutes")
    await desk.cli("do", "book", reference, "--step", "preparation", "--at", at)
    document = await desk.cli.json("show", reference.lower())
    assert document.keys() == {
        *("reference", "patient", "clinic_zone", "journey", "withheld", "demonstration"),
    }
    shown = (await desk.cli("show", reference)).stdout
    for part in ("Ada Quill, born 1985-03-03", "Stage preparation, treatment 1", "What comes next"):
        assert part in shown
    assert " 1 " in next(line for line in shown.splitlines() if "60 min" in line)
