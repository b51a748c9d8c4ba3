"""`waymark close-day`: whose visits fall, most urgent first, and that each is told once."""

from datetime import UTC, datetime, timedelta

from cli_runner import Desk

from cli.exit_codes import ExitCode
from records import patients

REASON = ("--reason", "snow")
NURSE = ("--by", "nia.crow", "--role", "nurse")


def _in_a_week() -> tuple[str, str]:
    """A day, and a clock time on it, as they are typed."""
    day = datetime.now(UTC).date() + timedelta(days=7)
    return day.isoformat(), f"{day} 13:00"


async def test_story_10_a_closed_day_is_shown_first_and_then_closed(desk: Desk) -> None:
    booked = await desk.admitted()
    other = await desk.enrolled("Rook")
    day, at = _in_a_week()
    await desk.cli("do", "book", booked, "--step", "preparation", "--at", at)

    seen = await desk.cli.json("close-day", day, *REASON, "--preview")
    assert seen["closed"] is False
    assert [fell["reference"] for fell in seen["falls"]] == [booked]
    before = await desk.cli.json("show", booked)
    assert "day_closed" not in str(before)

    done = await desk.cli.json("close-day", day, *REASON)
    assert done["closed"] is True
    assert [fell["family_name"] for fell in done["falls"]] == ["Quill"]
    assert done["silent"] == []
    assert other not in str(done["falls"])

    again = await desk.cli.json("close-day", day, *REASON)
    assert again["falls"] == []


async def test_story_10_a_day_on_which_nothing_is_booked(desk: Desk) -> None:
    await desk.enrolled()
    day, _ = _in_a_week()
    shown = await desk.cli("close-day", day, *REASON)
    assert f"Nothing is booked on {day}." in shown.stdout


async def test_a_day_that_has_passed_or_is_none(desk: Desk) -> None:
    await desk.enrolled()
    refused = await desk.cli("close-day", "2020-01-01", *REASON, exit_code=ExitCode.REFUSED)
    assert "passed" in refused.output
    wrong = await desk.cli("close-day", "soon", *REASON, exit_code=ExitCode.WRONG_USAGE)
    assert "2026-12-24" in wrong.output


async def test_an_opt_out_by_command_is_in_the_records_too(desk: Desk) -> None:
    reference = await desk.admitted()
    await desk.cli("do", "opt-out", reference, "--note", "please no more of these")
    stored = await patients.get(desk.records, reference)
    assert stored is not None
    assert stored.opted_out


async def test_story_10_who_presses_most_is_rebooked_first(desk: Desk) -> None:
    day, at = _in_a_week()
    calm = await desk.admitted()
    pressing = await desk.admitted_as("Rook")
    for reference in (calm, pressing):
        await desk.cli("do", "book", reference, "--step", "preparation", "--at", at)
    # A flag that opens no escalation, and so has no level.
    await desk.cli("do", "raise-flag", pressing, "--tier", "review", *NURSE)
    done = await desk.cli.json("close-day", day, *REASON)
    told = [(f["reference"], f["first"], f["proposed"], f["level"]) for f in done["falls"]]
    assert told == [(pressing, True, False, None), (calm, False, False, None)]


async def test_story_10_a_closed_day_takes_no_booking_until_it_opens_again(desk: Desk) -> None:
    reference = await desk.admitted()
    day, at = _in_a_week()
    await desk.cli("close-day", day, *REASON)
    book = ("do", "book", reference, "--step", "preparation", "--at", at)
    refused = await desk.cli.json(*book, exit_code=ExitCode.REFUSED)
    assert refused["refused"]["code"] == "day_closed"
    await desk.cli("close-day", day, "--reason", "the storm has passed", "--reopen")
    await desk.cli(*book)


async def test_story_10_a_proposed_visit_stands_in_the_list(desk: Desk) -> None:
    reference = await desk.admitted()
    begins = datetime.now(UTC) + timedelta(days=5)
    begins += timedelta(days=(1 - begins.weekday()) % 7)
    first, later = (f"{(begins + timedelta(days=d)).date()}" for d in (0, 7))
    session = (begins + timedelta(days=1)).date()
    slot = ("--psychotherapy-at", f"{session} 10:00")
    infusion = ("do", "book", reference, "--step", "infusion", "--at", f"{first} 11:00")
    await desk.cli(*infusion, *slot)
    visit = f"treatment=2; at={later} 11:00"
    await desk.cli("do", "propose-visits", reference, "--visits", visit)
    done = await desk.cli.json("close-day", later, *REASON)
    assert [(f["reference"], f["proposed"]) for f in done["falls"]] == [(reference, True)]
    assert "Propose the visit of treatment 2" in (await desk.cli("show", reference)).stdout
