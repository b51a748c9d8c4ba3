"""What people wrote and nobody has dealt with: listed by role, and closed by name."""

import json
import shlex
from datetime import UTC, datetime
from unittest.mock import AsyncMock

import pytest
from cli_runner import Cli, Desk
from spoilt import spoil
from sqlalchemy import select
from waiting import until

from cli import foreseeing
from cli.exit_codes import ExitCode
from local.ports import free_port
from pathway.protocol import Template
from records import inbound, inbound_claims, journeys, staff_answers
from records.database import Records
from records.errors import RecordsError
from records.inbound import Written
from records.readable import CANNOT_BE_READ
from records.tables import StaffAnswer
from workflows.messages import SendText

STRANGER = "+14155550177"
HERS = "+14155550132"
WORDS = "Is this the clinic on Alder Row?"
NURSE = ("--by", "nia.crow", "--role", "nurse")
OFFICER = ("--by", "lena.roth")


async def wrote(records: Records, number: int = 1, sender: str = STRANGER) -> str:
    text = Written(
        sid=f"SM{number:032}",
        sender=sender,
        recipient="+15005550006",
        body=WORDS,
        received_at=datetime.now(UTC),
    )
    await inbound.store(records, [text])
    return text.sid


async def test_an_empty_inbox_says_so(cli: Cli) -> None:
    assert "Nothing is waiting" in (await cli("inbox", "list", *NURSE)).stdout


async def test_words_are_for_those_who_reach_patients_rule_29(cli: Cli, records: Records) -> None:
    sid = await wrote(records)
    nurses = await cli.json("inbox", "list", *NURSE)
    assert [(line["id"], line["body"]) for line in nurses["messages"]] == [(sid, WORDS)]
    assert "nobody we know" in (await cli("inbox", "list", *NURSE)).stdout
    ops = await cli.json("inbox", "list", "--by", "pat.ops")
    assert len(ops["messages"]) == 1
    assert WORDS not in json.dumps(ops)
    assert STRANGER not in json.dumps(ops)


async def test_what_staff_wrote_is_marked_as_theirs(cli: Cli, records: Records) -> None:
    sid = await wrote(records)
    await inbound.mark_from_staff(records, sid, "dr.hale")
    (line,) = (await cli.json("inbox", "list", *NURSE))["messages"]
    assert line["from_staff"] == "dr.hale"
    assert "staff: dr.hale" in (await cli("inbox", "list", *NURSE)).stdout


