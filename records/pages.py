"""Pages to staff: one text to one person within a minute, however many pages there are.

    waiting -> posting -> sent | failed
    waiting -> over

Nothing here withholds a page for good: what waits is tried again by its own journey, and where
the records do not answer the page goes out without them.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, PathwayReference
from records.columns import written_now
from records.database import Records, in_time
from records.escalations_told import owned
from records.lookups import is_same
from records.page_model import (
    LISTED,
    MAY_BE_READ,
    REMEMBERED,
    Gone,
    Listed,
    PageState,
    PageTextState,
    PageToSend,
    Post,
    StoredPageText,
    Turn,
    Waits,
)
from records.page_numbers import key_of, numbered
from records.tables import Page, PageText

_LINE = 45
"""The first half of this module's advisory locks in PostgreSQL."""
STILL_POSTING = timedelta(seconds=20)
"""Whoever has not said within this what came of a POST died over it."""
_LOOK_AGAIN_SECONDS = 2.0
_LEFT_BEHIND = timedelta(seconds=30)


@in_time
async def take_turn(records: Records, page: PageToSend, apart: timedelta) -> Turn:
    """Whether this page may go now, in which text, and what goes with it.

    Args:
        apart: how long after one text to a person the next one goes.
    """
    async with records.begin() as session:
        await _one_at_a_time(session, page.recipient)
        row = await session.get(Page, page.listed.intent)
        if row is not None and row.state == PageState.SENT:
            return Gone()
        if row is not None and _under_way(row):
            return Waits(seconds=_LOOK_AGAIN_SECONDS)
        row = await _waiting(session, row, page)
        recent = await _texts(session, page.recipient, page.at)
        if (left := _left_to_wait(recent, page.at, apart)) > timedelta(0):
            return Waits(seconds=left.total_seconds())
        rows = [row, *await _others(session, row, page.at - apart - _LEFT_BEHIND)]
        return await _claimed(session, page, rows, recent)


def _under_way(row: Page) -> bool:
    return row.state == PageState.POSTING and row.written_at > written_now() - STILL_POSTING


async def _waiting(session: AsyncSession, row: Page | None, page: PageToSend) -> Page:
    if row is None:
        said = page.listed.model_dump(exclude={"number"})
        row = Page(**said, person=page.person, recipient=page.recipient)
        session.add(row)
    row.state, row.as_of = PageState.WAITING, page.at
    await session.flush()
    return row


def _left_to_wait(recent: Sequence[StoredPageText], at: Instant, apart: timedelta) -> timedelta:
    gone = (t.as_of for t in recent if t.state in {PageTextState.POSTING, PageTextState.SENT})
    last = max(gone, default=None)
    return apart - max(at - last, timedelta(0)) if last is not None else timedelta(0)


async def _others(session: AsyncSession, mine: Page, tried_since: Instant) -> list[Page]:
    """What else waits for her. What its journey no longer tries is left behind."""
    query = (
        select(Page)
        .where(
            is_same(session, Page.recipient_lookup, mine.recipient),
            Page.state == PageState.WAITING,
            Page.intent != mine.intent,
            Page.as_of >= tried_since,
        )
        .order_by(Page.since, Page.intent)
    )
    rows = list(await session.scalars(query))
    has = await owned(session, [row.reference for row in rows])
    for row in rows:
        if (row.reference, row.escalation) in has:
            row.state = PageState.OVER
    return [row for row in rows if row.state == PageState.WAITING]


async def _claimed(
    session: AsyncSession, page: PageToSend, rows: list[Page], recent: Sequence[StoredPageText]
) -> Post:
    listed = tuple(_as_listed(row) for row in sorted(rows, key=lambda r: (r.since, r.intent)))
    post = numbered(rows[0].intent, listed, page.at, recent)
    await session.merge(
        PageText(
            intent=post.intent,
            person=page.person,
            recipient=page.recipient,
            number=post.number,
            lists=LISTED.dump_json(post.listed).decode(),
            link=post.link,
            state=PageTextState.POSTING,
            reason="",
            as_of=page.at,
            posted_at=written_now(),
            followed_up_at=None,
        )
    )
    for row in rows:
        row.state, row.text, row.written_at = PageState.POSTING, post.intent, written_now()
    return post


