"""What the journey would refuse is not written into the records either."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import AsyncMock

import pytest
from cli_runner import Cli, Desk
from enrolled import stored

from cli import asking, foreseeing
from cli.exit_codes import ExitCode
from local.ports import free_port
from pathway.preview import Preview
from pathway.refusals import Reason, Refused
from records import disclosures, patients, refusals
from records.database import Records
from records.patient_model import StoredPatient

NURSE = ("--by", "nia.crow", "--role", "nurse")
NEW_PHONE = ("change-contact", "--phone", "(415) 555-0188")
TOLD = (
    *("record-disclosure", "--told", "escort", "--person", "Otto Quill"),
    *("--what", "when to fetch the patient", "--why", "the patient asked"),
)
DIED = (
    *("report-adverse-event", "--what", "found dead"),
    *("--severity", "severe", "--serious", "death"),
)
WRITTEN_FIRST: tuple[tuple[str, ...], ...] = (
    NEW_PHONE,
    ("change-contact", "--opted-out"),
    TOLD,
    ("report-death",),
    DIED,
    ("hold-texts", "--reason", "asked"),
    ("report-hospital",),
    ("opt-out",),
    ("doubt-phone",),
    ("record-reply", "--wrong-number"),
)
"""What stands in the records before the journey is told."""
TWICE = tuple(words for words in WRITTEN_FIRST if words != ("report-death",))
"""What does not end the journey, so that it can be given again."""
LET_GO: tuple[tuple[str, ...], ...] = (
    ("release-texts", "--reason", "asked"),
    ("back-from-hospital", "--note", "home"),
    ("confirm-phone", "--note", "called"),
    ("change-contact", "--no-opted-out"),
)


def given(words: tuple[str, ...], reference: str, *more: str) -> tuple[str, ...]:
    command, *options = words
    return ("do", command, reference, *options, *more)


async def stopped(desk: Desk) -> str:
    """A patient to whom no text goes, for every reason that can be taken back."""
    reference = await desk.enrolled()
    await patients.set_hold(desk.records, reference, held=True)
    await patients.set_in_hospital(desk.records, reference, there=True)
    await patients.set_opt_out(desk.records, reference, opted_out=True)
    await patients.doubt_phone(desk.records, reference)
    return reference


@pytest.mark.parametrize("words", WRITTEN_FIRST, ids=[" ".join(w[:2]) for w in WRITTEN_FIRST])
async def test_what_is_refused_leaves_the_records_as_they_were(
    desk: Desk, words: tuple[str, ...]
) -> None:
    reference = await desk.enrolled()
    before = await stored(desk.records, reference)
    late = given(words, reference, *NURSE, "--happened-at", "+2h")
    refused = await desk.cli.json(*late, exit_code=ExitCode.REFUSED)
    assert refused["refused"]["code"] == "in_the_future"
    assert await stored(desk.records, reference) == before
    assert await disclosures.for_reference(desk.records, reference) == ()
    kept = await refusals.for_reference(desk.records, reference)
    assert [row.code for row in kept] == ["in_the_future"]


@pytest.mark.parametrize("words", LET_GO, ids=[words[0] for words in LET_GO])
async def test_what_is_refused_lets_no_text_go(desk: Desk, words: tuple[str, ...]) -> None:
    reference = await stopped(desk)
    before = await stored(desk.records, reference)
    late = given(words, reference, "--happened-at", "+2h")
    await desk.cli(*late, exit_code=ExitCode.REFUSED)
    assert await stored(desk.records, reference) == before


@pytest.mark.parametrize("words", [*WRITTEN_FIRST, *LET_GO], ids=lambda words: " ".join(words[:2]))
async def test_what_cannot_be_built_leaves_the_records_as_they_were(
    desk: Desk, words: tuple[str, ...]
) -> None:
    reference = await stopped(desk)
    before = await stored(desk.records, reference)
    short = given(words, reference, *NURSE, "--key", "call-1")
    told = await desk.cli.json(*short, exit_code=ExitCode.WRONG_USAGE)
    assert "--key" in told["error"]["sentence"]
    assert await stored(desk.records, reference) == before
    assert await disclosures.for_reference(desk.records, reference) == ()


@pytest.mark.parametrize("words", [NEW_PHONE, TOLD, ("report-death",)], ids=lambda w: str(w[0]))
async def test_a_key_that_was_used_leaves_the_records_as_they_were(
    desk: Desk, words: tuple[str, ...]
) -> None:
    reference = await desk.enrolled()
    key = ("--key", "call-0001")
    await desk.cli("do", "record-consent", reference, "--given", *key)
    before = await stored(desk.records, reference)
    refused = await desk.cli.json(
        *given(words, reference, *NURSE, *key), exit_code=ExitCode.REFUSED
    )
    assert refused["refused"]["code"] == "key_reused"
    assert await stored(desk.records, reference) == before
    assert await disclosures.for_reference(desk.records, reference) == ()


@pytest.mark.parametrize("words", TWICE, ids=[" ".join(words[:2]) for words in TWICE])
async def test_given_again_under_its_key_it_is_still_one_act(
    desk: Desk, words: tuple[str, ...]
) -> None:
    reference = await desk.enrolled()
    again = ("--key", "call-0001", "--happened-at", datetime.now(UTC).isoformat())
    done = [await desk.cli.json(*given(words, reference, *NURSE, *again)) for _ in range(2)]
    first, second = [(each["number"], each["refused"]) for each in done]
    assert first == second
    assert second[1] is None


async def test_a_wrong_number_about_a_line_that_is_gone_says_what_stops_texts(desk: Desk) -> None:
    reference = await desk.enrolled()
    words = ("--task", "hospital/reported", "--way", "call", "--whom", "patient")
    wrong = ("--outcome", "wrong_number", "--next-try", "+2h")
    told = await desk.cli(
        *("do", "record-contact-attempt", reference, *words, *wrong), exit_code=ExitCode.REFUSED
    )
    assert "do doubt-phone" in told.stderr
    assert not (await stored(desk.records, reference)).phone_doubted


def is_deceased(patient: StoredPatient) -> bool:
    return patient.deceased


def has_phone(patient: StoredPatient) -> bool:
    return patient.phone_e164 is not None


def is_held(patient: StoredPatient) -> bool:
    return patient.texts_held


AWAY: list[tuple[tuple[str, ...], Callable[[StoredPatient], bool]]] = [
    (("report-death",), is_deceased),
    (NEW_PHONE, has_phone),
    (("hold-texts", "--reason", "asked"), is_held),
]


@pytest.mark.parametrize(("words", "written"), AWAY, ids=[words[0] for words, _ in AWAY])
async def test_a_future_is_not_written_while_the_journey_is_away(
    cli: Cli, records: Records, words: tuple[str, ...], written: Callable[[StoredPatient], bool]
) -> None:
    away = Cli(cli.env | {"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    ada = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    started = await away.json("enroll", *ada, "--patience", "1", exit_code=ExitCode.NO_ANSWER)
    (reference,) = started["not_started"]
    line = given(words, reference, "--patience", "1")
    late = await away.json(*line, "--happened-at", "+2h", exit_code=ExitCode.NO_ANSWER)
    assert "The journey was not told." in late["error"]["sentence"]
    assert "records say so already" not in late["error"]["sentence"]
    assert not written(await stored(records, reference))
    now = await away.json(*line, exit_code=ExitCode.NO_ANSWER)
    assert "records say so already" in now["error"]["sentence"]
    assert written(await stored(records, reference))


async def test_a_stop_is_written_also_where_the_journey_does_not_answer(
    cli: Cli, records: Records
) -> None:
    """There is no worker, and settings that fit no Temporal are no reason to text on."""
    ada = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    reference = (await cli.json("enroll", *ada))["started"][0]
    words = ("do", "hold-texts", reference, "--reason", "asked", "--patience", "2")
    await cli(*words, exit_code=ExitCode.NO_ANSWER)
    assert (await stored(records, reference)).texts_held
    lost = Cli(cli.env | {"TEMPORAL_PROFILE": "nowhere"})
    await lost("do", "report-death", reference, exit_code=ExitCode.WRONG_USAGE)
    assert (await stored(records, reference)).deceased


@pytest.fixture
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The journey says nothing beforehand, and refuses when it is told."""
    monkeypatch.setattr(foreseeing, "asked_briefly", AsyncMock(side_effect=TimeoutError))


