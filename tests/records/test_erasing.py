"""Erasing a person: nothing of hers is left in any table, and nothing of anybody else's goes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Table, TypeDecorator, delete, insert, select, update

from pathway.roles import Role
from records import erasing, rebuilding, restriction
from records.columns import Lookup, SealedDate
from records.database import Records
from records.errors import CareIsOpenError, UnknownPatientError
from records.tables import Base

HER, OTHER = "J-0123456789", "J-9876543210"
NOON = datetime(2030, 3, 9, 12, tzinfo=UTC)
BORN = date(1931, 7, 9)
"""A canary too: no other date of hers lies in that year."""
LATER = NOON + timedelta(days=3000)

SAYS_NOTHING: dict[str, set[str]] = {
    "patients": {"reference"},
    "referral_notes": {"reference"},
    "patient_details": {"reference"},
    "companions": {"reference"},
    "patient_changes": {"reference", "field", "by", "role"},
    "disclosures": {"id", "reference", "told", "by", "role"},
    "amendments": {
        *("reference", "taken_by", "taken_as", "decision", "decided_by", "decided_as"),
        "disagreement_taken_by",
    },
    "texts": {"intent", "reference", "template", "state", "sid"},
    "text_status": {"sid", "status"},
    "parked_status": {"sid", "status", "intent"},
    "inbound_texts": {
        *("sid", "recipient", "opt_out_type", "keyword", "state", "last_error", "handled_by"),
        "from_staff",
    },
    "inbound_text_patients": {"sid", "reference"},
    "journeys": {"reference", "stage", "next_act"},
    "journal": {"reference", "kind"},
    "journal_replaced": {"reference", "kind"},
    # Keyed hashes; what they are of can be guessed with the salt alone, and that goes.
    "journal_links": {"reference", "act", "kind", "words", "key_id", "link"},
    "journal_heads": {"reference", "link"},
    "journal_anchors": {"heads", "key_id", "key_check", "anchor"},
    "contact_attempts": {"reference", "task", "how", "whom", "outcome", "by"},
    "staff_answers": {"id", "reference", "by"},
    "links": {
        *("id", "kind", "reference", "about", "what", "whom", "role"),
        *("answer", "outcome"),
    },
    "links_handed_out": {"link", "reference", "kind", "about", "whom", "by", "role"},
    # To staff: a person of the clinic, and what is due in words that tell of nobody.
    "page_texts": {
        *("intent", "person", "recipient", "lists", "link", "state", "reason", "sid"),
    },
    "pages": {
        *("intent", "reference", "escalation", "key", "person", "recipient", "role", "level"),
        *("what", "state", "text", "all_clear"),
    },
    "refusals": {"reference", "command", "code", "by", "role"},
    "decodes": {"who", "role", "namespace", "reference", "outcome"},
    "signs": {"name", "note"},
    "watch_findings": {"kind", "reference", "state", "told_state"},
}
"""Columns of letters that tell of nobody: ids, kinds, and who of staff. All others get a canary.

A table that is not named here fails the test: somebody must say what an erasure does to it."""
NOT_PLANTED = {"owed", "erasures"}
"""With a line that is owed nobody is erased; the other is what an erasure writes."""


def canary(table: str, column: str, whose: str) -> str:
    return f"canary {table} {column} {whose}"


def value(table: str, column: Column[Any], whose: str) -> Any:
    """What stands in one column of one person's row."""
    of = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = date if isinstance(column.type, SealedDate) else of.python_type
    if column.name in {"sid", "intent", "id"} and kind is str:
        return f"{column.name}-{whose}"
    if column.name == "reference":
        return whose
    if kind is str:
        plain = column.name in SAYS_NOTHING[table]
        return f"{column.name[:20]}" if plain else canary(table, column.name, whose)
    return {bool: False, int: 1, datetime: NOON, date: BORN}[kind]


async def plant(records: Records, whose: str) -> None:
    """A row of hers in every table, each column of words with a canary of its own."""
    async with records.begin() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in NOT_PLANTED:
                continue
            assert table.name in SAYS_NOTHING, f"what does an erasure do to {table.name}?"
            if table.name in {"signs", "journal_anchors"} and whose != HER:
                continue
            row = {column.name: value(table.name, column, whose) for column in _given(table)}
            if table.name == "journeys":
                row["ended"] = True
            await session.execute(insert(table).values(**row))


def _given(table: Table) -> list[Column[Any]]:
    """All but the numbers that the database gives by itself, and the hashes that follow."""
    by_itself = table.autoincrement_column
    return [c for c in table.columns if c is not by_itself and not isinstance(c.type, Lookup)]


async def erase(records: Records) -> dict[str, int]:
    return await erasing.erase(records, HER, by="lena.roth", role="privacy_officer", at=LATER)


async def dumped(records: Records) -> list[str]:
    """Every value of every column of every table, as it is read."""
    async with records.session() as session:
        return [
            f"{table.name}.{name}: {value}"
            for table in Base.metadata.sorted_tables
            for row in (await session.execute(select(table))).mappings()
            for name, value in row.items()
        ]


