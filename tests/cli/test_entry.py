"""The entry at a terminal: a whole assessment typed, and each role reading its part of it."""

from cli_runner import Desk
from entry_fields import AS_TYPED

ASSESSOR = ("--by", "jon.pell", "--role", "mental_health_professional")
PRESCRIBER = ("--by", "dr.hale", "--role", "prescriber")
FINDING = "substance_use_disorder_past"


async def test_what_was_found_is_read_by_clinicians_and_cleared_by_one(desk: Desk) -> None:
    reference = await desk.enrolled()
    found = ("--finding", f"{FINDING}=present")
    await desk.cli("do", "record-assessment", reference, *AS_TYPED, *found, *ASSESSOR)
    await desk.cli("do", "record-consent", reference, "--given", "--text-consent-asked")

    anybody = await desk.cli("show", reference)
    assert "Entry: not open" in anybody.stdout
    assert "ubstance" not in anybody.stdout
    checks = (await desk.cli.json("show", reference, *PRESCRIBER))["journey"]["standing"]["checks"]
    (check,) = [c for c in checks if c["item"] == FINDING]
    assert (check["verdict"], check["why"]) == ("needs_clearance", "present")

    again = await desk.cli("show", reference, "--by", "dr.hale")
    assert "Substance use disorder in the past" in again.stdout

    clears = ("--item", FINDING, "--reason", "sober for years")
    await desk.cli("do", "record-clearance", reference, *clears, *PRESCRIBER)
    assert (await desk.cli.json("show", reference))["journey"]["treatment"] == 1
