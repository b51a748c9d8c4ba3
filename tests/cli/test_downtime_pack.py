"""The downtime pack: who comes, how she is reached, a sheet to write on, real times afterwards."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import typer.main
from cli_runner import Cli, Desk
from sealed import KEYS
from spoilt import spoil
from waiting import until

from cli.documents import DowntimePack
from cli.downtime_sheet import LINES, NEW_PAGE, pages
from cli.exit_codes import ExitCode
from cli.main import app
from cli.readings import parse_reading
from cli.times import parse_time
from pathway import civil
from records.readable import CANNOT_BE_READ

ZONE = "America/Los_Angeles"
NURSE = ("--by", "nia.crow", "--role", "nurse")
PRESCRIBER = ("--by", "dr.hale", "--role", "prescriber")


def a_tuesday() -> Any:
    day = datetime.now(UTC).date() + timedelta(days=8)
    return day + timedelta(days=(1 - day.weekday()) % 7)


async def test_a_day_is_printed_with_phones_plans_and_a_blank_sheet(desk: Desk) -> None:
    day = a_tuesday()
    booked = await desk.admitted()
    reach = ("--escort", "Otto Quill", "--escort-phone", "(415) 555-0133")
    await desk.cli("patient", "change", booked, *reach, "--safe-times", "after 15:00")
    await desk.cli("do", "change-contact", booked, "--phone", "(415) 555-0188", "--text-consent")
    book = ("do", "book", booked)
    await desk.cli(*book, "--step", "preparation", "--at", f"{day} 09:00")
    slot = ("--psychotherapy-at", f"{day + timedelta(days=1)} 10:00")
    await desk.cli(*book, "--step", "infusion", "--at", f"{day} 11:00", *slot)
    other = await desk.admitted_as("Rook")
    await desk.cli("do", "book", other, "--step", "preparation", "--at", f"{day} 08:00")

    async def known() -> Any:
        pack = await desk.cli.json("downtime-pack", "--day", f"{day}", *NURSE)
        return pack if len(pack["patients"]) == 2 else None

    pack = await until(known)
    assert [p["reference"] for p in pack["patients"]] == [other, booked]
    assert [p["step"] for p in pack["patients"][1]["planned"]] == ["preparation", "infusion"]
    text = (await desk.cli("downtime-pack", "--day", f"{day}", *NURSE)).stdout
    front, rook, quill = text.split(NEW_PAGE)
    for part in (f"{day}", "On call", "Ada Rook", "+14155550188", "--happened-at"):
        assert part in front
    for part in ("infusion, treatment 1", "Otto Quill, +14155550133", "after 15:00", "moaas"):
        assert part in quill
    assert sum(line.startswith("-------+") for line in quill.splitlines()) == LINES + 1
    assert "held / not held" in rook
    assert max(len(line) for line in text.splitlines()) <= 110, "it fits on paper"
    empty = (await desk.cli("downtime-pack", "--day", f"{day + timedelta(days=3)}")).stdout
    assert "Nobody is booked on this day." in empty


async def printed(desk: Desk, day: Any) -> dict[str, list[str]]:
    """Who is on the pack of a day, and for what."""
    pack = await desk.cli.json("downtime-pack", "--day", f"{day}", *NURSE)
    return {each["reference"]: [p["step"] for p in each["planned"]] for each in pack["patients"]}


async def test_a_booked_assessment_is_printed(desk: Desk) -> None:
    day = a_tuesday()
    reference = await desk.enrolled()
    await desk.cli("do", "book-assessment", reference, "--at", f"{day} 09:00")
    assert await printed(desk, day) == {reference: ["assessment"]}
    pack = await desk.cli.json("downtime-pack", "--day", f"{day}", *NURSE)
    (planned,) = pack["patients"][0]["planned"]
    assert (planned["treatment"], planned["minutes"]) == (None, 90)
    sheet = (await desk.cli("downtime-pack", "--day", f"{day}", *NURSE)).stdout
    assert "09:00  assessment, 90 min" in sheet
    assert "None" not in sheet
    assert await printed(desk, day + timedelta(days=1)) == {}


async def test_who_sits_in_the_chair_is_printed_and_the_session_after_it(desk: Desk) -> None:
    """The visit began on another day than it was booked for: it is the chair that counts."""
    day = a_tuesday()
    reference = await desk.admitted()
    slot = ("--psychotherapy-at", f"{day + timedelta(days=1)} 10:00")
    await desk.cli("do", "book", reference, "--step", "infusion", "--at", f"{day} 11:00", *slot)
    started = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=90)
    begun = ("--already-running", "a gap on this day", "--dose-mg-per-kg", "0.5")
    at = ("--happened-at", started.isoformat())
    await desk.cli("do", "start-infusion", reference, *begun, *at, *PRESCRIBER)
    today = civil.local(started, ZONE).date()
    assert await printed(desk, today) == {reference: ["infusion"]}, "it runs"
    ended = ("--happened-at", (started + timedelta(minutes=40)).isoformat())
    await desk.cli("do", "end-infusion", reference, *ended, *NURSE)
    assert (await desk.cli.json("show", reference))["journey"]["stage"] == "monitoring"
    assert await printed(desk, today) == {reference: ["infusion"]}, "the patient is watched"
    assert await printed(desk, day + timedelta(days=1)) == {reference: ["psychotherapy"]}
    assert await printed(desk, day) == {}, "nobody comes for what has begun already"
    sheet = (await desk.cli("downtime-pack", "--day", f"{today}", *NURSE)).stdout
    assert "infusion, treatment 1, has begun" in sheet
    assert "MONITORING" in sheet
    left = ("--way", "against_advice", "--note", "wanted to go")
    await desk.cli("do", "discharge", reference, *left, *NURSE)
    assert await printed(desk, today) == {}


async def test_a_journey_that_does_not_answer_costs_the_others_nothing(desk: Desk) -> None:
    day = a_tuesday()
    # Nobody works on this queue: the journey is there, and does not answer.
    nowhere = Cli(desk.cli.env | {"WAYMARK_TASK_QUEUE": "nobody-works-here"})
    words = ("--given-name", "Ada", "--family-name", "Rook", "--born", "1985-03-03")
    silent = (await nowhere.json("enroll", *words))["rows"][0]["reference"]
    booked = await desk.admitted()
    await desk.cli("do", "book", booked, "--step", "preparation", "--at", f"{day} 09:00")
    asked = ("downtime-pack", "--day", f"{day}", *NURSE, "--patience", "3")
    pack = await desk.cli.json(*asked, exit_code=ExitCode.NO_ANSWER)
    assert [each["reference"] for each in pack["patients"]] == [booked]
    assert pack["not_read"] == [silent]
    shown = await desk.cli(*asked, exit_code=ExitCode.NO_ANSWER)
    front, sheet = shown.stdout.split(NEW_PAGE)
    assert "NOT READ" in front
    assert silent in front.splitlines()
    assert "Ada Quill" in sheet
    empty = ("downtime-pack", "--day", f"{day + timedelta(days=3)}", "--patience", "1")
    nobody = (await desk.cli(*empty, exit_code=ExitCode.NO_ANSWER)).stdout
    assert "Nobody else is booked on this day." in nobody
    assert silent in nobody


NEW = "2026-12 " + "bmV3" * 10 + "bmU="
"""A key of 32 bytes that the worker and the printing command do not have."""


@pytest.mark.parametrize("why", ["a missing key", "a spoilt cell"])
async def test_whose_records_do_not_open_is_printed_by_reference_and_costs_nobody_else(
    desk: Desk, why: str
) -> None:
    day = a_tuesday()
    shut, other = await desk.admitted(), await desk.admitted_as("Rook")
    for reference, hour in ((shut, "09"), (other, "10")):
        booked = ("--step", "preparation", "--at", f"{day} {hour}:00")
        await desk.cli("do", "book", reference, *booked)
    if why == "a missing key":
        newer = Cli({**desk.cli.env, "WAYMARK_KEYS": f"{NEW},{KEYS}"})
        await newer("patient", "change", shut, "--given-name", "Adah", "--safe-times", "after 15")
    else:
        cells = f"given_name = 'x' WHERE reference = '{shut}'"
        await spoil(desk.records, f"UPDATE patients SET {cells}")  # noqa: S608

    async def known() -> Any:
        asked = ("downtime-pack", "--day", f"{day}", *NURSE)
        pack = await desk.cli.json(*asked, exit_code=ExitCode.SOME_ROWS_BAD)
        return pack if len(pack["patients"]) == 2 else None

    pack = await until(known)
    first, second = pack["patients"]
    assert [(p["reference"], p["opened"]) for p in (first, second)] == [
        (shut, False),
        (other, True),
    ]
    assert [p["step"] for p in first["planned"]] == ["preparation"]
    assert first["reach"]["given_name"] == CANNOT_BE_READ
    assert second["reach"]["given_name"] == "Ada"
    printed = await desk.cli(
        *("downtime-pack", "--day", f"{day}", *NURSE), exit_code=ExitCode.SOME_ROWS_BAD
    )
    front, sheet, rook = printed.stdout.split(NEW_PAGE)
    assert "NOT OPENED" in front
    assert shut in front.splitlines()
    assert f"09:00  {shut} {CANNOT_BE_READ}" in front
    assert sheet.strip().startswith(f"{shut} {CANNOT_BE_READ}")
    assert "held / not held" in sheet
    assert "Ada Rook" in rook
    assert CANNOT_BE_READ not in rook
    assert f"{shut}: a value of patients." in " ".join(printed.stderr.split())
    assert "put it back" in printed.stderr
    assert max(len(line) for line in front.splitlines()) <= 110, "it fits on paper"


def test_every_line_to_type_that_is_printed_is_one_that_the_command_takes() -> None:
    now = datetime.now(UTC)
    day = civil.local(now, ZONE).date()
    pack = DowntimePack(
        day=day,
        role="nurse",
        printed_at=now,
        clinic_zone=ZONE,
        callback_phone="+14155550100",
        on_call=(),
        patients=(),
    )
    text = pages(pack)
    group: Any = typer.main.get_command(app)
    do = group.commands["do"].commands
    lines = [shlex.split(line) for line in text.splitlines() if " waymark " in f" {line.strip()}"]
    assert {words[2] for words in lines} >= {"record-vitals"}
    for waymark, group_name, name, *words in lines:
        assert (waymark, group_name) == ("waymark", "do")
        given = do[name].make_context(name, words).params
        at = parse_time(given["happened_at"], ZONE, now)
        assert civil.local(at, ZONE).date() == day
        for reading in given.get("readings") or ():
            taken = parse_reading(reading, ZONE, at)["at"]
            assert civil.local(taken, ZONE).date() == day
    known = {option for command in do.values() for p in command.params for option in p.opts}
    assert set(re.findall(r"(?<!\S)--[a-z][a-z-]*", text)) <= known, "also in a sentence"


async def test_ops_print_no_person_and_a_day_must_be_one(desk: Desk) -> None:
    reference = await desk.admitted()
    day = a_tuesday()
    await desk.cli("do", "book", reference, "--step", "preparation", "--at", f"{day} 09:00")

    async def known() -> Any:
        pack = await desk.cli.json("downtime-pack", "--day", f"{day}", "--by", "pat.ops")
        return pack["patients"]

    (patient,) = await until(known)
    assert {patient["reach"][n] for n in ("given_name", "born", "phone_e164")} == {None}
    wrong = await desk.cli("downtime-pack", "--day", "soon", exit_code=ExitCode.WRONG_USAGE)
    assert "2026-12-24" in wrong.output


async def test_what_was_written_on_paper_keeps_its_time(desk: Desk) -> None:
    reference = await desk.admitted()
    held = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3)
    at = f"{civil.local(held, ZONE):%Y-%m-%d %H:%M}"
    therapist = ("--by", "jon.pell", "--role", "therapist")
    await desk.cli("do", "record-preparation", reference, "--happened-at", at, *therapist)
    seen = await desk.cli.json("show", reference)
    signed = seen["journey"]["treatments"][0]["preparation"]["signed"]
    assert datetime.fromisoformat(signed["happened_at"]) == held
    assert datetime.fromisoformat(signed["recorded_at"]) > held + timedelta(hours=2)
