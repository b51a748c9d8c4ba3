"""A link for the therapist outside, made at a terminal and handed over."""

from datetime import UTC, datetime, timedelta

from cli_runner import Desk

from cli.exit_codes import ExitCode
from config.clinic import load_clinic
from config.link_keys import links_of
from config.settings import Settings
from records import changing, link_handing, links
from records.changing import Wanted
from records.links import StoredLink
from records.patient_model import Details

THERAPIST = ("--by", "jon.pell", "--role", "therapist")


def settings(desk: Desk) -> Settings:
    url = "http://127.0.0.1:8000"
    return Settings.model_validate(
        {"state_dir": desk.cli.env["WAYMARK_STATE_DIR"], "public_url": url}
    )


async def stored(desk: Desk, url: str) -> StoredLink:
    """The link behind an address, as the console would find it."""
    signed = links_of(settings(desk), load_clinic())
    assert signed is not None
    assert url.startswith("http://127.0.0.1:8000/l/")
    found = await links.get(desk.records, signed.id_of(url.rpartition("/")[2]) or "")
    assert found is not None
    return found


async def with_a_session(desk: Desk) -> str:
    reference = await desk.admitted()
    visit = datetime.now(UTC) + timedelta(days=7)
    visit += timedelta(days=(1 - visit.weekday()) % 7)
    visit = visit.replace(hour=18, minute=0, second=0, microsecond=0)
    words = ("--treatment", "1", "--step", "infusion", "--at", visit.isoformat())
    after = (visit + timedelta(hours=22)).isoformat()
    await desk.cli("do", "book", reference, *words, "--psychotherapy-at", after)
    return reference


async def test_rule_9_a_link_is_printed_to_hand_over(desk: Desk) -> None:
    reference = await with_a_session(desk)
    words = ("link", "therapist", reference, "--treatment", "1")
    made = await desk.cli.json(*words)
    assert (made["reference"], made["asks"]) == (reference, "session")
    link = await stored(desk, made["url"])
    assert (link.about, link.whom, link.used_at) == ("t1/a1", "treating_therapist", None)
    again = await desk.cli(*words)
    assert made["url"] in again.stdout
    assert "once" in again.stdout
    after = await desk.cli.json(*words, "--recommendation")
    assert (after["asks"], after["url"] == made["url"]) == ("recommendation", False)
    await links.use(desk.records, link.id, "held", "", datetime.now(UTC))
    told = await desk.cli.json(*words, exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "already_answered"


async def test_rule_9_who_handed_a_link_out_is_noted_and_explained(desk: Desk) -> None:
    reference = await with_a_session(desk)
    words = ("link", "therapist", reference, "--treatment", "1")
    before = datetime.now(UTC)
    made = await desk.cli.json(*words)
    await desk.cli(*words, "--recommendation", *THERAPIST)
    first, second = await link_handing.for_reference(desk.records, reference)
    assert (first.by, first.role, first.whom) == ("mara.voss", "coordinator", "treating_therapist")
    assert (second.by, second.role) == ("jon.pell", "therapist")
    assert (first.kind, second.kind, first.about) == ("session", "recommendation", "t1/a1")
    assert first.link == (await stored(desk, made["url"])).id
    assert before <= first.at <= second.at <= datetime.now(UTC)
    past = (await desk.cli.json("explain", reference))["past"]
    told = [(e["what"], e["by"]) for e in past if e["outcome"] == "handed_out"]
    assert told == [
        ("one-time link for treating_therapist: session, treatment 1", "mara.voss"),
        ("one-time link for treating_therapist: recommendation, treatment 1", "jon.pell"),
    ]
    shown = " ".join((await desk.cli("explain", reference)).stdout.split())
    assert "mara.voss" in shown
    assert "Ada" not in str(told)


async def test_what_was_not_handed_out_is_not_noted(desk: Desk) -> None:
    reference = await with_a_session(desk)
    words = ("link", "therapist", reference, "--treatment", "1")
    await desk.cli(*words, "--by", "pat.ops", exit_code=ExitCode.WRONG_USAGE)
    link = await stored(desk, (await desk.cli.json(*words))["url"])
    await links.use(desk.records, link.id, "held", "", datetime.now(UTC))
    await desk.cli(*words, exit_code=ExitCode.REFUSED)
    assert len(await link_handing.for_reference(desk.records, reference)) == 1


async def test_a_therapist_of_the_staff_list_answers_under_her_own_id(desk: Desk) -> None:
    reference = await with_a_session(desk)
    new = Wanted(details=Details(treating_therapist="jon.pell"))
    signed = {"by": "mara.voss", "role": "coordinator", "at": datetime.now(UTC)}
    await changing.change(desk.records, reference, new, **signed)  # type: ignore[arg-type]
    made = await desk.cli.json("link", "therapist", reference, "--treatment", "1", *THERAPIST)
    assert (await stored(desk, made["url"])).whom == "jon.pell"


async def test_what_cannot_be_asked_makes_no_link(desk: Desk) -> None:
    reference = await desk.admitted()
    words = ("link", "therapist", reference, "--treatment")
    told = await desk.cli.json(*words, "1", exit_code=ExitCode.REFUSED)
    assert told["error"]["code"] == "out_of_order"
    wrong = await desk.cli(*words, "447281", exit_code=ExitCode.WRONG_USAGE)
    assert "447281" not in wrong.output, "it may be the patient's record number"
    ops = ("--by", "pat.ops")
    await desk.cli(*words, "1", *ops, exit_code=ExitCode.WRONG_USAGE)