@in_time
async def went_out(records: Records, intent: str, sid: str) -> None:
    """The provider took the text."""
    async with records.begin() as session:
        stored = await session.get(PageText, intent)
        if stored is not None:
            stored.sid = stored.sid or sid
            if stored.state != PageTextState.FAILED:
                stored.state = PageTextState.SENT
        await move_pages(session, intent, PageState.SENT)


@in_time
async def did_not_go(
    records: Records, intent: str, state: PageTextState, reason: str, code: int | None = None
) -> None:
    """The provider did not take it, or nobody knows: its pages are tried again by themselves."""
    async with records.begin() as session:
        stored = await session.get(PageText, intent)
        if stored is None or stored.sid is not None:
            return  # a callback was quicker: it did go out
        stored.state, stored.reason, stored.provider_code = state, reason, code
        back = PageState.FAILED if state is PageTextState.REFUSED else PageState.WAITING
        await move_pages(session, intent, back)


async def move_pages(session: AsyncSession, text_intent: str, to: PageState) -> None:
    """What becomes of the pages that a text carries."""
    still = (PageState.WAITING, PageState.POSTING)
    moved = update(Page).where(Page.text == text_intent)
    if to is not PageState.FAILED:
        moved = moved.where(Page.state.in_(still))
    await session.execute(
        moved.values(state=to, written_at=written_now()).execution_options(
            synchronize_session=False
        )
    )


@in_time
async def over(records: Records, reference: PathwayReference, escalation: str) -> None:
    """It was taken: what still waits about it does not go."""
    async with records.begin() as session:
        await session.execute(
            update(Page)
            .where(
                Page.reference == reference,
                Page.escalation == escalation,
                Page.state == PageState.WAITING,
            )
            .values(state=PageState.OVER)
            .execution_options(synchronize_session=False)
        )


async def _texts(session: AsyncSession, recipient: str, at: Instant) -> list[StoredPageText]:
    query = (
        select(PageText)
        .where(
            is_same(session, PageText.recipient_lookup, recipient),
            PageText.as_of > at - REMEMBERED,
        )
        .order_by(PageText.as_of.desc(), PageText.intent)
    )
    return [as_stored(row) for row in await session.scalars(query)]


@in_time
async def may_be_read(records: Records, recipient: str, at: Instant) -> tuple[StoredPageText, ...]:
    """The texts that this phone may have, the newest first."""
    async with records.session() as session:
        found = await _texts(session, recipient, at)
        return tuple(each for each in found if each.state in MAY_BE_READ)


@in_time
async def behind(records: Records, link: str) -> StoredPageText | None:
    """The text whose several pages this link opens."""
    async with records.session() as session:
        row = await session.scalar(select(PageText).where(PageText.link == link))
        return as_stored(row) if row else None


@in_time
async def still_open(records: Records, texts: Sequence[StoredPageText]) -> tuple[Listed, ...]:
    """What these texts list and nobody has taken, each once, by its newest number."""
    newest: dict[tuple[str, str], Listed] = {}
    for each in (listed for t in texts for listed in t.listed):
        newest.setdefault(key_of(each), each)
    async with records.session() as session:
        has = await owned(session, [reference for reference, _ in newest])
    opened = (each for key, each in newest.items() if key not in has)
    return tuple(sorted(opened, key=lambda each: (each.since, each.number)))


def as_stored(row: PageText) -> StoredPageText:
    """A row of the table as the rest of the system knows it."""
    values = {n: getattr(row, n) for n in StoredPageText.model_fields if n != "listed"}
    return StoredPageText.model_validate(values | {"listed": LISTED.validate_json(row.lists)})


def _as_listed(row: Page) -> Listed:
    return Listed.model_validate(
        {name: getattr(row, name) for name in Listed.model_fields if name != "number"}
    )


async def _one_at_a_time(session: AsyncSession, recipient: str) -> None:
    """Of two pages to one phone at once, one sees the other's text."""
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:line, hashtext(:phone))")
        await session.execute(lock, {"line": _LINE, "phone": recipient})
