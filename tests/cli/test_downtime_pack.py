"""The downtime pack: who comes, how she is reached, a sheet to write on, real times afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cli_runner import Desk
from waiting import until

from cli.downtime_sheet import LINES, NEW_PAGE
from cli.exit_codes import ExitCode
from pathway import civil

ZONE = "America/Los_Angeles"
NURSE = ("--by", "nia.crow", "--role", "nurse")


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
