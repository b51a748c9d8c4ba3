"""`waymark records reseal`: the keys of the database are changed under it."""

from datetime import UTC, date, datetime

from cli_runner import Cli
from sealed import KEYS
from sqlalchemy import text

from cli.exit_codes import ExitCode
from records.database import Records
from records.enrolment import enrol
from records.patient_model import EnrolmentRow

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
QUILL = EnrolmentRow(given_name="Ada", family_name="Quill", born=date(1985, 3, 3))
NEW = "2026-12 " + "bmV3" * 10 + "bmU="
"""A key of 32 bytes."""


def with_keys(cli: Cli, keys: str) -> Cli:
    return Cli({**cli.env, "WAYMARK_KEYS": keys})


async def test_after_resealing_the_new_key_is_enough(cli: Cli, records: Records) -> None:
    reference = (await enrol(records, QUILL, NOON)).reference
    told = await with_keys(cli, f"{NEW},{KEYS}").json("records", "reseal")
    assert (told["writes"], told["rows"], told["unreadable"]) == ("2026-12", {"patients": 1}, {})
    assert told["keys"].keys() == {"2026-12"}
    alone = with_keys(cli, NEW)
    assert "0 rows" in (await alone("records", "reseal")).stdout
    shown = await alone.json("patient", "show", reference, "--role", "coordinator")
    assert shown["patient"]["family_name"] == "Quill"


async def test_a_missing_key_and_a_spoilt_cell_are_named(cli: Cli, records: Records) -> None:
    reference = (await enrol(records, QUILL, NOON)).reference
    alone = with_keys(cli, NEW)
    refused = await alone("records", "reseal", exit_code=ExitCode.UNEXPECTED)
    assert "'tests-2'" in refused.stderr
    assert "Quill" not in refused.output
    async with records.begin() as session:
        await session.execute(text("UPDATE patients SET family_name = 'Quill'"))
    both = with_keys(cli, f"{NEW},{KEYS}")
    told = await both.json("records", "reseal", exit_code=ExitCode.SOME_ROWS_BAD)
    assert told["unreadable"] == {"patients.family_name": 1}
    shown = await both(
        *("patient", "show", reference, "--role", "coordinator"), exit_code=ExitCode.UNEXPECTED
    )
    assert "patients.family_name" in shown.stderr
    assert "Quill" not in shown.output
