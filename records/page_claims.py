"""Messages of the provider, claimed for the texts to staff whose intents their callbacks name."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records.page_model import PageState, PageTextState
from records.pages import move_pages
from records.tables import PageText


async def claim_pages(session: AsyncSession, named: Sequence[tuple[str, str | None]]) -> set[str]:
    """Those of these messages that are pages, by their text or by the intent named for them."""
    if not named:
        return set()
    sids = {sid for sid, _ in named}
    known = await _known(session, sids)
    claims = {intent: sid for sid, intent in named if intent is not None and sid not in known}
    for intent, sid in sorted(claims.items()):
        await _claim(session, intent, sid)
    return await _known(session, sids) if claims else known


async def _claim(session: AsyncSession, intent: str, sid: str) -> None:
    row = await session.get(PageText, intent, with_for_update=True)
    if row is None or row.sid is not None:
        return
    try:
        async with session.begin_nested():
            row.sid = sid
            row.state = PageTextState.SENT
    except IntegrityError:
        return  # another text's by now
    # It went out although its answer was lost: what it carries needs no second text.
    await move_pages(session, intent, PageState.SENT)


async def _known(session: AsyncSession, sids: Collection[str]) -> set[str]:
    found = await session.scalars(select(PageText.sid).where(PageText.sid.in_(sids)))
    return {sid for sid in found if sid is not None}
