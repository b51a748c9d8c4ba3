"""A cell that does not open takes nobody's list away, and no text is lost with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from a_page import page_due
from a_snapshot import a_journal_row, a_snapshot
from enrolled import PHONE, enrolled
from spoilt import spoil

from pathway import events as ev
from pathway.escalation import Ending
from pathway.findings import Finding, FindingKind
from pathway.protocol import Template
from records import (
    all_clears,
    deliveries,
    done_today,
    inbound,
    journal,
    links,
    page_deliveries,
    pages,
    patients,
    texts,
    watch_findings,
    watch_reads,
    worklist,
)
from records.database import Records
from records.deliveries import Callback
from records.inbound import Written
from records.link_making import about_session
from records.page_model import Post
from records.readable import CANNOT_BE_READ
from records.tables import Owed
from workflows.messages import JournalBatch, JourneySnapshot, SendText

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
OTHER = "+14155550188"


async def with_a_danger(records: Records, name: str, phone: str) -> str:
    reference = await enrolled(records, name, phone)
    line: dict[str, Any] = {"key": "e1", "section": "danger", "role": "nurse", "since": NOON}
    done = '{"by": "mara.voss"}'
    async with records.begin() as session:
        session.add(a_snapshot(reference, NOON))
        await session.flush()
        session.add(Owed(reference=reference, line=f"See to {name}", **line))
        session.add(a_journal_row(reference, 1, "journey_ended", NOON, done))
    return reference


async def test_danger_stays_in_view_whatever_does_not_open(records: Records) -> None:
    spoilt = await with_a_danger(records, "Ada", PHONE)
    whole = await with_a_danger(records, "Otto", OTHER)
    for table, columns in (("patients", ("given_name", "born")), ("owed", ("line", "shows"))):
        changes = ", ".join(f"{column} = 'x'" for column in columns)
        where = f"reference = '{spoilt}'"
        await spoil(records, f"UPDATE {table} SET {changes} WHERE {where}")  # noqa: S608
    rows = {row.reference: row for row in await worklist.rows(records, NOON)}
    assert (rows[whole].given_name, rows[whole].owed.line) == ("Otto", "See to Otto")
    row = rows[spoilt]
    assert (row.given_name, row.family_name, row.born) == (CANNOT_BE_READ, "Quill", None)
    assert (row.owed.line, row.owed.group, row.owed.role) == (CANNOT_BE_READ, "danger", "nurse")


async def test_what_was_done_is_shown_without_the_row_that_does_not_open(
    records: Records,
) -> None:
    spoilt = await with_a_danger(records, "Ada", PHONE)
    whole = await with_a_danger(records, "Otto", OTHER)
    journal = f"UPDATE journal SET payload = 'x' WHERE reference = '{spoilt}'"  # noqa: S608
    await spoil(records, journal)
    done = await done_today.read(records, "UTC", NOON.date())
    assert [(row.reference, row.given_name) for row in done] == [(whole, "Otto")]


@pytest.mark.parametrize("column", ["body", "sender", "recipient"])
async def test_a_text_that_does_not_open_is_routed_to_a_person_and_holds_up_none(
    records: Records, column: str
) -> None:
    hers, his = await enrolled(records), await enrolled(records, "Otto", OTHER)
    written = [
        Written(sid=sid, sender=phone, recipient="+15005550006", body="1", received_at=NOON)
        for sid, phone in (("SM1", PHONE), ("SM2", OTHER))
    ]
    await inbound.store(records, written)
    await spoil(records, f"UPDATE inbound_texts SET {column} = 'x' WHERE sid = 'SM1'")  # noqa: S608
    first, second = await inbound.not_routed(records)
    assert getattr(first, column) == CANNOT_BE_READ
    assert (first.references, second.references) == ((hers,), (his,))
    assert (second.body, second.sender) == ("1", OTHER)


async def test_a_text_is_kept_whose_senders_number_does_not_open(records: Records) -> None:
    reference = await enrolled(records)
    await spoil(records, "UPDATE patients SET phone_e164 = 'x'")
    one = {"sid": "SM1", "sender": PHONE, "recipient": "+15005550006", "body": "STOP"}
    await inbound.store(records, [Written.model_validate({**one, "received_at": NOON})])
    (stored,) = await inbound.not_routed(records)
    assert stored.references == (reference,)


async def test_texts_that_did_not_arrive_are_followed_up_beside_one_that_does_not_open(
    records: Records,
) -> None:
    for name, phone, sid in (("Ada", PHONE, "SM1"), ("Otto", OTHER, "SM2")):
        reference = await enrolled(records, name, phone)
        intent = f"{reference}/call"
        send = {"reference": reference, "intent": intent, "template": Template.PLEASE_CALL}
        await texts.reserve(records, SendText.model_validate({**send, "as_of": NOON}), "Call us.")
        await texts.mark_posting(records, intent, NOON)
        failed = Callback(sid=sid, status="undelivered", at=NOON, provider_code=30003)
        await deliveries.take(records, [failed.model_copy(update={"intent": intent})])
    await spoil(records, "UPDATE texts SET body = 'x' WHERE sid = 'SM1'")
    ended = {str(each.text.sid): each for each in await deliveries.ended_badly(records, 10)}
    assert ended["SM1"].text.body == CANNOT_BE_READ
    assert ended["SM2"].text.body == "Call us."
    assert ended["SM1"].number_is_hers


async def test_the_watch_looks_at_everybody_whatever_line_does_not_open(records: Records) -> None:
    spoilt = await with_a_danger(records, "Ada", PHONE)
    whole = await with_a_danger(records, "Otto", OTHER)
    for reference in (spoilt, whole):
        await patients.mark_started(records, reference, NOON)
    changes = f"line = 'x', shows = 'x' WHERE reference = '{spoilt}'"
    await spoil(records, f"UPDATE owed SET {changes}")  # noqa: S608
    found = {each.reference: each for each in await watch_reads.open_journeys(records, "")}
    assert [len(found[each].dangers) for each in (spoilt, whole)] == [1, 1]
    assert [found[each].spoilt for each in (spoilt, whole)] == [True, False]
    seen = await watch_reads.again(records, spoilt)
    assert seen is not None
    assert seen.spoilt


async def test_a_line_that_does_not_open_is_written_anew_with_the_next_batch(
    records: Records,
) -> None:
    reference = await with_a_danger(records, "Ada", PHONE)
    await spoil(records, "UPDATE owed SET shows = 'x'")
    (line,) = [row.owed for row in await worklist.rows(records, NOON)]
    snapshot = JourneySnapshot(stage="infusion", waits_for="nurse", owed=(line,))
    batch = {"reference": reference, "rows": (), "confirmed_through": 1, "as_of": NOON}
    await journal.write(records, JournalBatch.model_validate({**batch, "snapshot": snapshot}))
    await patients.mark_started(records, reference, NOON)
    (seen,) = await watch_reads.open_journeys(records, "")
    assert not seen.spoilt


async def paged(records: Records, reference: str, person: str, phone: str) -> str:
    """Somebody has her page of it; the message's name."""
    turn = await pages.take_turn(records, page_due(reference, person, phone, NOON), timedelta(0))
    assert isinstance(turn, Post)
    sid = f"SM-{person}"
    await pages.went_out(records, turn.intent, sid)
    return sid


