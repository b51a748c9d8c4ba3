"""`waymark do retract-death`: the records and the journey, at work and ended."""

from unittest.mock import AsyncMock

import pytest
from cli_runner import Desk
from deleting import deleted
from enrolled import stored
from waiting import until

from cli import foreseeing
from cli.exit_codes import ExitCode
from records import journeys

WRONG = ("--reason", "it was another patient", "--by", "nia.crow", "--role", "nurse")


async def died(desk: Desk) -> str:
    """A patient whose death is recorded, and whose journey has ended with it."""
    reference = await desk.enrolled()
    await desk.cli("do", "report-death", reference)
    await desk.client.get_workflow_handle(reference).result()
    return reference


async def test_the_patient_is_looked_after_again_and_texted_when_somebody_says_so(
    desk: Desk,
) -> None:
    reference = await died(desk)
    done = await desk.cli.json("do", "retract-death", reference, *WRONG)
    assert done["refused"] is None
    assert "death_retracted" in done["happened"]
    patient = await stored(desk.records, reference)
    assert (patient.deceased, patient.texts_held) == (False, True)
    shown = await desk.cli.json("show", reference)
    assert (shown["journey"]["ended"], shown["journey"]["deceased"]) == (None, False)

    async def listed() -> bool:
        seen = await journeys.get(desk.records, reference)
        return seen is not None and not seen.ended

    await until(listed)
    await desk.cli("do", "release-texts", reference, "--reason", "spoken with the patient")
    assert not (await stored(desk.records, reference)).texts_held
    # The journey takes everything up again.
    await desk.cli("do", "pause", reference, "--reason", "the patient travels")


async def test_one_that_temporal_keeps_no_longer_goes_on_from_its_journal(desk: Desk) -> None:
    reference = await died(desk)
    await deleted(desk.client, reference)
    done = await desk.cli.json("do", "retract-death", reference, *WRONG)
    assert "death_retracted" in done["happened"]
    patient = await stored(desk.records, reference)
    assert (patient.deceased, patient.texts_held) == (False, True)
    shown = await desk.cli.json("show", reference)
    assert (shown["journey"]["ended"], shown["journey"]["deceased"]) == (None, False)
    await desk.cli("do", "pause", reference, "--reason", "the patient travels")


async def test_a_death_stands_where_it_is_refused_after_all_to_take_it_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where Temporal keeps the workflow no longer: nobody says beforehand that it is refused."""
    monkeypatch.setattr(foreseeing, "asked_briefly", AsyncMock(side_effect=TimeoutError))
    reference = await died(desk)
    words = ("--reason", "it was another patient", "--by", "mara.voss", "--role", "coordinator")
    done = await desk.cli.json("do", "retract-death", reference, *words, exit_code=ExitCode.REFUSED)
    assert (done["refused"]["code"], done["note"]) == ("role_may_not", None)
    assert (await stored(desk.records, reference)).deceased


async def test_a_stranded_journey_that_knows_of_no_death_is_not_called_ended(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.client.get_workflow_handle(reference).terminate()
    done = await desk.cli.json(
        "do", "retract-death", reference, *WRONG, exit_code=ExitCode.NO_ANSWER
    )
    assert done["error"]["code"] == "stranded"


async def test_given_twice_it_is_once(desk: Desk) -> None:
    reference = await died(desk)
    await desk.cli("do", "retract-death", reference, *WRONG)
    await desk.cli("do", "release-texts", reference, "--reason", "spoken with the patient")
    done = await desk.cli.json("do", "retract-death", reference, *WRONG)
    assert done["happened"] == []
    assert not (await stored(desk.records, reference)).texts_held


async def test_who_is_no_clinician_takes_nothing_back(desk: Desk) -> None:
    reference = await died(desk)
    words = ("--reason", "it was another patient", "--by", "mara.voss", "--role", "coordinator")
    done = await desk.cli.json("do", "retract-death", reference, *words, exit_code=ExitCode.REFUSED)
    assert done["refused"]["code"] == "role_may_not"
    patient = await stored(desk.records, reference)
    assert (patient.deceased, patient.texts_held) == (True, False)


async def test_one_that_ended_otherwise_stays_ended(desk: Desk) -> None:
    reference = await desk.enrolled()
    await desk.cli("do", "close", reference, "--outcome", "not_suitable", "--reason", "elsewhere")
    await desk.client.get_workflow_handle(reference).result()
    said = await desk.cli.json("do", "retract-death", reference, *WRONG, exit_code=ExitCode.REFUSED)
    assert said["error"]["code"] == "ended"
    assert not (await stored(desk.records, reference)).texts_held


async def test_a_preview_moves_nothing(desk: Desk) -> None:
    reference = await died(desk)
    await desk.cli("do", "retract-death", reference, *WRONG, "--preview")
    assert (await stored(desk.records, reference)).deceased


@pytest.mark.parametrize("known", [True, False])
async def test_a_journey_that_knows_of_no_death_frees_the_records_all_the_same(
    desk: Desk, known: bool
) -> None:
    """As after a journey that failed on it: only the records hold it."""
    from records import patients

    reference = await desk.enrolled()
    if known:
        await patients.set_deceased(desk.records, reference)
    done = await desk.cli.json("do", "retract-death", reference, *WRONG)
    assert done["happened"] == []
    patient = await stored(desk.records, reference)
    assert (patient.deceased, patient.texts_held) == (False, known)
