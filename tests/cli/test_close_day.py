"""`waymark close-day`: whose visits fall, most urgent first, and that each is told once."""

from datetime import UTC, datetime, timedelta

from cli_runner import Cli, Desk
from spoilt import spoil

from cli.exit_codes import ExitCode
from pathway.overview import Overview
from records import patients
from records.readable import CANNOT_BE_READ

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
    seen = await desk.cli("close-day", day, *REASON, "--preview")
    assert f"No visits would fall on {day}; nothing was closed." in seen.stdout
    shown = await desk.cli("close-day", day, *REASON)
    assert f"{day} is closed now for every open journey. No visit falls with it." in shown.stdout


async def test_a_day_that_is_opened_again_is_said_to_be_open(desk: Desk) -> None:
    reference = await desk.admitted()
    day, at = _in_a_week()
    await desk.cli("do", "book", reference, "--step", "preparation", "--at", at)
    closed = await desk.cli("close-day", day, *REASON)
    assert f"{day} is closed now for every open journey." in closed.stdout
    assert "To be rebooked" in closed.stdout
    opened = ("close-day", day, "--reason", "the storm has passed", "--reopen")
    seen = await desk.cli(*opened, "--preview")
    assert f"{day} would be open again; nothing was changed." in seen.stdout
    preview = await desk.cli.json(*opened, "--preview")
    assert (preview["closed"], preview["opened_again"]) == (False, False)
    shown = await desk.cli(*opened)
    assert f"{day} is open again for every open journey and may be booked." in shown.stdout
    document = await desk.cli.json(*opened)
    assert (document["closed"], document["opened_again"]) == (False, True)
    assert (await desk.cli.json("close-day", day, *REASON))["opened_again"] is False


async def test_what_is_closed_for_some_says_for_whom(desk: Desk) -> None:
    day, _ = _in_a_week()
    nowhere = Cli(desk.cli.env | {"WAYMARK_TASK_QUEUE": "nobody-closes-here"})
    words = ("--given-name", "Ada", "--family-name", "Rook", "--born", "1985-03-03")
    silent = (await nowhere.json("enroll", *words))["rows"][0]["reference"]
    few = ("--patience", "2")
    shown = await desk.cli("close-day", day, *REASON, *few, exit_code=ExitCode.NO_ANSWER)
    assert f"NOT ASKED, repeat this: {silent}" in shown.stdout
    assert f"{day} is closed now for every journey that answered." in shown.stdout


async def test_story_10_who_is_stranded_is_listed_as_not_told(desk: Desk) -> None:
    booked, other = await desk.admitted(), await desk.admitted_as("Rook")
    day, at = _in_a_week()
    await desk.cli("do", "book", booked, "--step", "preparation", "--at", at)
    # With nothing on that day: it may be booked on it once it is back.
    for reference in (booked, other):
        await desk.client.get_workflow_handle(reference).terminate()
    close = ("close-day", day, *REASON)
    for more in (("--preview",), ()):
        done = await desk.cli.json(*close, *more, exit_code=ExitCode.NO_ANSWER)
        assert (set(done["stranded"]), done["silent"]) == ({booked, other}, [])
        assert [(f["reference"], f["not_told"]) for f in done["falls"]] == [(booked, True)]
    shown = await desk.cli(*close, exit_code=ExitCode.NO_ANSWER)
    for part in (
        *("STRANDED, not told", "Call these patients yourself", "`waymark ops bring-back REF`"),
        f"{day} is closed now for every journey that answered.",
    ):
        assert part in " ".join(shown.stdout.split())
    for reference in (booked, other):
        await desk.cli("ops", "bring-back", reference)
    done = await desk.cli.json(*close)
    assert [(f["reference"], f["not_told"]) for f in done["falls"]] == [(booked, False)]


async def test_a_row_that_does_not_open_keeps_nobody_from_being_told(desk: Desk) -> None:
    day, at = _in_a_week()
    shut, other = await desk.admitted(), await desk.admitted_as("Rook")
    for reference in (shut, other):
        await desk.cli("do", "book", reference, "--step", "preparation", "--at", at)
    cells = f"family_name = 'x' WHERE reference = '{shut}'"
    await spoil(desk.records, f"UPDATE patients SET {cells}")  # noqa: S608
    done = await desk.cli.json("close-day", day, *REASON)
    names = {fell["reference"]: fell["given_name"] for fell in done["falls"]}
    assert names == {shut: CANNOT_BE_READ, other: "Ada"}
    for reference in (shut, other):
        handle = desk.client.get_workflow_handle(reference)
        seen: Overview = await handle.query("overview", result_type=Overview)
        assert not seen.treatments[0].appointments


async def test_rule_29_a_closed_day_shows_each_role_what_other_pages_show(desk: Desk) -> None:
    reference = await desk.admitted()
    await desk.cli("do", "change-contact", reference, "--phone", "(415) 555-0188")
    day, at = _in_a_week()
    await desk.cli("do", "book", reference, "--step", "preparation", "--at", at)
    preview = ("close-day", day, *REASON, "--preview")
    naming = ("given_name", "family_name", "born", "phone_e164")
    (nurses,) = (await desk.cli.json(*preview, *NURSE))["falls"]
    assert [nurses[name] for name in naming] == ["Ada", "Quill", "1985-03-03", "+14155550188"]
    ops = ("--by", "pat.ops")
    (fell,) = (await desk.cli.json(*preview, *ops))["falls"]
    assert fell["reference"] == reference
    assert [fell[name] for name in naming] == [None] * 4
    shown = (await desk.cli(*preview, *ops)).stdout
    assert reference in shown
    assert "(name not shown)" in shown
    for private in ("Quill", "1985-03-03", "5550188"):
        assert private not in shown


async def test_a_day_that_has_passed_or_is_none(desk: Desk) -> None:
    await desk.enrolled()
    refused = await desk.cli("close-day", "2020-01-01", *REASON, exit_code=ExitCode.REFUSED)
    assert "passed" in refused.output
    wrong = await desk.cli("close-day", "soon", *REASON, exit_code=ExitCode.WRONG_USAGE)
    assert "2026-12-24" in wrong.output
    day, _ = _in_a_week()
    blank = await desk.cli("close-day", day, "--reason", " ", exit_code=ExitCode.WRONG_USAGE)
    assert "--reason" in blank.output


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
