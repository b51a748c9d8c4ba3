"""Who wants no texts, by her own word or by the provider's.

A STOP stands in the same transaction as the text that said it: a text to her asks the records
last, so none leaves afterwards, whoever else still does not know. Words count in the order in
which they came in, also when an earlier one is stored later.
"""

from sqlalchemy import exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, PathwayReference
from pathway.reading import Keyword
from records.database import Records, in_time
from records.lookups import is_same
from records.tables import InboundText, Patient

_LINE = 44
"""The first half of this module's advisory locks in PostgreSQL."""


async def one_at_a_time(session: AsyncSession, phone: str) -> None:
    """Of two words from one phone at once, one sees the other."""
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:line, hashtext(:phone))")
        await session.execute(lock, {"line": _LINE, "phone": phone})


async def take_word(session: AsyncSession, keyword: Keyword, phone: str, at: Instant) -> None:
    """Let a STOP or a START from this phone have its effect on everybody who has it.

    A START undoes nothing but her own STOP: what staff took down, she said to them.
    """
    if keyword is Keyword.HELP or await _another_came_later(session, keyword, phone, at):
        return
    stops = keyword is Keyword.STOP
    changes = update(Patient).where(is_same(session, Patient.phone_lookup, phone))
    if stops:
        changes = changes.where(Patient.opted_out.is_(False))
    else:
        changes = changes.where(Patient.opted_out_by_text.is_(True))
    await session.execute(
        changes.values(opted_out=stops, opted_out_by_text=stops).execution_options(
            synchronize_session=False
        )
    )


@in_time
async def stopped_in_words(records: Records, phone: str, at: Instant) -> None:
    """A text asked to stop in words of its own: as good as a STOP, and START takes it back."""
    async with records.begin() as session:
        await one_at_a_time(session, phone)
        await take_word(session, Keyword.STOP, phone, at)


async def _another_came_later(
    session: AsyncSession, keyword: Keyword, phone: str, at: Instant
) -> bool:
    other = Keyword.START if keyword is Keyword.STOP else Keyword.STOP
    later = exists().where(
        is_same(session, InboundText.sender_lookup, phone),
        InboundText.keyword == other,
        InboundText.received_at > at,
    )
    return bool(await session.scalar(select(later)))


@in_time
async def stopped_at_provider(records: Records, reference: PathwayReference, phone: str) -> bool:
    """The provider will not text this number: she opted out there, or it is another's now.

    False when she has another number meanwhile, about which this says nothing.
    """
    async with records.begin() as session:
        row = await session.get(Patient, reference, with_for_update=True)
        if row is None or row.phone_e164 != phone:
            return False
        row.opted_out = True
        return True
