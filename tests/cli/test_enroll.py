"""Enrolling: good rows go in once, bad ones are reported, journeys are started once."""

from pathlib import Path

import pytest
from by_day import where_it_is_day
from cli_runner import Cli, Desk
from real_clinic import approved_protocol, real_clinic
from temporalio.client import Client
from temporalio.service import RPCError
from waiting import until

from cli.exit_codes import ExitCode
from local.ports import free_port
from pathway.journey import Contact
from records import journal, patients
from records.database import Records

EXAMPLE = Path(__file__).parents[2] / "examples" / "referrals.csv"
ADA = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
BAD = ExitCode.SOME_ROWS_BAD


async def test_the_example_twice_enrols_and_starts_each_once(cli: Cli, records: Records) -> None:
    first = await cli.json("enroll", "--csv", str(EXAMPLE), exit_code=BAD)
    assert first.keys() == {
        *("rows", "enrolled", "there", "bad", "notes"),
        *("started", "not_started", "unanswered", "not_for_patients"),
        *("told", "not_told"),
        "demonstration",
    }
    references = [row["reference"] for row in first["rows"]]
    assert all(row["enrolled"] for row in first["rows"])
    assert (len(set(references)), sorted(first["started"])) == (20, sorted(references))
    assert [(bad["line"], bad["field"]) for bad in first["bad"]] == [
        (23, "born"),
        (24, "phone"),
        (25, "born"),
    ]
    second = await cli.json("enroll", "--csv", str(EXAMPLE), exit_code=BAD)
    assert [row["reference"] for row in second["rows"]] == references
    assert not any(row["enrolled"] for row in second["rows"])
    assert (second["started"], second["not_started"]) == ([], [])
    assert await patients.not_started(records) == ()


async def test_bad_rows_are_reported_without_their_content(cli: Cli) -> None:
    result = await cli("enroll", "--csv", str(EXAMPLE), exit_code=BAD)
    assert "20 enrolled, 0 enrolled already" in result.stdout
    assert "younger than 18" in result.stdout
    for private in ("Ferrante", "Blythe", "Delacroix", "555-01"):
        assert private not in result.output


