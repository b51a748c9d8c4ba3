"""What staff do at a terminal beside the commands of the pathway, with needles in every word."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from canary_stand import CanaryStand
from sqlalchemy import update

from records import inbound, journeys
from records.tables import JournalEntry, Patient

PRESCRIBER = ("--by", "dr.hale", "--role", "prescriber")
OFFICER = ("--by", "lena.roth")
LONG_AGO = datetime.now(UTC) - timedelta(days=365 * 7 + 9)


async def looks(stand: CanaryStand, reference: str) -> None:
    """Every list and picture; of a failure nothing of a patient may be said."""
    for words in (
        ("show", reference),
        ("explain", reference),
        ("decision", reference, *PRESCRIBER),
        ("escalations", "--all"),
        ("worklist", "--full"),
        ("downtime-pack",),
        ("inbox", "list", *PRESCRIBER),
        ("patient", "show", reference, *PRESCRIBER),
        ("patient", "disclosures", reference, *OFFICER),
        ("patient", "amendments", reference, *OFFICER),
        ("records", "check"),
        ("records", "check", "--only", reference),
        ("protocol", "show"),
        ("protocol", "schema"),
        ("protocol", "check"),
        ("texts", "check"),
        ("ops", "links"),
        ("version",),
    ):
        await stand.waymark(*words)
        await stand.waymark(*words, "--json")


async def changes_a_patient(stand: CanaryStand, reference: str) -> None:
    """Each field of hers is changed to something new."""
    word, name = stand.needles.word, stand.needles.name
    flow = "patient change"
    told: dict[str, str] = {
        "--given-name": name(flow),
        "--family-name": name(flow),
        "--born": stand.needles.born(flow).isoformat(),
        "--record-number": word(flow),
        "--referred-by": f"Dr. {name(flow)}",
        "--note": f"calls herself {name(flow)}",
        "--address": f"12 {word(flow)} Street",
        "--whereabouts": f"at {word(flow)} House",
        "--safe-ways": f"ask for {word(flow)}",
        "--emergency-contact": name(flow),
        "--emergency-contact-phone": stand.needles.number(flow),
        "--escort": name(flow),
        "--escort-phone": stand.needles.number(flow),
        "--escort-may-be-told": f"that {word(flow)} is well",
    }
    for option, value in told.items():
        await stand.waymark("patient", "change", reference, option, value, *PRESCRIBER)
    await stand.waymark(
        *("do", "change-contact", reference, "--phone", stand.needles.number("change-contact"))
    )
    await stand.waymark("do", "change-contact", reference, "--phone", word("change-contact"))
    disclosure = ("--person", name("disclosure"), "--what", f"that {word('disclosure')} waits")
    why = ("--why", f"asked by {word('disclosure')}")
    for told_to in ("contact", "police", "escort", "emergency_contact"):
        words = ("do", "record-disclosure", reference, "--told", told_to, *disclosure, *why)
        await stand.waymark(*words, *PRESCRIBER)


async def rights_of_a_patient(stand: CanaryStand, reference: str, folder: Path) -> None:
    """A copy, an amendment that is asked for, refused, disagreed with, and one that is accepted."""
    word = stand.needles.word
    for number, accept in (("1", "--refuse"), ("2", "--accept")):
        says = f"it says {word('amend')} and that is wrong"
        await stand.waymark("patient", "amend", reference, "--says", says)
        reason = f"as {word('decide-amendment')} wrote"
        decided = (reference, number, accept, "--reason", reason, *OFFICER)
        await stand.waymark("patient", "decide-amendment", *decided)
    statement = f"I, {word('disagree')}, say otherwise"
    await stand.waymark("patient", "disagree", reference, "1", "--statement", statement)
    await stand.waymark("patient", "amendments", reference, *OFFICER)
    file = folder / "copy.json"
    await stand.waymark("patient", "copy", reference, "--to", str(file), *OFFICER)
    await stand.waymark("patient", "disclosures", reference, *OFFICER)


async def shift(stand: CanaryStand, reference: str) -> None:
    """Escalations are taken and handed over, a day is closed and opened, a link is handed out."""
    word = stand.needles.word
    for escalation in ("e1", "e2", "e3", word("ack")):
        await stand.waymark(
            "ack", reference, escalation, "--by", "dr.moreau", "--role", "prescriber"
        )
    handing = ("--to", "dr.hale", "--note", f"ask {word('handover')}")
    await stand.waymark("handover", *handing, "--by", "dr.moreau", "--role", "prescriber")
    only = ("--only", f"{reference}/{word('handover')}")
    await stand.waymark("handover", "--to-queue", "--note", word("handover"), *only, *PRESCRIBER)
    day = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"
    reason = f"{word('close-day')} has snow"
    for more in (("--preview",), (), ("--reopen",)):
        await stand.waymark("close-day", day, "--reason", reason, *more)
    await stand.waymark("link", "therapist", reference, "--treatment", "1")
    await stand.waymark("prepare")


async def reads_the_inbox(stand: CanaryStand) -> None:
    """What strangers wrote is done with, and a text of nobody's."""
    for text in await inbound.not_handled(stand.session.records):
        await stand.waymark("inbox", "done", text.sid, *PRESCRIBER)
    await stand.waymark("inbox", "done", stand.needles.word("inbox done"), *PRESCRIBER)


async def mends_the_records(stand: CanaryStand, reference: str) -> None:
    for verb in ("check", "mend", "rebuild"):
        await stand.waymark("records", verb, "--only", reference)
        await stand.waymark("records", verb)


async def is_erased(stand: CanaryStand, reference: str) -> None:
    """Restricted, shown to nobody else, refused before its time, and gone after it."""
    await stand.waymark("do", "report-death", reference, *PRESCRIBER)
    for _ in range(100):
        seen = await journeys.get(stand.session.records, reference)
        if seen is not None and seen.ended and not seen.owed:
            break
        await asyncio.sleep(0.2)
    await stand.waymark("patient", "restrict", reference, *OFFICER)
    await stand.waymark("patient", "show", reference, *PRESCRIBER)
    await stand.waymark("patient", "erase", reference, "--yes", *OFFICER)
    async with stand.session.records.begin() as session:
        mine: Any = JournalEntry.reference == reference
        await session.execute(update(JournalEntry).where(mine).values(at=LONG_AGO))
        her: Any = Patient.reference == reference
        await session.execute(update(Patient).where(her).values(enrolled_at=LONG_AGO))
    await stand.waymark("patient", "erase", reference, *OFFICER)
    result = await stand.waymark("patient", "erase", reference, "--yes", *OFFICER)
    assert result.exit_code == 0, result.output
    stand.drove("erased")