@pytest.mark.usefixtures("unforeseen")
async def test_a_death_that_is_refused_after_all_is_taken_back(desk: Desk) -> None:
    reference = await desk.enrolled()
    key = ("--key", "call-0001")
    await desk.cli("do", "record-consent", reference, "--given", *key)
    await desk.cli("do", "report-death", reference, *key, exit_code=ExitCode.REFUSED)
    assert not (await stored(desk.records, reference)).deceased
    # Of somebody else's word nothing is taken back.
    await patients.set_deceased(desk.records, reference)
    told = await desk.cli("do", "report-death", reference, *key, exit_code=ExitCode.REFUSED)
    assert "records hold it already" in told.stderr
    assert (await stored(desk.records, reference)).deceased


@pytest.mark.usefixtures("unforeseen")
async def test_a_disclosure_that_is_refused_after_all_is_taken_back(desk: Desk) -> None:
    reference = await desk.enrolled()
    key = ("--key", "call-0001")
    await desk.cli("do", "record-consent", reference, "--given", *key)
    await desk.cli(*given(TOLD, reference, *key), exit_code=ExitCode.REFUSED)
    assert await disclosures.for_reference(desk.records, reference) == ()
    await desk.cli(*given(TOLD, reference))
    assert len(await disclosures.for_reference(desk.records, reference)) == 1


