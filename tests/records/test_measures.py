"""What the records count for whoever watches: right, grouped, and of nobody."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from pathway.overview import OwedRow
from pathway.protocol import Level, Template
from pathway.roles import Role
from pathway.today import Shows
from records import erasing, journal, measures, text_measures
from records.database import Records
from records.fuse import Tripped
from records.measures import InboundWaiting, OpenEscalations, Waiting
from records.page_model import PageTextState
from records.tables import Base, InboundText, JournalEntry, Journey, PageText, Text, TextStatus
from records.text_model import TextState
from records.text_status import Delivery
from workflows.messages import JournalBatch, JournalRow, JourneySnapshot

NOW = datetime(2026, 11, 27, 19, tzinfo=UTC)
ADA, BO = "J-0123456789", "J-9876543210"


async def put(records: Records, table: type[Base], *rows: dict[str, Any]) -> None:
    async with records.begin() as session:
        await session.execute(insert(table), list(rows))


def minutes(ago: float) -> datetime:
    return NOW - timedelta(minutes=ago)


def line(key: str, role: Role, due: float | None, **more: Any) -> OwedRow:
    """A line that is due so many minutes from now; None: at no time."""
    return OwedRow(
        key=key,
        group="today",
        role=role,
        since=minutes(90),
        due=None if due is None else NOW + timedelta(minutes=due),
        line="Book it.",
        **more,
    )


async def journey(
    records: Records, reference: str, *lines: OwedRow, stage: str = "decision"
) -> None:
    opened = json.dumps({"protocol": {"id": "ketamine-iv", "version": 1}})
    row = JournalRow(
        number=1, kind="journey_opened", at=NOW, payload=opened, content_hash=reference
    )
    snapshot = JourneySnapshot(stage=stage, waits_for="prescriber", owed=lines)
    batch = JournalBatch(
        reference=reference, rows=(row,), confirmed_through=0, snapshot=snapshot, as_of=NOW
    )
    await journal.write(records, batch)


async def test_owed_acts_are_counted_by_role_and_by_how_late_they_are(records: Records) -> None:
    nurse, prescriber = Role.NURSE, Role.PRESCRIBER
    due = {
        "soon": 5,
        "never": None,
        "a": -10,
        "b": -14,
        "c": -59,
        "d": -239,
        "e": -1400,
        "f": -2000,
    }
    await journey(records, ADA, *(line(key, nurse, at) for key, at in due.items()))
    await journey(records, BO, line("a", prescriber, -10))
    counted = {(each.role, each.late): each.count for each in await measures.owed(records, NOW)}
    assert counted == {
        (nurse, "not_yet"): 1,
        (nurse, "undated"): 1,
        (nurse, "by_15_minutes"): 2,
        (nurse, "by_1_hour"): 1,
        (nurse, "by_4_hours"): 1,
        (nurse, "by_1_day"): 1,
        (nurse, "by_more"): 1,
        (prescriber, "by_15_minutes"): 1,
    }


async def test_open_escalations_are_apart_with_the_age_of_the_oldest(records: Records) -> None:
    def escalation(key: str, ago: float, owner: str | None) -> OwedRow:
        row = line(key, Role.ON_CALL_CLINICIAN, None, escalation=key, owner=owner)
        shows = Shows(level=Level.SAFETY)
        return row.model_copy(update={"since": minutes(ago), "shows": shows})

    await journey(
        records,
        ADA,
        escalation("e1", 12, None),
        escalation("e2", 30, None),
        escalation("e3", 5, "x"),
    )
    found = sorted(await measures.escalations(records), key=lambda each: each.owned)
    assert found == [
        OpenEscalations(level=Level.SAFETY, owned=False, count=2, oldest=minutes(30)),
        OpenEscalations(level=Level.SAFETY, owned=True, count=1, oldest=minutes(5)),
    ]
    assert await measures.owed(records, NOW) == ()


async def test_journeys_are_counted_by_stage_and_protocol(records: Records) -> None:
    await journey(records, ADA)
    await journey(records, BO, stage="infusion")
    protocols = measures.Protocols()
    expected = {("decision", "ketamine-iv@1"): 1, ("infusion", "ketamine-iv@1"): 1}
    assert await protocols.journeys(records) == expected
    # What has been read once is not read again.
    protocols._of[BO] = "other@2"
    assert (await protocols.journeys(records))["infusion", "other@2"] == 1


async def test_what_waits_is_counted_with_its_age(records: Records) -> None:
    def written(sid: str, state: str, ago: float) -> dict[str, Any]:
        plain = {"sender": "+1", "recipient": "+2", "body": "hi", "num_media": 0, "arrival": 0}
        return plain | {"sid": sid, "state": state, "received_at": minutes(ago)}

    assert await measures.inbound(records) == InboundWaiting()
    assert await measures.link_answers(records) == Waiting()
    await put(
        records,
        InboundText,
        written("a", "received", 3),
        written("b", "received", 9),
        written("c", "routed", 60),
        written("d", "handled", 600),
    )
    assert await measures.inbound(records) == InboundWaiting(
        not_routed=Waiting(count=2, oldest=minutes(9)),
        for_a_person=Waiting(count=1, oldest=minutes(60)),
    )


async def test_rows_that_no_history_has_vouched_for_are_counted(records: Records) -> None:
    assert await measures.provisional(records) == Waiting()
    await journey(records, ADA)
    (waiting,) = [await measures.provisional(records)]
    assert waiting.count == 1
    assert waiting.oldest is not None


def text(intent: str, state: TextState, ago: float = 20, **more: Any) -> dict[str, Any]:
    return {
        "intent": intent,
        "reference": ADA,
        "template": Template.APPOINTMENT,
        "recipient": "+15005550001",
        "body": "hello",
        "state": state,
        "reason": "",
        "as_of": minutes(ago),
        "posted_at": minutes(ago),
        "updated_at": minutes(ago),
        "sid": None,
        **more,
    }


async def test_texts_that_have_ended_are_counted_by_how(records: Records) -> None:
    rows = [text(f"s{n}", TextState.SENT) for n in range(3)]
    rows += [text("w", TextState.WITHHELD, template=Template.WELCOME)]
    rows += [text("r", TextState.RESERVED), text("p", TextState.POSTING)]
    rows += [text("d", TextState.AMBIGUOUS, 40), text("e", TextState.AMBIGUOUS, 4)]
    await put(records, Text, *rows)
    found = {(e.outcome, e.template): e.count for e in await text_measures.ended(records)}
    assert found == {
        (TextState.SENT, Template.APPOINTMENT): 3,
        (TextState.WITHHELD, Template.WELCOME): 1,
    }
    assert await text_measures.in_doubt(records) == Waiting(count=2, oldest=minutes(40))


async def test_rule_29_an_erasure_takes_no_text_out_of_the_count(records: Records) -> None:
    """A counter that went back would be read as a new start, and all of it as new texts."""
    await put(records, Text, text("a", TextState.SENT), text("b", TextState.WITHHELD))
    before = await text_measures.ended(records)
    emptied = erasing._EMPTIED[Text]
    assert not {"state", "template"} & set(emptied)
    assert Text not in erasing._DELETED
    assert await text_measures.ended(records) == before


async def test_a_provider_that_calls_nobody_back_is_seen(records: Records) -> None:
    sent = [text(f"s{n}", TextState.SENT, 20, sid=f"SM{n}") for n in range(3)]
    # Too young to say anything, and so old that we asked for it ourselves.
    sent += [text("y", TextState.SENT, 5, sid="SMy"), text("o", TextState.SENT, 45, sid="SMo")]
    await put(records, Text, *sent)
    await put(
        records,
        TextStatus,
        {"sid": "SM1", "status": "delivered", "at": minutes(19)},
        {"sid": "SM1", "status": "sent", "at": minutes(19)},
        {"sid": "SMo", "status": "delivered", "at": minutes(2)},
    )
    seen = await text_measures.lately(records, NOW)
    assert (seen.heard_of, seen.not_heard_of) == (1, 2)
    assert await text_measures.words(records) == {Delivery.DELIVERED: 2, Delivery.SENT: 1}


async def test_what_the_fuse_held_back_is_news_for_an_hour(records: Records) -> None:
    held = {"state": TextState.WITHHELD, "reason": Tripped.TOO_MANY}
    await put(
        records,
        Text,
        text("a", TextState.WITHHELD, 20) | held,
        text("b", TextState.WITHHELD, 90) | held,
        text("c", TextState.WITHHELD, 20) | held | {"reason": "opted_out"},
    )
    assert (await text_measures.lately(records, NOW)).held_by_fuse == {Tripped.TOO_MANY: 1}


async def test_texts_to_staff_of_a_day_are_counted_by_what_became_of_them(records: Records) -> None:
    def page(intent: str, state: PageTextState, ago: float) -> dict[str, Any]:
        plain = {"person": "omar", "recipient": "+1", "number": 1, "lists": "[]", "reason": ""}
        times = {"as_of": minutes(ago), "posted_at": minutes(ago)}
        return plain | times | {"intent": intent, "state": state}

    await put(
        records,
        PageText,
        page("a", PageTextState.SENT, 5),
        page("b", PageTextState.FAILED, 60),
        page("c", PageTextState.FAILED, 60 * 25),
    )
    seen = await text_measures.lately(records, NOW)
    assert seen.pages == {PageTextState.SENT: 1, PageTextState.FAILED: 1}


async def test_an_erased_journey_is_still_counted(records: Records) -> None:
    await journey(records, ADA)
    async with records.begin() as session:
        row = await session.get_one(JournalEntry, (ADA, 1))
        row.payload = erasing.NO_WORDS
        (await session.get_one(Journey, ADA)).ended = False
    assert await measures.Protocols().journeys(records) == {("decision", "not_read_yet"): 1}
