"""Commands to a journey: taken up, refused, repeated, and what is said when nobody answers."""

import shlex
import uuid
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock

import pytest
from by_day import where_it_is_day
from cli_runner import Cli, Desk
from fake_activities import FakeActivities
from temporalio.client import Client
from waiting import until

from cli.exit_codes import ExitCode
from local.ports import free_port
from pathway import civil
from records import patients, refusals
from records.database import Records
from records.errors import RecordsUnavailableError
from workers.assembly import build_workers

ZONE = "America/Los_Angeles"
RECORD_NUMBER = "447281"


def next_tuesday(clock: str) -> str:
    day = civil.local(datetime.now(UTC), ZONE).date() + timedelta(days=8)
    day += timedelta(days=(1 - day.weekday()) % 7)
    return f"{day} {clock}"


async def test_a_command_says_what_happened(desk: Desk) -> None:
    reference = await desk.enrolled()
    document = await desk.cli.json("do", "record_consent", reference, "--given")
    assert document.keys() == {
        *("reference", "command", "key", "number", "happened", "repeated", "refused", "note"),
        "demonstration",
    }
    assert (document["command"], document["happened"]) == ("record_consent", ["consent_recorded"])
    # Before it or after it stands why she got no opt-in text.
    assert document["number"] in {2, 3}
    assert document["refused"] is None


async def test_the_same_key_is_one_act_also_in_the_next_run(desk: Desk) -> None:
    reference = await desk.enrolled("Quill", "--zone", where_it_is_day())
    words = ("do", "record-consent", reference, "--given", "--key", "consent-0001")
    at = ("--happened-at", datetime.now(UTC).isoformat())
    number = (await desk.cli.json(*words, *at))["number"]
    assert (await desk.cli.json(*words, *at))["number"] == number
    other = await desk.cli.json(*words, "--happened-at", "-1h", exit_code=ExitCode.REFUSED)
    assert other["refused"]["code"] == "key_reused"
    handle = desk.client.get_workflow_handle(reference)
    first_run = (await handle.describe()).run_id
    await handle.signal("roll_over")

    async def rolled() -> bool:
        return (await handle.describe()).run_id != first_run

    await until(rolled)
    assert "nothing was done twice" in (await desk.cli(*words, *at)).stdout
    assert (await desk.cli.json(*words, *at))["repeated"]
    assert (await desk.cli.json("show", reference))["journey"]["events"] == 3


@pytest.mark.parametrize(
    "words",
    [
        ("record-preparation", "--by", "jon.pell", "--role", "therapist"),
        ("book", "--step", "preparation", "--at", "+2d"),
    ],
    ids=lambda words: str(words[0]),
)
async def test_a_number_that_is_no_treatments_is_not_said_again(
    desk: Desk, words: tuple[str, ...]
) -> None:
    """Whoever looks into another column types the patient's record number."""
    reference = await desk.admitted()
    command, *options = words
    typed = ("do", command, reference, *options, "--treatment", RECORD_NUMBER)
    told = await desk.cli(*typed, exit_code=ExitCode.REFUSED)
    assert RECORD_NUMBER not in told.output
    kept = await refusals.for_reference(desk.records, reference)
    assert RECORD_NUMBER not in "".join(row.sentence for row in kept)


async def test_a_refusal_is_a_sentence_and_stays_on_record(desk: Desk) -> None:
    reference = await desk.enrolled()
    words = ("do", "record-preparation", reference, "--by", "jon.pell", "--role", "therapist")
    result = await desk.cli(*words, exit_code=ExitCode.REFUSED)
    assert "Refused (no_such_treatment): There is no treatment of this number" in result.stdout
    document = await desk.cli.json(*words, exit_code=ExitCode.REFUSED)
    assert document["refused"]["code"] == "no_such_treatment"
    kept = await refusals.for_reference(desk.records, reference)
    assert [(r.command, r.code, r.by) for r in kept] == [
        ("record_preparation", "no_such_treatment", "jon.pell")
    ] * 2


async def test_treatment_and_revisions_are_looked_up(desk: Desk) -> None:
    reference = await desk.admitted()
    book = ("do", "book", reference, "--step", "preparation")
    await desk.cli(*book, "--at", next_tuesday("13:00"))
    await desk.cli(*book, "--at", next_tuesday("14:00"))
    move = ("do", "move", reference, "--step", "preparation")
    await desk.cli(*move, "--at", next_tuesday("15:00"))
    stale = await desk.cli.json(
        *move, "--at", next_tuesday("16:00"), "--revision", "1", exit_code=ExitCode.REFUSED
    )
    assert stale["refused"]["code"] == "stale_revision"
    cancel = ("--step", "preparation", "--wish-of", "patient", "--reason", "has a cold")
    await desk.cli("do", "cancel", reference, *cancel)
    shown = await desk.cli.json("show", reference)
    assert shown["journey"]["treatments"][0]["revisions"] == {"preparation": 3}
    gone = await desk.cli.json("do", "cancel", reference, *cancel, exit_code=ExitCode.REFUSED)
    assert gone["refused"]["code"] == "not_booked"


async def test_a_hold_stands_in_the_records_and_in_the_journey(desk: Desk) -> None:
    reference = await desk.enrolled()
    for command, held in (("hold-texts", True), ("release-texts", False)):
        await desk.cli("do", command, reference, "--reason", "she asked")
        patient = await patients.get(desk.records, reference)
        assert patient is not None
        assert patient.texts_held is held
        shown = await desk.cli.json("show", reference)
        assert shown["journey"]["texts_held"] is held