async def test_pages_that_did_not_arrive_are_followed_up_beside_one_that_does_not_open(
    records: Records,
) -> None:
    spoilt = await paged(records, "J-0000000001", "dr.hale", "+14155550107")
    whole = await paged(records, "J-0000000002", "dr.tamm", "+14155550109")
    for sid in (spoilt, whole):
        failed = Callback(sid=sid, status="undelivered", at=NOON, provider_code=30003)
        await deliveries.take(records, [failed])
    columns = "lists = 'x', recipient = 'x'"
    await spoil(records, f"UPDATE page_texts SET {columns} WHERE sid = '{spoilt}'")  # noqa: S608
    await spoil(records, "UPDATE pages SET what = 'x' WHERE reference = 'J-0000000001'")
    first, second = await page_deliveries.unheard(records, 10)
    assert [each.text.sid for each in (first, second)] == [spoilt, whole]
    (listed,) = first.text.listed
    assert (listed.reference, listed.key, listed.what) == (
        *("J-0000000001", "e1/r1/0/0"),
        CANNOT_BE_READ,
    )
    (listed,) = second.text.listed
    assert listed.what == "a safety flag needs a clinician"


async def closed(records: Records, reference: str) -> None:
    event = ev.EscalationClosed(at=NOON, escalation="e1", outcome=Ending.DONE, by="jon.pell")
    said = event.model_dump_json(exclude={"kind", "at"})
    async with records.begin() as session:
        session.add(a_snapshot(reference, NOON))
        await session.flush()
        session.add(a_journal_row(reference, 1, event.kind, NOON, said))


async def test_whoever_was_paged_hears_the_all_clear_beside_a_row_that_does_not_open(
    records: Records,
) -> None:
    spoilt, page, whole = "J-0000000001", "J-0000000002", "J-0000000003"
    for reference, person in ((spoilt, "dr.hale"), (page, "dr.tamm"), (whole, "dr.moreau")):
        await paged(records, reference, person, f"+1415555010{len(person)}")
        await closed(records, reference)
    await spoil(records, f"UPDATE journal SET payload = 'x' WHERE reference = '{spoilt}'")  # noqa: S608
    cells = "what = 'x', recipient = 'x'"
    await spoil(records, f"UPDATE pages SET {cells} WHERE reference = '{page}'")  # noqa: S608
    found = {each.reference: each.stand_down for each in await all_clears.untold(records)}
    assert set(found) == {page, whole}
    assert (found[page].person, found[page].what) == ("dr.tamm", CANNOT_BE_READ)


async def test_an_answer_by_a_link_is_handed_on_beside_one_that_does_not_open(
    records: Records,
) -> None:
    for number in ("1", "2"):
        reference = f"J-000000000{number}"
        link = about_session(reference, 1, 1, ends=NOON, whom="jon.pell", now=NOON)
        await links.make(records, link)
        assert await links.use(records, link.id, links.HELD, "", NOON)
    await spoil(records, "UPDATE links SET answer = 'x' WHERE reference = 'J-0000000001'")
    found = {each.reference: each.answer for each in await links.waiting(records)}
    assert found == {"J-0000000001": CANNOT_BE_READ, "J-0000000002": links.HELD}


async def test_ops_are_told_of_findings_beside_one_whose_words_do_not_open(
    records: Records,
) -> None:
    kind = FindingKind.STRANDED
    found = [
        Finding(kind=kind, reference=f"J-000000000{n}", state="terminated", says="it ended")
        for n in (1, 2)
    ]
    await watch_findings.note(records, found, NOON)
    await spoil(records, "UPDATE watch_findings SET says = 'x' WHERE reference = 'J-0000000001'")
    assert len(await worklist.rows(records, NOON)) == 2
    assert len(await watch_findings.open_ones(records)) == 2
    told = await watch_findings.claim_untold(records, frozenset(FindingKind), NOON)
    assert {each.says for each in told} == {CANNOT_BE_READ, "it ended"}
