"""A cell that does not open takes nobody's list away, and no text is lost with it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from a_snapshot import a_journal_row, a_snapshot
from enrolled import PHONE, enrolled
from sqlalchemy import text

from pathway.protocol import Template
from records import deliveries, done_today, inbound, texts, worklist
from records.database import Records
from records.deliveries import Callback
from records.inbound import Written
from records.readable import CANNOT_BE_READ
from records.tables import Owed
from workflows.messages import SendText

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
OTHER = "+14155550188"


async def spoil(records: Records, statement: str) -> None:
    async with records.begin() as session:
        await session.execute(text(statement))


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