async def rows_of(records: Records, table: str) -> list[dict[str, Any]]:
    async with records.session() as session:
        found = await session.execute(select(Base.metadata.tables[table]))
        return [dict(row) for row in found.mappings()]


async def test_rule_29_nothing_of_an_erased_person_is_left_in_any_table(records: Records) -> None:
    await plant(records, HER)
    before = await dumped(records)
    planted = [line for line in before if "canary" in line]
    assert len({line.split(":")[0] for line in planted}) > 30, "the canaries are there before"
    counts = await erase(records)
    after = await dumped(records)
    assert [line for line in after if "canary" in line or "1931-" in line] == []
    hashes = {line for line in before if ": mac1:" in line and not line.startswith("page")}
    assert len(hashes) == 6, "of her record number, identity, phone, text, reply and set aside"
    assert hashes.isdisjoint(after), "by her number nobody finds where she was"
    assert (counts["patients"], counts["journal"], counts["companions"]) == (1, 1, 1)


async def test_rule_29_what_tells_of_nobody_stays_with_the_fact_of_the_erasure(
    records: Records,
) -> None:
    await plant(records, HER)
    await erase(records)
    (entry,) = await rows_of(records, "journal")
    assert (entry["reference"], entry["number"], entry["at"], entry["payload"]) == (
        *(HER, 1, NOON, "{}"),
    )
    (told,) = await rows_of(records, "disclosures")
    assert (told["told"], told["by"], told["what"]) == ("told", "by", "")
    fact = await erasing.erased(records, HER)
    assert fact is not None
    assert (fact.by, fact.at, fact.entries, fact.texts) == ("lena.roth", LATER, 1, 2)
    assert fact.history_deleted_at is None
    assert await rebuilding.references(records) == (), "nobody fills in again what was erased"
    with pytest.raises(UnknownPatientError):
        await erase(records)


async def test_rule_29_nobody_else_loses_a_word(records: Records) -> None:
    await plant(records, OTHER)
    before = sorted(await dumped(records))
    await plant(records, HER)
    async with records.begin() as session:
        for of_nobody in ("signs", "journal_anchors"):
            await session.execute(delete(Base.metadata.tables[of_nobody]))
    await erase(records)
    left = [line for line in sorted(await dumped(records)) if "canary" in line]
    assert left == [line for line in before if "canary" in line]


async def test_rule_29_a_text_from_a_phone_that_another_has_too_stays_the_others(
    records: Records,
) -> None:
    await plant(records, HER)
    await plant(records, OTHER)
    links = Base.metadata.tables["inbound_text_patients"]
    texts, people = (Base.metadata.tables[n] for n in ("inbound_texts", "patients"))
    async with records.begin() as session:
        await session.execute(insert(links).values(sid=f"sid-{OTHER}", reference=HER))
        # From her phone when nobody knew yet that it was hers.
        await session.execute(
            update(people)
            .where(people.c.reference == HER)
            .values(phone_e164="+1", phone_lookup="+1")
        )
        early = {"sid": "early", "sender": "+1", "body": "canary early", "recipient": "+2"}
        more = {"num_media": 0, "received_at": NOON, "state": "routed", "written_at": NOON}
        await session.execute(insert(texts).values(**early, **more))
    await erase(records)
    kept = {row["sid"]: row for row in await rows_of(records, "inbound_texts")}
    assert kept[f"sid-{OTHER}"]["body"] == canary("inbound_texts", "body", OTHER)
    assert (kept["early"]["body"], kept["early"]["sender"]) == ("", "erased")
    left = {(r["sid"], r["reference"]) for r in await rows_of(records, "inbound_text_patients")}
    assert left == {(f"sid-{OTHER}", OTHER), (f"sid-{HER}", HER)}


async def test_rule_29_a_failed_erasure_leaves_all_as_it_was(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    await plant(records, HER)
    before = sorted(await dumped(records))

    class LostError(Exception):
        pass

    def lost(**_: object) -> None:
        raise LostError

    monkeypatch.setattr(erasing, "Erasure", lost)
    with pytest.raises(LostError):
        await erase(records)
    assert sorted(await dumped(records)) == before


@pytest.mark.parametrize("still", ["open", "owed", "not_told"])
async def test_rule_29_nobody_is_erased_or_hidden_from_those_who_treat_her(
    records: Records, still: str
) -> None:
    await plant(records, HER)
    tables = Base.metadata.tables
    async with records.begin() as session:
        if still == "open":
            await session.execute(update(tables["journeys"]).values(ended=False))
        elif still == "owed":
            line = {"key": "x", "section": "danger", "role": "nurse", "since": NOON, "line": "x"}
            await session.execute(insert(tables["owed"]).values(reference=HER, **line))
        else:
            for name in ("journal", "contact_attempts", "journeys"):
                await session.execute(delete(tables[name]))
    signed: Any = {"by": "lena.roth", "role": Role.PRIVACY_OFFICER, "at": LATER}
    await restriction.restrict(records, HER, restricted=True, **signed)
    assert not await restriction.hidden_from(records, HER, None)
    with pytest.raises(CareIsOpenError):
        await erase(records)
    assert await erasing.erased(records, HER) is None
