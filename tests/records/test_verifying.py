"""Whatever is changed in what was sealed, the first row that is wrong is named."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from sealed import RING
from sealed_journal import batch, first, row, seal, verify, write
from seeds import first_seed
from sqlalchemy import Dialect, String, TypeDecorator, and_, delete, insert, select, update

from records import anchors, auditing, journal
from records.anchors import Kept
from records.database import Records
from records.errors import RecordsError
from records.findings import Fault, Finding
from records.tables import Base

HERS, ITS, THEIRS = "J-0000000001", "J-0000000002", "J-0000000003"
ROWS = 6
TABLES = {
    name: Base.metadata.tables[name]
    for name in (
        *("journeys", "journal", "journal_replaced"),
        *("journal_links", "journal_heads", "journal_anchors"),
    )
}
JOURNAL, LINKS = TABLES["journal"], TABLES["journal_links"]
SLOWLY = settings(
    max_examples=30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)

Rows = list[dict[str, Any]]


class Sealed:
    """Three journeys in three rounds; each attempt begins from the same rows."""

    def __init__(self, records: Records, rows: dict[str, Rows]) -> None:
        self.records = records
        self.rows = rows

    @classmethod
    async def build(cls, records: Records) -> "Sealed":
        for reference in (HERS, ITS, THEIRS):
            await write(records, reference, 1, ROWS - 2)
        await seal(records)
        # One that was reset, and sealed again; and one whose last row may still be lost.
        await journal.write(records, batch(ITS, row(2, "reset"), minutes=90, confirmed=4))
        await seal(records)
        for reference in (HERS, ITS, THEIRS):
            await write(records, reference, ROWS - 1, ROWS)
        last = batch(THEIRS, row(ROWS + 1), minutes=99, confirmed=ROWS)
        await journal.write(records, last)
        await seal(records)
        assert (await verify(records)).findings == ()
        async with records.session() as session:
            rows = {
                name: [
                    dict(each)
                    for each in (
                        await session.execute(select(table).order_by(*table.primary_key))
                    ).mappings()
                ]
                for name, table in TABLES.items()
            }
        return cls(records, rows)

    async def again(self) -> None:
        """As it was."""
        async with self.records.begin() as session:
            for table in reversed(TABLES.values()):
                await session.execute(delete(table))
            for name, table in TABLES.items():
                await session.execute(insert(table), self.rows[name])

    async def put(self, name: str, rows: Rows) -> None:
        """Other rows in the place of all of a table."""
        async with self.records.begin() as session:
            await session.execute(delete(TABLES[name]))
            if rows:
                await session.execute(insert(TABLES[name]), rows)

    def journal(self, reference: str = HERS) -> Rows:
        mine = [dict(each) for each in self.rows["journal"] if each["reference"] == reference]
        return sorted(mine, key=lambda each: each["number"])

    async def put_journal(self, rows: Rows, reference: str = HERS) -> None:
        others = [each for each in self.rows["journal"] if each["reference"] != reference]
        await self.put("journal", [*others, *rows])


@pytest.fixture
async def sealed(records: Records) -> Sealed:
    return await Sealed.build(records)


def other(value: Any, data: st.DataObject) -> Any:
    """Another value of the same kind, often just beside it."""
    match value:
        case bool():
            return not value
        case int():
            return value + data.draw(st.sampled_from([-1, 1, 50, 10**6]))
        case datetime():
            return value + data.draw(
                st.sampled_from([timedelta(microseconds=1), timedelta(days=-400)])
            )
        case "":
            return "x"
    place = data.draw(st.integers(0, len(value) - 1))
    letter = data.draw(st.sampled_from("abcdef0123456789{}").filter(lambda c: c != value[place]))
    return value[:place] + letter + value[place + 1 :]


JOURNAL_FIELDS = ("kind", "at", "payload", "content_hash", "provisional")
LINK_FIELDS = tuple(c.name for c in LINKS.columns if c.name not in {"reference", "position"})


@seed(first_seed())
@SLOWLY
@given(data=st.data())
async def test_any_field_of_any_sealed_row(sealed: Sealed, data: st.DataObject) -> None:
    await sealed.again()
    reference = data.draw(st.sampled_from([HERS, ITS, THEIRS]))
    number = data.draw(st.integers(1, ROWS))
    rows = sealed.journal(reference)
    name = data.draw(st.sampled_from(JOURNAL_FIELDS))
    rows[number - 1][name] = other(rows[number - 1][name], data)
    await sealed.put_journal(rows, reference)
    assert await named(sealed) == (Fault.ROW_ALTERED, reference, number)


@seed(first_seed())
@SLOWLY
@given(data=st.data())
async def test_any_field_of_any_link(sealed: Sealed, data: st.DataObject) -> None:
    await sealed.again()
    links = [dict(each) for each in sealed.rows["journal_links"]]
    link = data.draw(st.sampled_from(links))
    reference, number, act = link["reference"], link["number"], link["act"]
    name = data.draw(st.sampled_from(LINK_FIELDS))
    superseded = (reference, number, act) == (ITS, 2, "sealed")
    link[name] = other(link[name], data)
    await sealed.put("journal_links", links)
    fault, where, which = await named(sealed)
    assert where == reference
    if name == "salt":
        wanted = Fault.SET_ASIDE_ALTERED if superseded else Fault.ROW_ALTERED
        assert (fault, which) == (wanted, number)
    elif name == "key_id":
        assert fault in {Fault.KEY_UNKNOWN, Fault.LINK_ALTERED}
    else:
        assert fault is Fault.LINK_ALTERED
    if act == "sealed":
        assert which == number


@seed(first_seed())
@settings(SLOWLY, max_examples=15)
@given(data=st.data())
async def test_any_field_of_any_head(sealed: Sealed, data: st.DataObject) -> None:
    await sealed.again()
    heads = [dict(each) for each in sealed.rows["journal_heads"]]
    head = data.draw(st.sampled_from(heads))
    reference = head["reference"]
    name = data.draw(st.sampled_from(["position", "number", "link", "reference"]))
    head[name] = other(head[name], data) if name != "reference" else "J-0000000009"
    await sealed.put("journal_heads", heads)
    findings = (await verify(sealed.records)).findings
    assert reference in {finding.reference for finding in findings}


@seed(first_seed())
@settings(SLOWLY, max_examples=15)
@given(data=st.data())
async def test_any_field_of_any_anchor(sealed: Sealed, data: st.DataObject) -> None:
    await sealed.again()
    kept = [dict(each) for each in sealed.rows["journal_anchors"]]
    anchor = data.draw(st.sampled_from(kept))
    number = anchor["round"]
    name = data.draw(st.sampled_from(["at", "heads", "key_id", "key_check", "anchor", "round"]))
    anchor[name] = other(anchor[name], data) if name != "round" else number + 50
    await sealed.put("journal_anchors", kept)
    findings = (await verify(sealed.records)).findings
    rounds = [finding.round for finding in findings if finding.round]
    assert min(rounds) == number


@seed(first_seed())
@SLOWLY
@given(data=st.data())
async def test_rows_that_are_taken_out_moved_or_put_in(sealed: Sealed, data: st.DataObject) -> None:
    await sealed.again()
    rows = sealed.journal()
    way = data.draw(st.sampled_from([deleted, closed_up, swapped, put_in, renumbered]))
    fault, number = way(rows, data)
    await sealed.put_journal(rows)
    assert await named(sealed) == (fault, HERS, number)


def deleted(rows: Rows, data: st.DataObject) -> tuple[Fault, int]:
    return Fault.ROW_REMOVED, rows.pop(data.draw(st.integers(0, ROWS - 1)))["number"]


def closed_up(rows: Rows, data: st.DataObject) -> tuple[Fault, int]:
    """And those behind it renumbered, so that there is no gap."""
    place = data.draw(st.integers(0, ROWS - 1))
    rows.pop(place)
    for each in rows[place:]:
        each["number"] -= 1
    return Fault.ROW_REMOVED, place + 1


def swapped(rows: Rows, data: st.DataObject) -> tuple[Fault, int]:
    two = data.draw(st.lists(st.integers(0, ROWS - 1), min_size=2, max_size=2, unique=True))
    one, another = sorted(two)
    rows[one]["number"], rows[another]["number"] = another + 1, one + 1
    return Fault.ROWS_REORDERED, one + 1


def put_in(rows: Rows, data: st.DataObject) -> tuple[Fault, int]:
    """Those behind it are renumbered to make room."""
    place = data.draw(st.integers(0, ROWS - 1))
    for each in rows[place:]:
        each["number"] += 1
    rows.insert(place, {**rows[place], "number": place + 1, "payload": '{"said":"forged"}'})
    return Fault.ROW_INSERTED, place + 1


def renumbered(rows: Rows, data: st.DataObject) -> tuple[Fault, int]:
    place = data.draw(st.integers(0, ROWS - 1))
    rows[place]["number"] = data.draw(st.sampled_from([50, 10**6]))
    return Fault.ROW_REMOVED, place + 1


@pytest.mark.parametrize("left", range(ROWS))
async def test_a_tail_that_was_cut_off_with_its_links(sealed: Sealed, left: int) -> None:
    """Its head still tells."""
    await cut(sealed, left)
    assert await named(sealed) == (Fault.TAIL_REMOVED, HERS, left + 1)


@pytest.mark.parametrize("left", [0, 2, 4, 5])
async def test_a_tail_that_was_cut_off_with_its_links_and_its_head(
    sealed: Sealed, left: int
) -> None:
    """The anchors tell, also of a journey that is not there any more."""
    await cut(sealed, left, with_head=True)
    assert await named(sealed) == (Fault.TAIL_REMOVED, HERS, left + 1)


async def test_what_was_cut_off_everywhere_is_missed_by_the_anchor_outside_alone(
    sealed: Sealed,
) -> None:
    kept = [Kept.of(anchor) for anchor in await anchors.behind(sealed.records, 0)]
    for reference in (HERS, ITS, THEIRS):
        await cut(sealed, 4, reference, with_head=True)
    await sealed.put("journal_anchors", sealed.rows["journal_anchors"][:2])
    assert (await verify(sealed.records)).findings == (), "the records alone do not know"
    findings = await beside(sealed, kept)
    assert [(f.fault, f.reference, f.number) for f in findings] == [
        (Fault.OUTSIDE_DIFFERS, HERS, 5)
    ]
    (only,) = await beside(sealed, [Kept(round=3, anchor=kept[2].anchor)])
    assert (only.fault, only.round) == (Fault.OUTSIDE_DIFFERS, 3)
    # Nor does it help to go on: the next round has its number, and another anchor.
    await write(sealed.records, HERS, 5, 6)
    await seal(sealed.records)
    assert (await verify(sealed.records)).findings == ()
    (found,) = await beside(sealed, kept)
    assert (found.reference, found.number) == (HERS, 6)


async def test_a_link_without_its_row_and_a_row_without_its_link(sealed: Sealed) -> None:
    mine = and_(LINKS.c.reference == HERS, LINKS.c.number == 3)
    await execute(sealed, delete(LINKS).where(mine))
    assert await named(sealed) == (Fault.LINK_REMOVED, HERS, 3)
    both = and_(JOURNAL.c.reference == HERS, JOURNAL.c.number == 3)
    await execute(sealed, delete(JOURNAL).where(both))
    assert await named(sealed) == (Fault.ROW_REMOVED, HERS, 3)


async def test_of_several_the_first_of_each_journey_is_named(sealed: Sealed) -> None:
    for reference, number in ((THEIRS, 4), (THEIRS, 2), (HERS, 5)):
        mine = and_(JOURNAL.c.reference == reference, JOURNAL.c.number == number)
        await execute(sealed, update(JOURNAL).where(mine).values(payload="{}"))
    verified = await verify(sealed.records)
    assert [(f.reference, f.number) for f in verified.findings] == [(HERS, 5), (THEIRS, 2)]
    assert verified.wrong == 2


class Unreadable(TypeDecorator[str]):
    """A cell that does not open."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value == "changed":
            raise RecordsError("it was changed")
        return value