@pytest.mark.usefixtures("unforeseen")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (NEW_PHONE, "`waymark do change-contact` without options"),
        (("hold-texts", "--reason", "asked"), "`waymark do release-texts`"),
        (("report-hospital",), "`waymark do back-from-hospital`"),
        (("opt-out",), "`waymark do change-contact --no-opted-out`"),
        (DIED, "`waymark do release-texts`"),
        (("doubt-phone",), "`waymark do confirm-phone`"),
        (("release-texts", "--reason", "asked"), "still holds texts back"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_what_is_refused_after_all_says_that_the_records_hold_it(
    desk: Desk, words: tuple[str, ...], says: str
) -> None:
    reference = await desk.enrolled()
    key = ("--key", "call-0001")
    await desk.cli("do", "record-consent", reference, "--given", *key)
    before = await stored(desk.records, reference)
    document = await desk.cli.json(*given(words, reference, *key), exit_code=ExitCode.REFUSED)
    assert document["refused"]["code"] == "key_reused"
    assert document["note"].startswith("The records hold it already")
    assert says in document["note"]
    after = await stored(desk.records, reference)
    assert (after == before) is (words[0] == "release-texts")
    told = await desk.cli(*given(words, reference, *key), exit_code=ExitCode.REFUSED)
    assert says in " ".join(told.stderr.split())


def refusing(monkeypatch: pytest.MonkeyPatch, code: Reason, foreseen: Preview | None) -> None:
    refused = Refused(code, "So it is refused.")
    seen: Any = {"return_value": foreseen} if foreseen else {"side_effect": TimeoutError}
    monkeypatch.setattr(foreseeing, "asked_briefly", AsyncMock(**seen))
    monkeypatch.setattr(asking, "give", AsyncMock(side_effect=refused))


async def test_a_death_stands_in_the_records_where_a_journey_fails_on_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await desk.enrolled()
    refusing(monkeypatch, Reason.INTERNAL, None)
    told = await desk.cli("do", "report-death", reference, exit_code=ExitCode.REFUSED)
    assert "`waymark do retract-death`" in " ".join(told.stderr.split())
    assert (await stored(desk.records, reference)).deceased


async def test_a_journey_that_is_over_and_still_at_work_is_as_one_that_has_ended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await desk.enrolled()
    refusing(monkeypatch, Reason.ENDED, Preview(refused="This journey has ended."))
    done = await desk.cli.json(*given(NEW_PHONE, reference))
    assert done["refused"] is None
    assert "The records say so now" in done["note"]
    assert (await stored(desk.records, reference)).phone_e164 == "+14155550188"
    refused = await desk.cli.json(
        "do", "record-consent", reference, "--given", exit_code=ExitCode.REFUSED
    )
    assert refused["refused"]["code"] == "journey_ended"


async def test_what_was_refused_beforehand_and_taken_after_all_is_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = await desk.enrolled()
    seen = AsyncMock(return_value=Preview(refused="Not now."))
    monkeypatch.setattr(foreseeing, "asked_briefly", seen)
    done = await desk.cli.json("do", "hold-texts", reference, "--reason", "asked")
    assert done["happened"] == ["texts_held"]
    assert (await stored(desk.records, reference)).texts_held