async def test_a_row_with_somebody_elses_number_is_reported_and_the_others_go_in(
    cli: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "referrals.csv"
    file.write_text(
        "record_number,given_name,family_name,born,phone\n"
        "NG-1,Ada,Quill,1985-03-03,\n"
        "NG-1,Ben,Rook,1958-07-21,\n"
        "NG-1,Adah,Quill,1985-03-03,\n"
        "NG-1,Cyril,Thorne,1985-03-03,\n"
        "NG-2,Dora,Vane,1990-01-02,\n",
        encoding="utf-8",
    )
    words = ("enroll", "--csv", str(file))
    first = await cli.json(*words, exit_code=BAD)
    assert [(row["line"], row["enrolled"]) for row in first["rows"]] == [
        (2, True),
        (4, False),
        (6, True),
    ]
    reference = first["rows"][0]["reference"]
    assert first["rows"][1]["reference"] == reference
    told = [(bad["line"], bad["field"]) for bad in first["bad"]]
    assert told == [(3, "record_number"), (5, "record_number")]
    for bad, otherwise in zip(first["bad"], ("birth date", "given and family name"), strict=True):
        assert otherwise in bad["reason"]
        assert f"`waymark patient show {reference}`" in bad["reason"]
    again = await cli.json(*words, exit_code=BAD)
    assert (again["enrolled"], again["there"], again["bad"]) == (0, 3, first["bad"])
    shown = (await cli(*words, exit_code=BAD)).output
    for private in ("Quill", "Rook", "Thorne", "1985", "1958", "NG-1"):
        assert private not in shown


async def test_one_patient_with_somebody_elses_number_is_refused(cli: Cli) -> None:
    number = ("--record-number", "NG-1")
    (row,) = (await cli.json("enroll", *ADA, *number))["rows"]
    other = ("--given-name", "Ben", "--family-name", "Rook", "--born", "1958-07-21", *number)
    told = await cli.json("enroll", *other, exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "record_number_taken"
    sentence = told["error"]["sentence"]
    assert "Nobody was enrolled" in sentence
    assert f"`waymark patient change {row['reference']} --born DATE`" in sentence
    for private in ("Quill", "Rook", "1985", "1958", "NG-1"):
        assert private not in sentence
    again = await cli.json("enroll", *ADA, *number)
    assert again["rows"][0] == row | {"enrolled": False}


async def test_a_journey_carries_protocol_calendar_and_a_summary(
    desk: Desk, client: Client
) -> None:
    reference = await desk.enrolled()
    description = await client.get_workflow_handle(reference).describe()
    assert await description.static_summary() == f"Pathway {reference}"
    shown = await desk.cli.json("show", reference)
    assert shown["journey"]["protocol"] == "ketamine-iv@1"
    assert shown["patient"] == {
        "given_name": "Ada",
        "family_name": "Quill",
        "born": "1985-03-03",
    }


async def test_without_temporal_she_is_enrolled_and_started_later(cli: Cli) -> None:
    away = Cli(cli.env | {"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    words = ("enroll", *ADA, "--patience", "1")
    document = await away.json(*words, exit_code=ExitCode.NO_ANSWER)
    (row,) = document["rows"]
    assert (row["enrolled"], document["not_started"]) == (True, [row["reference"]])
    seen = await away("enroll", "--start", "--patience", "1", exit_code=ExitCode.NO_ANSWER)
    assert "enroll --start" in seen.stdout
    started = await cli.json("enroll", "--start")
    assert (started["started"], started["rows"]) == ([row["reference"]], [])
    again = await cli.json(*words)
    assert (again["rows"][0]["enrolled"], again["started"]) == (False, [])


async def test_rule_30_no_journey_of_a_real_patient_starts_on_a_demonstration(
    cli: Cli, records: Records, client: Client, tmp_path: Path
) -> None:
    """She is enrolled, nothing is started, and a sentence says why and what to do."""
    clinic, protocol = real_clinic(tmp_path), approved_protocol(tmp_path)
    real = Cli(cli.env | {"WAYMARK_CLINIC_FILE": str(clinic)})
    document = await real.json("enroll", *ADA, exit_code=ExitCode.REFUSED)
    (reference,) = document["not_started"]
    assert (document["enrolled"], document["started"]) == (1, [])
    assert "ketamine-iv@1 may not treat real patients" in document["not_for_patients"]
    assert await patients.not_started(records) == (reference,)
    with pytest.raises(RPCError, match="not found"):
        await client.get_workflow_handle(reference).describe()
    seen = await real("enroll", "--start", exit_code=ExitCode.REFUSED)
    assert "`waymark protocol check --publish FILE`" in " ".join(seen.stdout.split())
    approved = Cli(real.env | {"WAYMARK_PROTOCOL_FILE": str(protocol)})
    document = await approved.json("enroll", "--start")
    assert (document["started"], document["not_for_patients"]) == ([reference], None)


async def test_a_started_workflow_that_was_not_noted_is_left_alone(
    desk: Desk, records: Records
) -> None:
    reference = await desk.enrolled("Quill", "--zone", where_it_is_day())
    await patients._set(records, reference, started_at=None)
    document = await desk.cli.json("enroll", "--start")
    assert document["started"] == [reference]
    # Opened once, and why she got no opt-in text.
    assert (await desk.cli.json("show", reference))["journey"]["events"] == 2


async def test_a_shared_phone_is_told_to_the_other_journey(desk: Desk) -> None:
    phone = ("--phone", "(415) 555-0185", "--text-consent")
    first = await desk.cli.json("enroll", *ADA, *phone)
    reference = first["rows"][0]["reference"]
    bo = ("--given-name", "Bo", "--family-name", "Quill", "--born", "1980-01-02")
    second = await desk.cli.json("enroll", *bo, *phone)
    assert (second["told"], second["not_told"]) == ([reference], [])
    shown = await desk.cli.json("do", "change-contact", reference)
    assert shown["happened"] == [], "the journey knew already"
    # He gets a phone of his own: then hers is hers again, and her journey learns it.
    other = second["rows"][0]["reference"]
    await desk.cli("do", "change-contact", other, "--phone", "(415) 555-0189")

    async def told_twice() -> bool:
        kinds = [row.kind for row in await journal.read(desk.records, reference)]
        return kinds.count("contact_changed") == 2

    assert await until(told_twice)


async def test_nobody_there_to_tell_is_no_success(desk: Desk, records: Records) -> None:
    phone = ("--phone", "(415) 555-0186")
    await desk.cli.json("enroll", *ADA, *phone)
    elsewhere = Cli(desk.cli.env | {"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"})
    bo = ("--given-name", "Bo", "--family-name", "Quill", "--born", "1980-01-02")
    words = ("enroll", *bo, *phone, "--patience", "1")
    document = await elsewhere.json(*words, exit_code=ExitCode.NO_ANSWER)
    assert len(document["not_told"]) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "one of them"),
        (("--start", "--csv", str(EXAMPLE)), "one of them"),
        (("--start", *ADA), "one of them"),
        (("--given-name", "Ada"), "--family-name"),
        ((*ADA[:-1], "2020-01-01"), "younger than 18"),
        ((*ADA, "--phone", "555-01"), "--phone"),
        ((*ADA, "--zone", "EST"), "--zone"),
        (("--csv", "no-such-file.csv"), "cannot be read"),
    ],
)
async def test_what_cannot_be_enrolled(words: tuple[str, ...], says: str, cli: Cli) -> None:
    document = await cli.json("enroll", *words, exit_code=ExitCode.WRONG_USAGE)
    assert says in document["error"]["sentence"]
    assert "Quill" not in document["error"]["sentence"]


async def test_the_journeys_copy_of_the_contact_comes_from_the_records(
    desk: Desk, client: Client
) -> None:
    words = ("--phone", "(415) 555-0187", "--phone-kind", "landline", "--zone", "America/Denver")
    document = await desk.cli.json("enroll", *ADA, *words)
    reference = document["rows"][0]["reference"]
    told = await desk.cli.json("explain", reference)
    assert (told["zone"], told["zone_known"]) == ("America/Denver", True)
    changed = await desk.cli.json("do", "change-contact", reference, "--zone", "America/Phoenix")
    assert changed["happened"] == ["contact_changed"]
    assert (await desk.cli.json("explain", reference))["zone"] == "America/Phoenix"
    assert Contact.model_fields.keys() >= {"mobile", "phone_shared", "opted_out"}