async def test_a_cell_that_does_not_open_is_named_and_stops_no_other_journey(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JOURNAL.c.payload, "type", Unreadable())
    for first_one, last_one in ((1, 4), (5, 8)):
        await seal(records)
        for reference in (HERS, ITS):
            await write(records, reference, first_one, last_one)
    for number in (3, 6):
        mine = and_(JOURNAL.c.reference == HERS, JOURNAL.c.number == number)
        async with records.begin() as session:
            await session.execute(update(JOURNAL).where(mine).values(payload="changed"))
    assert await seal(records) == 5, "one of hers, and all of the other's"
    (found,) = (await verify(records)).findings
    assert (found.fault, found.reference, found.number) == (Fault.ROW_ALTERED, HERS, 3)


async def test_a_whole_table_that_was_emptied(sealed: Sealed) -> None:
    for name in ("journal", "journal_links", "journal_heads", "journal_anchors"):
        await sealed.again()
        await sealed.put(name, [])
        assert await first(sealed.records) is not None, name


async def cut(sealed: Sealed, left: int, reference: str = HERS, *, with_head: bool = False) -> None:
    """Take the last rows of a journey out, with their links."""
    links = [each for each in sealed.rows["journal_links"] if each["reference"] == reference]
    upto = next(
        n for n, link in enumerate(links) if link["number"] == left + 1 and link["act"] == "sealed"
    )
    rows = and_(JOURNAL.c.reference == reference, JOURNAL.c.number > left)
    await execute(sealed, delete(JOURNAL).where(rows))
    gone = and_(LINKS.c.reference == reference, LINKS.c.position > upto)
    await execute(sealed, delete(LINKS).where(gone))
    if with_head:
        heads = TABLES["journal_heads"]
        mine = heads.c.reference == reference
        if left == 0:
            await execute(sealed, delete(heads).where(mine))
            return
        back = {"position": upto, "number": left, "link": links[upto - 1]["link"]}
        await execute(sealed, update(heads).where(mine).values(**back))


async def execute(sealed: Sealed, statement: Any) -> None:
    async with sealed.records.begin() as session:
        await session.execute(statement)


async def named(sealed: Sealed) -> tuple[Fault, str | None, int | None]:
    found = await first(sealed.records)
    assert found is not None, "nothing was found"
    return found.fault, found.reference, found.number


async def beside(sealed: Sealed, kept: Sequence[Kept]) -> tuple[Finding, ...]:
    return (await auditing.verify(sealed.records, RING, outside=[kept])).findings
