"""Messages of the provider, claimed for the texts whose intents its callbacks name."""

from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from records.columns import written_now
from records.tables import Text
from records.text_model import OPEN, TextState
from records.texts import claim_sid_within
from records.upsert import table_of

_TEXTS = table_of(Text)
# No IN: a statement with one cannot be sent for many rows at once.
_IS_OPEN = or_(*(_TEXTS.c.state == state for state in sorted(OPEN)))
# As `texts.claim_sid` does for one: what staff took over keeps its state.
_CLAIM = (
    update(_TEXTS)
    .where(
        _TEXTS.c.intent == bindparam("of"),
        _TEXTS.c.sid.is_(None),
        or_(_IS_OPEN, _TEXTS.c.state == TextState.TO_STAFF),
    )
    .values(
        sid=bindparam("message"),
        state=case((_IS_OPEN, TextState.ADOPTED), else_=_TEXTS.c.state),
        reason=case((_IS_OPEN, "adopted"), else_=_TEXTS.c.reason),
        updated_at=bindparam("now"),
    )
)


async def claim_all(session: AsyncSession, named: Iterable[tuple[str, str | None]]) -> set[str]:
    """Those of these messages that are ours, by their text or by the intent named for them."""
    pairs = list(named)
    sids = {sid for sid, _ in pairs}
    known = await _known(session, sids)
    claims: dict[str, str] = {}
    for sid, intent in pairs:
        if intent is not None and sid not in known:
            claims.setdefault(intent, sid)
    if not claims:
        return known
    await _claim(session, claims)
    return await _known(session, sids)


async def _claim(session: AsyncSession, claims: dict[str, str]) -> None:
    now = written_now()
    # In order of their intents, so that no two who claim at once wait for one another.
    rows = [{"of": intent, "message": sid, "now": now} for intent, sid in sorted(claims.items())]
    connection = await session.connection()
    try:
        async with connection.begin_nested():
            await connection.execute(_CLAIM, rows)
    except IntegrityError:
        # One of them is another's by now. Which, each finds out by itself.
        for intent, sid in sorted(claims.items()):
            await claim_sid_within(session, intent, sid)


async def _known(session: AsyncSession, sids: Collection[str]) -> set[str]:
    found = await session.scalars(select(Text.sid).where(Text.sid.in_(sids)))
    return {sid for sid in found if sid is not None}
