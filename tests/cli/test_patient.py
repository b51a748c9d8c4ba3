"""Who a patient is and how staff reach her, as far as a role may see and change it."""

import json
from typing import Any

import pytest
from cli_runner import Cli, Desk
from waiting import until

from cli.exit_codes import ExitCode
from records import journal, patients
from records.database import Records

ADA = ("--given-name", "Ada", "--family-name", "Quill", "--born", "1985-03-03")
MORE = (
    *("--address", "4 Alder Row", "--safe-times", "after 15:00", "--interpreter", "Spanish"),
    *("--emergency-contact", "Otto Quill", "--emergency-contact-phone", "(415) 555-0133"),
    *("--emergency-contact-may-be-told", "when to fetch her", "--phone-confirmed-on", "today"),
    *("--antidepressant-trials", "sertraline 8 weeks", "--record-number", "N-1"),
)
NURSE = ("--by", "nia.crow", "--role", "nurse")


async def enrolled(cli: Cli, *words: str) -> str:
    document = await cli.json("enroll", *(words or (*ADA, *MORE)))
    return str(document["rows"][0]["reference"])


async def test_a_coordinator_sees_how_to_reach_her_and_nothing_clinical(cli: Cli) -> None:
    reference = await enrolled(cli)
    document = await cli.json("patient", "show", reference.lower())
    assert document.keys() == {
        *("reference", "role", "patient", "withheld", "changes", "demonstration"),
    }
    seen = document["patient"]
    assert (seen["address"], seen["interpreter"], seen["escort"]) == (
        "4 Alder Row",
        "Spanish",
        None,
    )
    assert seen["emergency_contact"]["phone"] == "+14155550133"
    assert set(document["withheld"]) == {"antidepressant_trials", "substance_use"}
    assert "sertraline" not in json.dumps(document)
    shown = (await cli("patient", "show", reference)).stdout
    assert "may be told: when to fetch her" in shown
    assert "not recorded" in shown


RULE_28 = {
    "born": "1985-03-03",
    "address": "4 Alder Row",
    "whereabouts": "at her sister's",
    "treating_therapist": "Lou Ferns",
    "safe_times": "after 15:00",
    "safe_ways": "no voicemail",
    "interpreter": "Spanish",
    "phone_with_others": True,
    "phone_confirmed_on": "2026-05-04",
}
COMPANIONS = ("emergency_contact", "escort")


async def test_rule_28_what_staff_must_know_of_a_patient_has_a_place(desk: Desk) -> None:
    """Typed in, kept, and shown to whoever reaches and receives her."""
    typed: list[str] = []
    for name, value in RULE_28.items():
        option = "--phone-shared" if name == "phone_with_others" else f"--{name}".replace("_", "-")
        typed += [option] if value is True else [option, str(value)]
    for kind in COMPANIONS:
        option = f"--{kind}".replace("_", "-")
        typed += [option, "Otto Quill", f"{option}-phone", "(415) 555-0133"]
        typed += [f"{option}-may-be-told", "when to fetch her"]
    reference = await enrolled(desk.cli, *ADA, "--phone", "(415) 555-0188")
    await desk.cli("patient", "change", reference, *typed)
    seen = (await desk.cli.json("patient", "show", reference))["patient"]
    assert {name: seen[name] for name in RULE_28} == RULE_28
    for kind in COMPANIONS:
        assert seen[kind]["may_be_told"] == "when to fetch her", kind
        assert (seen[kind]["name"], seen[kind]["phone"]) == ("Otto Quill", "+14155550133"), kind


async def test_a_clinician_sees_the_referral_and_ops_see_no_person(cli: Cli) -> None:
    reference = await enrolled(cli)
    nurses = await cli.json("patient", "show", reference, *NURSE)
    assert nurses["patient"]["antidepressant_trials"] == "sertraline 8 weeks"
    assert nurses["withheld"] == []
    ops = await cli.json("patient", "show", reference, "--by", "pat.ops")
    assert {"given_name", "born", "phone_e164", "address", "escort"} <= set(ops["withheld"])
    assert ops["patient"]["phone_kind"] == "none"
    told = await cli.json(
        *("patient", "change", reference, "--address", "x", "--by", "pat.ops"),
        exit_code=ExitCode.REFUSED,
    )
    assert told["error"]["code"] == "not_in_this_role"


async def test_what_is_changed_is_noted_with_who_did_it(cli: Cli) -> None:
    reference = await enrolled(cli)
    words = ("--family-name", "Vale", "--whereabouts", "at her sister's", "--address", "")
    escort = ("--escort", "Otto Quill", "--escort-may-be-told", "when to fetch her")
    done = await cli.json("patient", "change", reference, *words, *escort)
    assert done["changed"] == ["family_name", "address", "whereabouts", "whereabouts_on", "escort"]
    assert (await cli.json("patient", "change", reference, *words))["changed"] == []
    document = await cli.json("patient", "show", reference)
    assert document["patient"]["family_name"] == "Vale"
    assert document["patient"]["whereabouts_on"] is not None
    assert {change["by"] for change in document["changes"]} == {"mara.voss"}
    assert [change["field"] for change in document["changes"]] == done["changed"]
    await cli("patient", "change", reference, "--escort", "")
    assert (await cli.json("patient", "show", reference))["patient"]["escort"] is None
    # She is still found by the file that enrolled her.
    assert await enrolled(cli) == reference


async def test_her_journey_learns_that_others_read_her_phone(desk: Desk, records: Records) -> None:
    phone = ("--phone", "(415) 555-0188", "--text-consent")
    reference = await enrolled(desk.cli, *ADA, *phone)
    done = await desk.cli.json("patient", "change", reference, "--phone-shared")
    assert (done["changed"], done["not_told"]) == (["phone_with_others"], [])
    assert (await patients.contact(records, reference)).phone_shared

    async def told() -> Any:
        kinds = [row.kind for row in await journal.read(records, reference)]
        return kinds if "contact_changed" in kinds else None

    assert (await until(told)).count("contact_changed") == 1
    again = await desk.cli.json("patient", "change", reference, "--phone-shared")
    assert again["changed"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--help"),
        (("--born", "2025-01-01"), "--born"),
        (("--phone-confirmed-on", "2999-01-01"), "--phone-confirmed-on"),
        (("--escort-phone", "(415) 555-0139"), "--escort"),
        (("--emergency-contact-phone", "555-01"), "--emergency-contact-phone"),
        (("--record-number", "N-2"), "another patient"),
        (("--family-name", ""), "--family-name"),
        (("--family-name", "Vale", "--escort-phone", "12345"), "--escort-phone"),
        (("--address", "4 Elm Row", "--family-name", "Vale", "--escort-relation", "x"), "--escort"),
    ],
)
async def test_what_cannot_be_changed_is_said(cli: Cli, words: tuple[str, ...], says: str) -> None:
    reference = await enrolled(cli)
    other = ("--given-name", "Bo", "--family-name", "Ash", "--born", "1980-01-02")
    await enrolled(cli, *other, "--record-number", "N-2")
    told = await cli.json("patient", "change", reference, *words, exit_code=ExitCode.WRONG_USAGE)
    assert says in told["error"]["sentence"]
    assert (await cli.json("patient", "show", reference))["changes"] == []


async def test_nobody_is_shown_who_is_not_enrolled(cli: Cli) -> None:
    for words in (("show", "J-0000000000"), ("change", "J-0000000000", "--address", "x")):
        await cli("patient", *words, exit_code=ExitCode.NOT_FOUND)
