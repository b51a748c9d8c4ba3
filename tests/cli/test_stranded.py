"""A journey whose workflow was ended from outside: what is said, and what is written anyway."""

import shlex
from collections.abc import Callable
from typing import Any
from unittest.mock import AsyncMock

import pytest
from cli_runner import Desk
from deleting import deleted
from enrolled import stored
from sqlalchemy import delete, update
from waiting import until

from cli.exit_codes import ExitCode
from records import journal, patients, refusals
from records.errors import RecordsUnavailableError
from records.patient_model import StoredPatient
from records.tables import Journey, Owed

NURSE = ("--by", "nia.crow", "--role", "nurse")
MOREAU = ("--by", "dr.moreau", "--role", "prescriber")
FELL = ("--what", "fell at home", "--severity", "mild", *NURSE)
HOW = pytest.mark.parametrize("how", ["terminated", "deleted"])


async def strand(desk: Desk, reference: str, how: str = "terminated") -> str:
    """End the workflow of a journey that the records know."""

    async def written() -> Any:
        return await journal.read(desk.records, reference)

    await until(written)
    if how == "deleted":
        await deleted(desk.client, reference)
    else:
        await desk.client.get_workflow_handle(reference).terminate("by hand, in the UI")
    return reference


async def stranded(desk: Desk, how: str = "terminated") -> str:
    return await strand(desk, await desk.enrolled(), how)


async def said(desk: Desk, *words: str) -> dict[str, Any]:
    document = await desk.cli.json(*words, exit_code=ExitCode.NO_ANSWER)
    error: dict[str, Any] = document["error"]
    assert error["code"] == "stranded"
    return error


@HOW
async def test_a_fact_is_not_told_and_is_given_again_once_it_is_back(desk: Desk, how: str) -> None:
    reference = await stranded(desk, how)
    error = await said(desk, "do", "raise-flag", reference, "--tier", "high")
    for part in (
        *("is stranded", "nothing reminds, texts or pages", "call the clinician on call"),
        *(f"`waymark ops bring-back {reference}`", "The journey was not told."),
    ):
        assert part in error["sentence"]
    assert "has ended" not in error["sentence"]
    assert await refusals.for_reference(desk.records, reference) == ()
    await desk.cli("ops", "bring-back", reference)
    done = await desk.cli.json(*shlex.split(error["repeat"])[1:])
    assert "flag_raised" in done["happened"]


async def test_what_a_deleted_journey_would_have_to_say_first_is_not_recorded(desk: Desk) -> None:
    """Which treatment it is about only the journey knows."""
    reference = await stranded(desk, "deleted")
    error = await said(desk, "do", "report-adverse-event", reference, *FELL)
    assert "Nothing was recorded: give this again once it is back." in error["sentence"]
    assert "repeat" not in error


async def test_what_pages_cannot_be_taken_and_that_is_said(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.cli("do", "raise-flag", reference, "--tier", "high")
    await strand(desk, reference)
    error = await said(desk, "ack", reference, "e1", *MOREAU)
    assert "was terminated" in error["sentence"]
    shown = await desk.cli("ack", reference, "e1", *MOREAU, exit_code=ExitCode.NO_ANSWER)
    assert "once it is back" in " ".join(shown.stderr.split())


async def test_a_plan_for_one_that_is_gone_from_temporal_starts_nothing(desk: Desk) -> None:
    reference = await stranded(desk, "deleted")
    error = await said(desk, "do", "pause", reference, "--reason", "the patient travels")
    assert "enroll --start" not in error["sentence"]
    asked = await said(desk, "show", reference)
    assert "is no longer in Temporal" in asked["sentence"]
    assert "bring-back" in asked["sentence"]


def is_held(patient: StoredPatient) -> bool:
    return patient.texts_held


def is_out(patient: StoredPatient) -> bool:
    return patient.opted_out


def is_dead(patient: StoredPatient) -> bool:
    return patient.deceased


@HOW
@pytest.mark.parametrize(
    ("words", "stops"),
    [
        (("hold-texts", "--reason", "asked"), is_held),
        (("opt-out",), is_out),
        (("report-death",), is_dead),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_what_stops_texts_is_written_all_the_same_rule_23(
    desk: Desk, how: str, words: tuple[str, ...], stops: Callable[[StoredPatient], bool]
) -> None:
    reference = await stranded(desk, how)
    command, *options = words
    error = await said(desk, "do", command, reference, *options)
    assert "The records say so already and texts follow them" in error["sentence"]
    assert stops(await stored(desk.records, reference))
    await desk.cli("ops", "bring-back", reference)
    done = await desk.cli.json(*shlex.split(error["repeat"])[1:])
    assert done["happened"]


async def test_a_stop_that_nobody_has_is_to_be_repeated_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await stranded(desk)
    down = AsyncMock(side_effect=RecordsUnavailableError("the database is down"))
    monkeypatch.setattr(patients, "set_hold", down)
    error = await said(desk, "do", "hold-texts", reference, "--reason", "asked")
    assert "Nor do the records have it" in error["sentence"]
    assert "records say so" not in error["sentence"]


async def test_one_that_came_to_its_end_has_ended_also_where_temporal_forgot_it(
    desk: Desk,
) -> None:
    """As after the retention: the records say that it ended, and there is no workflow."""
    reference = await stranded(desk, "deleted")
    async with desk.records.begin() as session:
        ended = update(Journey).where(Journey.reference == reference).values(ended=True)
        await session.execute(ended)
        await session.execute(delete(Owed).where(Owed.reference == reference))
    close = ("do", "close", reference, "--outcome", "declined", "--reason", "moved away")
    again = await desk.cli.json(*close, exit_code=ExitCode.REFUSED)
    assert again["refused"]["code"] == "journey_ended"
    asked = await desk.cli.json("show", reference, exit_code=ExitCode.NOT_FOUND)
    assert asked["error"]["code"] == "journey_ended"


async def test_one_whose_phone_is_another_patients_now_is_not_told(desk: Desk) -> None:
    phone = ("--phone", "(415) 555-0188")
    first = await strand(desk, await desk.enrolled("Quill", *phone))
    words = ("--given-name", "Ben", "--family-name", "Rook", "--born", "1990-04-04", *phone)
    document = await desk.cli.json("enroll", *words, exit_code=ExitCode.NO_ANSWER)
    assert document["not_told"] == [first]


async def test_what_is_handed_over_says_what_is_stranded(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.cli("do", "raise-flag", reference, "--tier", "high")
    await desk.cli("ack", reference, "e1", *MOREAU)

    async def owned() -> Any:
        return (await desk.cli.json("handover", *MOREAU))["items"]

    await until(owned)
    await strand(desk, reference)
    words = ("--to", "dr.hale", "--note", "Call at eight.")
    told = await desk.cli("handover", *MOREAU, *words, exit_code=ExitCode.NO_ANSWER)
    assert f"`waymark ops bring-back {reference}`" in " ".join(told.stderr.split())
