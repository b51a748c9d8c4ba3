"""What becomes of texts to staff after the provider took them, and what is still to be done."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Model, PathwayReference
from records.columns import written_now
from records.database import Records, in_time
from records.deliveries import FAILURES, said_of
from records.lookups import is_same
from records.page_model import (
    LISTED,
    REMEMBERED,
    Listed,
    PageState,
    PageTextState,
    StoredPageText,
)
from records.pages import move_pages
from records.readable import CANNOT_BE_READ, bundle
from records.tables import Page, PageText, TextStatus
from records.text_status import Said

_HAS_IT = (PageState.WAITING, PageState.POSTING, PageState.SENT)
_FIELDS = tuple(name for name in StoredPageText.model_fields if name != "listed")
_TEXT = bundle("text", *(getattr(PageText, name) for name in _FIELDS), PageText.lists)
_PAGE = bundle("page", *(getattr(Page, n) for n in Listed.model_fields if n != "number"))


class Unheard(Model):
    """A text to staff that nobody has read, and what was said of it."""

    text: StoredPageText
    said: Said | None
    """None where it never left: refused, or stopped by her own word."""

    @property
    def arrived(self) -> bool:
        """It was delivered before anything else was said of it."""
        return self.said is not None and self.said.status not in FAILURES

    @property
    def code(self) -> int | None:
        return self.said.provider_code if self.said else self.text.provider_code


@in_time
async def unheard(
    records: Records, limit: int, without: Collection[PathwayReference] = ()
) -> tuple[Unheard, ...]:
    """Texts that did not arrive and were not followed up, the oldest first.

    Args:
        without: journeys that cannot be told now; a text with a page of one of them is left out.
    """
    failed = exists().where(TextStatus.sid == PageText.sid, TextStatus.status.in_(sorted(FAILURES)))
    lost = PageText.state.in_((PageTextState.REFUSED, PageTextState.FAILED))
    waits = exists().where(Page.text == PageText.intent, Page.reference.in_(without))
    query = (
        select(_TEXT)
        .where(PageText.followed_up_at.is_(None), or_(failed, lost), ~waits)
        .order_by(PageText.as_of, PageText.intent)
        .limit(limit)
    )
    async with records.session() as session:
        texts = [await _stored(session, row) for row in await session.scalars(query)]
    return tuple([Unheard(text=each, said=await _said(records, each)) for each in texts])


async def _stored(session: AsyncSession, row: Row[Any]) -> StoredPageText:
    """A text as it stands. Where it does not open, its pages themselves say what it lists."""
    if row.lists == CANNOT_BE_READ:
        query = select(_PAGE).where(Page.text == row.intent).order_by(Page.since, Page.intent)
        listed = tuple(map(_as_listed, await session.scalars(query)))
    else:
        listed = LISTED.validate_json(row.lists)
    values = {name: getattr(row, name) for name in _FIELDS}
    return StoredPageText.model_validate(values | {"listed": listed})


def _as_listed(page: Row[Any]) -> Listed:
    names = Listed.model_fields.keys() - {"number"}
    return Listed.model_validate({name: getattr(page, name) for name in names})


async def _said(records: Records, text: StoredPageText) -> Said | None:
    if text.sid is None or text.state is PageTextState.FAILED:
        return None
    return await said_of(records, text.sid)


@in_time
async def failed(records: Records, text: StoredPageText) -> tuple[tuple[Listed, bool], ...]:
    """Its pages are nobody's now; with each, whether nobody else of its rung has it."""
    async with records.begin() as session:
        await move_pages(session, text.intent, PageState.FAILED)
        told = []
        for each in text.listed:
            others = exists().where(
                Page.reference == each.reference, Page.key == each.key, Page.state.in_(_HAS_IT)
            )
            told.append((each, not await session.scalar(select(others))))
        return tuple(told)


@in_time
async def stopped(records: Records, recipient: str, reason: str) -> None:
    """This phone takes no texts any more: what it got lately may not have been read."""
    async with records.begin() as session:
        lately = PageText.posted_at > written_now() - REMEMBERED
        await session.execute(
            update(PageText)
            .where(
                is_same(session, PageText.recipient_lookup, recipient),
                PageText.state.in_((PageTextState.SENT, PageTextState.IN_DOUBT)),
                PageText.followed_up_at.is_(None),
                lately,
            )
            .values(state=PageTextState.FAILED, reason=reason)
            .execution_options(synchronize_session=False)
        )