async def test_a_death_stops_everything_in_both(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.cli("do", "report-death", reference)
    patient = await patients.get(desk.records, reference)
    assert patient is not None
    assert patient.deceased


async def test_a_hold_reaches_the_journey_although_the_records_are_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await desk.enrolled()
    down = AsyncMock(side_effect=RecordsUnavailableError("the database is down"))
    monkeypatch.setattr(patients, "set_hold", down)
    words = ("do", "hold-texts", reference, "--reason", "she asked")
    result = await desk.cli(*words, exit_code=ExitCode.NO_ANSWER)
    assert "repeat" in result.stderr
    release = ("do", "release-texts", reference, "--reason", "she asked")
    await desk.cli(*release, exit_code=ExitCode.NO_ANSWER)
    assert (await desk.cli.json("show", reference))["journey"]["texts_held"] is True


async def test_after_the_end_plans_are_refused_and_holds_still_count(desk: Desk) -> None:
    reference = await desk.enrolled()
    close = ("do", "close", reference, "--outcome", "declined", "--reason", "moved away")
    await desk.cli(*close)
    handle = desk.client.get_workflow_handle(reference)
    await handle.result()
    again = await desk.cli.json(*close, exit_code=ExitCode.REFUSED)
    assert again["refused"]["code"] == "journey_ended"
    fell = ("--what", "fell at home", "--severity", "mild", "--by", "nia.crow", "--role", "nurse")
    words = ("do", "report-adverse-event", reference, *fell)
    fact = await desk.cli.json(*words, exit_code=ExitCode.REFUSED)
    assert "Write it into the chart" in fact["refused"]["sentence"]
    held = await desk.cli.json("do", "hold-texts", reference, "--reason", "complaint")
    assert "ended" in held["note"]
    shown = await desk.cli("show", reference)
    assert "Ended: declined" in shown.stdout


@pytest.mark.parametrize(
    ("second", "says"),
    [("nobody.here", "Nobody of the clinic"), ("theo.lind", "no clinical role")],
)
async def test_rule_12_the_second_person_is_a_clinician_of_the_clinic(
    desk: Desk, second: str, says: str
) -> None:
    reference = await desk.enrolled()
    words = ("do", "start-infusion", reference, "--treatment", "1", "--confirmed-by", second)
    result = await desk.cli(*words, exit_code=ExitCode.WRONG_USAGE)
    assert says in result.stderr


async def test_a_new_phone_reaches_records_journey_and_nobody_else(desk: Desk) -> None:
    reference = await desk.enrolled()
    words = ("--phone", "(415) 555-0188", "--text-consent", "--language", "spanish")
    changed = await desk.cli.json("do", "change-contact", reference, *words)
    assert changed["happened"] == ["contact_changed"]
    patient = await patients.get(desk.records, reference)
    assert patient is not None
    assert (patient.phone_e164, patient.language) == ("+14155550188", "es")
    bad = await desk.cli.json(
        "do", "change-contact", reference, "--phone", "12", exit_code=ExitCode.WRONG_USAGE
    )
    assert "--phone" in bad["error"]["sentence"]


async def test_without_a_worker_the_line_to_repeat_is_given_and_counts_once(
    cli: Cli, client: Client, records: Records
) -> None:
    ada = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    by_day = ("--zone", where_it_is_day())
    reference = (await cli.json("enroll", *ada, *by_day))["started"][0]
    words = ("do", "record-consent", reference, "--given", "--patience", "2")
    document = await cli.json(*words, exit_code=ExitCode.NO_ANSWER)
    error = document["error"]
    assert "may or may not" in error["sentence"]
    assert error["key"] in error["repeat"]
    shown = await cli("show", reference, "--patience", "1", exit_code=ExitCode.NO_ANSWER)
    assert "waymark worker" in shown.stderr
    main, texting = build_workers(
        client,
        FakeActivities().activities(),
        task_queue=cli.env["WAYMARK_TASK_QUEUE"],
        texts_per_second=1000,
        build_id="test",
    )
    async with main, texting:
        await cli(*shlex.split(error["repeat"])[1:])
        # Opened, why she got no opt-in text, and the consent.
        assert (await cli.json("show", reference))["journey"]["events"] == 3


async def test_without_temporal_nothing_was_sent(cli: Cli) -> None:
    away = Cli(cli.env | {"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    ada = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    started = await away.json("enroll", *ada, "--patience", "1", exit_code=ExitCode.NO_ANSWER)
    (reference,) = started["not_started"]
    words = ("do", "hold-texts", reference, "--reason", "x", "--patience", "1")
    held = await away.json(*words, exit_code=ExitCode.NO_ANSWER)
    assert "records say so already" in held["error"]["sentence"]
    missing = await cli.json("show", reference, exit_code=ExitCode.NOT_FOUND)
    assert "enroll --start" in missing["error"]["sentence"]


async def test_a_made_up_reference_leaves_no_refusal(desk: Desk) -> None:
    reference = "J-" + uuid.uuid4().hex[:10].upper()
    await desk.cli("do", "record-consent", reference, "--given", exit_code=ExitCode.NOT_FOUND)
    assert await refusals.for_reference(desk.records, reference) == ()
