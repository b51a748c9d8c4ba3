"""What stops texts stands in the records before the journey hears of it (rules 23, 26, 28)."""

from datetime import UTC, datetime
from unittest.mock import AsyncMock

import pytest
from cli_runner import Desk
from enrolled import stored

from cli.exit_codes import ExitCode
from cli.records_first import stops_texts
from pathway import commands as cmd
from records import details, patients
from records.errors import RecordsUnavailableError

SIGNED = {
    "key": "stops-0001",
    "by": "mara.voss",
    "role": "coordinator",
    "happened_at": datetime.now(UTC),
}


async def test_in_hospital_stands_in_the_records_until_she_is_back_rule_23(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.cli("do", "report-hospital", reference)
    assert (await stored(desk.records, reference)).in_hospital
    await desk.cli("do", "back-from-hospital", reference, "--note", "discharged today")
    assert not (await stored(desk.records, reference)).in_hospital


async def test_a_death_that_is_only_reported_holds_texts_in_the_records_rule_23(
    desk: Desk,
) -> None:
    reference = await desk.enrolled()
    told = ("--what", "found dead", "--severity", "severe")
    grave = ("--serious", "life_threatening")
    await desk.cli("do", "report-adverse-event", reference, *told, *grave)
    assert not (await stored(desk.records, reference)).texts_held
    await desk.cli("do", "report-adverse-event", reference, *told, "--serious", "death")
    patient = await stored(desk.records, reference)
    assert (patient.texts_held, patient.deceased) == (True, False)
    assert (await desk.cli.json("show", reference))["journey"]["texts_held"]
    await desk.cli("do", "release-texts", reference, "--reason", "it was another patient")
    assert not (await stored(desk.records, reference)).texts_held


DOUBTS = (
    ("doubt-phone",),
    ("record-reply", "--wrong-number"),
    ("record-delivery-failure", "--text", "t1/x", "--reason", "gone", "--number-at-fault"),
)


@pytest.mark.parametrize("words", DOUBTS, ids=[words[0] for words in DOUBTS])
async def test_a_doubted_number_stands_in_the_records_until_confirmed_rule_26(
    desk: Desk, words: tuple[str, ...]
) -> None:
    reference = await desk.enrolled()
    command, *options = words
    await desk.cli("do", command, reference, *options)
    assert (await stored(desk.records, reference)).phone_doubted
    await desk.cli("do", "confirm-phone", reference, "--note", "she called from it")
    assert not (await stored(desk.records, reference)).phone_doubted
    assert (await details.get(desk.records, reference)).phone_confirmed_on is not None


async def test_a_wrong_number_called_about_a_line_is_doubted_rule_26(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.cli("do", "report-hospital", reference)
    tried = ("--task", "hospital/reported", "--way", "call", "--whom", "patient")
    wrong = ("--outcome", "wrong_number", "--next-try", "+2h")
    await desk.cli("do", "record-contact-attempt", reference, *tried, *wrong)
    assert (await stored(desk.records, reference)).phone_doubted


async def test_what_the_provider_says_of_an_opt_out_stands_in_the_records(desk: Desk) -> None:
    reference = await desk.enrolled()
    failed = ("--text", "t1/x", "--reason", "opted_out", "--number-at-fault")
    await desk.cli("do", "record-delivery-failure", reference, *failed)
    patient = await stored(desk.records, reference)
    assert (patient.opted_out, patient.phone_doubted) == (True, False)


async def test_a_hospital_reaches_the_journey_although_the_records_are_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await desk.enrolled()
    down = AsyncMock(side_effect=RecordsUnavailableError("the database is down"))
    monkeypatch.setattr(patients, "set_in_hospital", down)
    result = await desk.cli("do", "report-hospital", reference, exit_code=ExitCode.NO_ANSWER)
    assert "repeat" in result.stderr
    back = ("do", "back-from-hospital", reference, "--note", "x")
    await desk.cli(*back, exit_code=ExitCode.NO_ANSWER)
    assert (await desk.cli.json("show", reference))["journey"]["status"] == ["in_hospital"]


def test_only_a_wrong_number_of_hers_is_a_doubt() -> None:
    attempt = {**SIGNED, "task": "x", "way": "call", "outcome": "wrong_number"}
    hers = cmd.RecordContactAttempt.model_validate({**attempt, "whom": "patient"})
    escorts = cmd.RecordContactAttempt.model_validate({**attempt, "whom": "escort"})
    assert (stops_texts(hers), stops_texts(escorts)) == (True, False)
    assert not stops_texts(cmd.RecordReply.model_validate({**SIGNED, "digit": "1"}))
