"""`waymark ops decodes`: who opened whose payloads, by day and by person."""

from datetime import UTC, datetime, timedelta

from cli_runner import Cli

from records import decodes
from records.database import Records
from records.decodes import Noted, Outcome

NOON = datetime(2026, 3, 9, 19, tzinfo=UTC)
"""At the clinic, on 9 March."""
LATE = datetime(2026, 3, 10, 5, tzinfo=UTC)
"""At the clinic still 9 March."""


def _noted(at: datetime, who: str = "pat.ops", outcome: Outcome = Outcome.OPENED) -> Noted:
    return Noted(
        at=at,
        who=who,
        role="ops" if who else "",
        namespace="waymark",
        reference="J-0123456789" if who else "",
        outcome=outcome,
        payloads=3 if who else 0,
    )


async def _fill(records: Records) -> None:
    minute = timedelta(minutes=1)
    rows = [_noted(NOON), _noted(NOON + minute), _noted(LATE), _noted(NOON + timedelta(days=1))]
    await decodes.note(records, [*rows, _noted(NOON, "lena.roth")])
    await decodes.note(records, [_noted(NOON, "", Outcome.WRONG_ORIGIN)])


async def test_a_day_is_the_clinics_and_what_is_alike_is_one_line(
    cli: Cli, records: Records
) -> None:
    await _fill(records)
    document = await cli.json("ops", "decodes", "--day", "2026-03-09")
    assert document["days"] == ["2026-03-09", "2026-03-09"]
    found = [(d["who"], d["outcome"], d["requests"], d["payloads"]) for d in document["decodes"]]
    assert sorted(found) == [
        ("", "wrong_origin", 1, 0),
        ("lena.roth", "opened", 1, 3),
        ("pat.ops", "opened", 3, 9),
    ]
    said = (await cli("ops", "decodes", "--day", "2026-03-09")).stdout
    assert "12:00" in said
    assert "22:00" in said
    assert "nobody known" in said


async def test_one_person_over_some_days(cli: Cli, records: Records) -> None:
    await _fill(records)
    words = ("--who", "pat.ops", "--day", "2026-03-10", "--days", "2")
    document = await cli.json("ops", "decodes", *words)
    assert document["days"] == ["2026-03-09", "2026-03-10"]
    assert [(d["day"], d["requests"]) for d in document["decodes"]] == [
        ("2026-03-09", 3),
        ("2026-03-10", 1),
    ]


async def test_a_day_without_any_says_so(cli: Cli) -> None:
    assert "Nothing was opened or refused." in (await cli("ops", "decodes")).stdout
    await cli("ops", "decodes", "--day", "yesterday", exit_code=64)