async def test_what_has_reached_nobody_yet_is_not_put_away(cli: Cli, records: Records) -> None:
    sid = await wrote(records)
    told = await cli.json("inbox", "done", sid, *NURSE, exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "not_routed"
    await inbound.mark_routed(records, sid)
    assert (await cli.json("inbox", "done", sid, *NURSE))["changed"] is True
    assert (await cli.json("inbox", "done", sid, *NURSE))["changed"] is False
    assert (await cli.json("inbox", "list", *NURSE))["messages"] == []


async def test_only_who_may_read_it_puts_it_away(cli: Cli, records: Records) -> None:
    sid = await wrote(records)
    await inbound.mark_routed(records, sid)
    ops = ("inbox", "done", sid, "--by", "pat.ops")
    told = await cli.json(*ops, exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "not_in_this_role"
    assert "a coordinator, a clinician" in told["error"]["sentence"]
    lines = (await cli.json("inbox", "list", *NURSE))["messages"]
    assert [line["id"] for line in lines] == [sid]


async def test_an_unknown_message_is_named(cli: Cli) -> None:
    await cli.json("inbox", "done", "SM0", *NURSE, exit_code=ExitCode.NOT_FOUND)


@pytest.fixture
async def writer(desk: Desk) -> str:
    """A patient with a mobile phone who has asked something."""
    words = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
    phone = ("--phone", HERS, "--phone-kind", "mobile", "--text-consent")
    (row,) = (await desk.cli.json("enroll", *words, *phone, "--zone", "America/Denver"))["rows"]
    reference = str(row["reference"])
    await desk.cli("do", "record-reply", reference)
    return reference


@pytest.mark.parametrize("how", ["answered", "handled"])
async def test_what_an_open_journey_waits_to_have_read_is_not_put_away(
    desk: Desk, writer: str, how: str
) -> None:
    sid = await wrote(desk.records, sender=HERS)
    await inbound.mark_routed(desk.records, sid)
    told = await desk.cli.json("inbox", "done", sid, *NURSE, exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "journey_waits"
    for way in (f"`waymark inbox answer {writer}", f"`waymark do handle-messages {writer}"):
        assert way in told["error"]["sentence"]
    lines = (await desk.cli.json("inbox", "list", *NURSE))["messages"]
    assert [(line["id"], line["body"]) for line in lines] == [(sid, WORDS)]
    if how == "answered":
        await desk.cli("inbox", "answer", writer, "Yes, it is.")
    else:
        await desk.cli("do", "handle-messages", writer, "--note", "told by telephone")
    assert (await desk.cli.json("inbox", "list", *NURSE))["messages"] == []
    assert (await desk.cli.json("inbox", "done", sid, *NURSE))["changed"] is False


async def test_what_no_line_of_an_open_journey_asks_for_is_put_away(
    desk: Desk, writer: str
) -> None:
    await desk.cli("do", "handle-messages", writer, "--note", "told by telephone")
    sid = await wrote(desk.records, sender=HERS)
    await inbound.mark_routed(desk.records, sid)
    assert (await desk.cli.json("inbox", "done", sid, *NURSE))["changed"] is True


async def test_for_one_message_no_other_journey_is_read(
    desk: Desk, writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = AsyncMock(side_effect=RecordsError("everybody's journeys were asked for"))
    monkeypatch.setattr(journeys, "open_ones", everybody)
    sid = await wrote(desk.records, sender=HERS)
    await inbound.mark_routed(desk.records, sid)
    told = await desk.cli.json("inbox", "done", sid, *NURSE, exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "journey_waits"


async def test_of_a_journey_that_does_not_answer_nothing_is_put_away(
    desk: Desk, writer: str
) -> None:
    sid = await wrote(desk.records, sender=HERS)
    await inbound.mark_routed(desk.records, sid)
    away = Cli(desk.cli.env | {"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    await away("inbox", "done", sid, *NURSE, "--patience", "1", exit_code=ExitCode.NO_ANSWER)
    lines = (await desk.cli.json("inbox", "list", *NURSE))["messages"]
    assert [line["id"] for line in lines] == [sid]


async def test_what_the_patient_of_an_ended_journey_wrote_is_put_away(
    desk: Desk, writer: str
) -> None:
    await desk.cli("do", "report-death", writer)

    async def ended() -> bool:
        stored = await journeys.get(desk.records, writer)
        return stored is not None and stored.ended

    await until(ended)
    sid = await wrote(desk.records, sender=HERS)
    await inbound.mark_routed(desk.records, sid)
    assert (await desk.cli.json("inbox", "done", sid, *NURSE))["changed"] is True


async def restricted(desk: Desk, reference: str) -> None:
    """The journey has ended, and the privacy officer has restricted the record."""
    await desk.cli("do", "report-death", reference)

    async def ended() -> bool:
        stored = await journeys.get(desk.records, reference)
        return stored is not None and stored.ended and not stored.owed

    await until(ended)
    await desk.cli("patient", "restrict", reference, *OFFICER)


async def test_a_row_that_does_not_open_keeps_no_message_from_being_read(
    desk: Desk, writer: str
) -> None:
    spoilt_sid = await wrote(desk.records, sender=HERS)
    cells = f"family_name = 'x' WHERE reference = '{writer}'"
    await spoil(desk.records, f"UPDATE patients SET {cells}")  # noqa: S608
    other = await wrote(desk.records, 2)
    lines = (await desk.cli.json("inbox", "list", *NURSE))["messages"]
    assert {line["id"]: line["names"] for line in lines} == {
        spoilt_sid: [CANNOT_BE_READ],
        other: [],
    }
    assert all(line["body"] for line in lines)


@pytest.mark.parametrize("who", [("--by", "mara.voss"), NURSE, ("--by", "pat.ops")])
async def test_rule_29_what_the_patient_of_a_restricted_record_wrote_is_the_officers_alone(
    desk: Desk, writer: str, who: tuple[str, ...]
) -> None:
    await restricted(desk, writer)
    sid = await wrote(desk.records, sender=HERS)
    await inbound.mark_routed(desk.records, sid)
    told = await desk.cli("inbox", "list", *who)
    listed = await desk.cli.json("inbox", "list", *who)
    for told_of in ("Quill", HERS, WORDS):
        assert told_of not in told.stdout
        assert told_of not in json.dumps(listed)
    (line,) = listed["messages"]
    assert (line["id"], line["references"], line["restricted"]) == (sid, [writer], True)
    assert "(restricted)" in told.stdout, "nobody's message vanishes: it is still to be handled"
    done = await desk.cli.json("inbox", "done", sid, *who, exit_code=ExitCode.REFUSED)
    assert done["error"]["code"] in {"restricted", "not_in_this_role"}
    (officers,) = (await desk.cli.json("inbox", "list", *OFFICER))["messages"]
    assert (officers["names"], officers["sender"]) == (["Ada Quill"], HERS)
    assert (officers["body"], officers["restricted"]) == (WORDS, False)
    assert (await desk.cli.json("inbox", "done", sid, *OFFICER))["changed"] is True


async def test_rule_29_a_restriction_hides_no_danger_from_the_clinician_who_is_paged_about_it(
    desk: Desk, writer: str
) -> None:
    await restricted(desk, writer)
    sid = await wrote(desk.records, sender=HERS)
    await inbound.mark_routed(desk.records, sid)
    await inbound_claims.danger_paged(desk.records, sid)
    (line,) = (await desk.cli.json("inbox", "list", *NURSE))["messages"]
    assert (line["sender"], line["body"]) == (HERS, WORDS)
    coordinators = await desk.cli.json("inbox", "list", "--by", "mara.voss")
    assert WORDS not in json.dumps(coordinators)
    assert (await desk.cli.json("inbox", "done", sid, *NURSE))["changed"] is True


async def test_rule_29_on_a_phone_of_two_the_words_are_for_who_treats_the_other(
    desk: Desk, writer: str
) -> None:
    phone = ("--phone", HERS, "--phone-kind", "mobile", "--text-consent")
    other = await desk.enrolled("Rook", *phone, "--zone", "America/Denver")
    await restricted(desk, writer)
    await wrote(desk.records, sender=HERS)
    (line,) = (await desk.cli.json("inbox", "list", *NURSE))["messages"]
    assert (line["names"], line["body"]) == (["Ada Rook"], WORDS)
    assert {*line["references"]} == {writer, other}


async def test_an_answer_is_sent_once_and_its_words_stay_in_the_records(
    desk: Desk, writer: str
) -> None:
    said = "Yes, bring your  sister."
    for _ in range(2):
        await desk.cli("inbox", "answer", writer, said, "--key", "answer-0001")

    async def left() -> list[SendText]:
        return [text for text in desk.fakes.texts if text.template is Template.STAFF_ANSWER]

    other = ("inbox", "answer", writer, "No.", "--key", "answer-0001")
    assert "other words" in (await desk.cli(*other, exit_code=ExitCode.WRONG_USAGE)).stderr
    (text,) = await until(left)
    assert text.words is not None
    assert await staff_answers.get(desk.records, text.words) == "Yes, bring your sister."
    assert "sister" not in text.model_dump_json()


async def words_kept(records: Records) -> list[str]:
    """Whatever staff have written to patients."""
    async with records.session() as session:
        return [row.body for row in await session.scalars(select(StaffAnswer))]


async def test_an_answer_under_a_key_that_is_none_is_not_kept(desk: Desk, writer: str) -> None:
    short = ("inbox", "answer", writer, "Yes.", "--key", "call-1")
    told = await desk.cli.json(*short, exit_code=ExitCode.WRONG_USAGE)
    assert "--key" in told["error"]["sentence"]
    assert await words_kept(desk.records) == []


async def test_an_answer_under_the_key_of_another_act_is_not_kept(desk: Desk, writer: str) -> None:
    key = ("--key", "call-0001")
    await desk.cli("do", "record-consent", writer, "--given", *key)
    told = await desk.cli.json(
        *("inbox", "answer", writer, "Yes.", *key), exit_code=ExitCode.REFUSED
    )
    assert told["refused"]["code"] == "key_reused"
    assert await words_kept(desk.records) == []


async def test_an_answer_under_the_key_of_another_answer_leaves_that_alone(
    desk: Desk, writer: str
) -> None:
    key = ("--key", "Qvizkor-1")
    await desk.cli("inbox", "answer", writer, "Yes.", *key)
    other = ("inbox", "answer", writer, "No.", *key)
    told = await desk.cli(*other, exit_code=ExitCode.WRONG_USAGE)
    assert "Qvizkor" not in told.output, "a key may be somebody's name"
    # The same words of somebody else are another act.
    told = await desk.cli.json(
        *("inbox", "answer", writer, "Yes.", *key, *NURSE), exit_code=ExitCode.REFUSED
    )
    assert told["refused"]["code"] == "key_reused"
    assert await words_kept(desk.records) == ["Yes."]


@pytest.mark.parametrize("foreseen", [True, False])
async def test_of_an_answer_that_the_journey_refuses_no_word_is_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, foreseen: bool
) -> None:
    phone = ("--phone", HERS, "--phone-kind", "mobile", "--text-consent")
    reference = await desk.enrolled("Quill", *phone, "--zone", "America/Denver")
    if not foreseen:
        monkeypatch.setattr(foreseeing, "asked_briefly", AsyncMock(side_effect=TimeoutError))
    key = ("--key", "call-0001")
    answer = ("inbox", "answer", reference, "Yes.", *key)
    told = await desk.cli.json(*answer, exit_code=ExitCode.REFUSED)
    assert told["refused"]["code"] == "not_recorded"
    assert told["note"] is None
    assert await words_kept(desk.records) == []
    await desk.cli("do", "record-reply", reference)
    await desk.cli("inbox", "answer", reference, "No.", *key)
    assert await words_kept(desk.records) == ["No."], "its key is free"


async def test_an_answer_without_an_answer_is_given_again_by_the_line_that_is_shown(
    desk: Desk, writer: str
) -> None:
    away = Cli(desk.cli.env | {"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    typed = ("inbox", "answer", writer, "Yes, bring her.", *NURSE, "--patience", "1")
    told = await away.json(*typed, exit_code=ExitCode.NO_ANSWER)
    waymark, *line = shlex.split(told["error"]["repeat"])
    assert (waymark, line[:2]) == ("waymark", ["inbox", "answer"])
    first, again = [await desk.cli.json(*line) for _ in range(2)]
    assert (again["number"], again["refused"]) == (first["number"], None), "one act"
    assert await words_kept(desk.records) == ["Yes, bring her."]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Your ketamine is at ten.", "never_say"),
        ("Call 911.", "emergency number"),
        ("We are glad. \N{SMILING FACE WITH OPEN MOUTH}", "short alphabet"),
        ("long " * 120, "segments"),
    ],
)
async def test_words_that_no_text_may_say_are_refused_with_what_to_do_rule_25(
    desk: Desk, writer: str, said: str, why: str
) -> None:
    told = await desk.cli.json("inbox", "answer", writer, said, exit_code=ExitCode.WRONG_USAGE)
    assert why in told["error"]["sentence"]
    assert "Or call the patient" in told["error"]["sentence"]
    shown = await desk.cli.json("show", writer)
    assert "Read what the patient wrote" in json.dumps(shown), "it is still to be answered"


async def test_nobody_is_answered_whom_nobody_knows(cli: Cli) -> None:
    await cli.json("inbox", "answer", "J-0000000000", "Yes.", exit_code=ExitCode.NOT_FOUND)
