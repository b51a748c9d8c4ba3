"""The second signature of a decision is no one's own name, as the clinic knows it (rule 9)."""

import pytest
from cli_runner import Desk

from cli.exit_codes import ExitCode

NURSE = ("--by", "nia.crow", "--role", "nurse")
THERAPIST = ("--by", "jon.pell", "--role", "therapist")
PRESCRIBER = ("--by", "dr.hale", "--role", "prescriber")
DOSE = ("--dose-mg-per-kg", "0.5", "--milligrams", "35", "--confirmed-by", "olek.byrd")


async def waits_for_a_signature(desk: Desk) -> str:
    """A treatment entered from paper, and a decision that ends the course."""
    reference = await desk.admitted()
    about = (reference, "--treatment", "1")
    began, ended, left, held = (("--happened-at", at) for at in ("-5h", "-4h", "-3h", "-1h"))
    await desk.cli("do", "start-infusion", *about, *DOSE, *began, *NURSE)
    await desk.cli("do", "end-infusion", *about, *ended, *NURSE)
    way = ("--way", "against_advice")
    await desk.cli("do", "discharge", *about, *way, *left, *NURSE)
    await desk.cli("do", "record-psychotherapy", *about, *held, *THERAPIST)
    choice = ("--choice", "discontinue", "--reason", "a wish of the patient")
    await desk.cli("do", "record-decision", *about, *choice, *PRESCRIBER)
    return reference


async def test_rule_9_the_name_of_who_decided_signs_nothing(desk: Desk) -> None:
    reference = await waits_for_a_signature(desk)
    for own in ("Wren Hale", "dr wren h\N{LATIN SMALL LETTER A WITH ACUTE}le, by phone", "Wren"):
        stated = ("--treatment", "1", "--stated-by", own)
        for command in (
            ("cosign", reference, *stated),
            ("record-recommendation", reference, *stated, *_ADVICE),
            ("cosign", reference, *stated, "--preview"),
        ):
            result = await desk.cli("do", *command, exit_code=ExitCode.WRONG_USAGE)
            assert "--stated-by" in result.stderr
            assert own not in result.stderr
    signed = await desk.cli.json("do", "cosign", reference, "--stated-by", "Dr. Lucian Moreau")
    assert "decision_cosigned" in signed["happened"]


_ADVICE = ("--recommendation", "discontinue", "--reason", "as seen")


@pytest.mark.parametrize("stated_by", ["Wren Hale", "Ada Roe"])
async def test_rule_9_before_a_decision_a_name_is_nobodys_own(desk: Desk, stated_by: str) -> None:
    """There is nothing to sign yet: the journey itself says so."""
    reference = await desk.admitted()
    stated = ("--treatment", "1", "--stated-by", stated_by)
    told = await desk.cli.json("do", "cosign", reference, *stated, exit_code=ExitCode.REFUSED)
    assert told["refused"]["code"] == "not_recorded"
