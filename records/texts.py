"""Texts to patients: one row per intent, so that one intent is at most one text.

    reserved -> posting -> sent | refused | ambiguous
    reserved -> withheld | refused | to_staff
    ambiguous -> adopted | sent | refused | to_staff
    posting, ambiguous -> reserved     (release: the provider certainly did not take it)

Sent, adopted, withheld, refused and to_staff are final. `reserve` and `mark_posting` both read
hold, opt-out, death and number again; `mark_posting` is the last thing before the POST, so the
word of the records is the last one.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from pathway.model import Instant, PathwayReference
from records.columns import written_now
from records.database import Records, in_time
from records.errors import UnknownTextError
from records.reach import may_be_texted, why_not
from records.tables import Patient, Text
from records.text_model import FINAL, OPEN, Reservation, StoredText, TextState
from records.upsert import insert_if_absent
from workflows.messages import SendText


@in_time
async def reserve(records: Records, send: SendText, body: str) -> Reservation:
    """Take an intent, or see how far an earlier attempt came.

    A new or still reserved row gets today's body and number and is withheld, with the reason
    as a code, when the records forbid the text now. A row in any other state is returned as it
    stands: `posting` says that an earlier attempt died between POST and answer.
    """
    async with records.begin() as session:
        patient = await session.get(Patient, send.reference)
        await insert_if_absent(
            session,
            Text,
            intent=send.intent,
            reference=send.reference,
            template=send.template,
            body=body,
            state=TextState.RESERVED,
            reason="",
            attempts=0,
            as_of=send.as_of,
            updated_at=written_now(),
        )
        row = await session.get_one(Text, send.intent, with_for_update=True)
        if row.state == TextState.RESERVED:
            reason = why_not(patient)
            row.body = body
            row.recipient = patient.phone_e164 if patient else None
            row.as_of = send.as_of
            row.state = TextState.WITHHELD if reason else TextState.RESERVED
            row.reason = reason or ""
        return Reservation(**_values(row))


@in_time
async def mark_posting(records: Records, intent: str, posted_at: Instant) -> bool:
    """Move a reserved text to posting; the caller that gets True, and only it, may POST.

    False when another caller was first, or when a hold, an opt-out, a death or another number
    came in between: ask `reserve` again, which tells the two apart.
    """
    may_go = exists().where(
        Patient.reference == Text.reference,
        Patient.phone_e164 == Text.recipient,
        may_be_texted(),
    )
    return await _move(
        records,
        intent,
        (TextState.RESERVED,),
        may_go,
        state=TextState.POSTING,
        posted_at=posted_at,
        attempts=Text.attempts + 1,
    )


@in_time
async def release(records: Records, intent: str, posted_at: Instant | None = None) -> bool:
    """Back to reserved, when the provider certainly did not take it; False if nothing moved.

    Give the `posted_at` of your own `mark_posting`: an attempt that wakes up late then cannot
    release the posting of the attempt that came after it.
    """
    mine = () if posted_at is None else (Text.posted_at == posted_at,)
    return await _move(
        records,
        intent,
        (TextState.POSTING, TextState.AMBIGUOUS),
        *mine,
        state=TextState.RESERVED,
        posted_at=None,
    )


@in_time
async def settle(
    records: Records,
    intent: str,
    state: TextState,
    reason: str,
    sid: str | None = None,
    provider_code: int | None = None,
) -> StoredText:
    """Say how a text ended, or that nobody knows; return the row as it stands.

    A final state never changes: settling again returns what stands. A text whose sid another
    intent has adopted becomes ambiguous with the reason `sid_claimed`: the provider has one
    message for two intents, and only looking at it again tells whose the second was.
    Raises UnknownTextError, and ValueError for a state that settles nothing.
    """
    if state not in {*FINAL, TextState.AMBIGUOUS}:
        raise ValueError("a text is settled as final or as ambiguous")
    async with records.begin() as session:
        row = await _locked(session, intent)
        if row.state in OPEN:
            if sid is not None and not await _take_sid(session, row, sid):
                state, reason = TextState.AMBIGUOUS, "sid_claimed"
            row.state = state
            row.reason = reason
            row.provider_code = provider_code
        return StoredText(**_values(row))


@in_time
async def claim_sid(records: Records, intent: str, sid: str) -> bool:
    """Adopt a message of the provider for exactly one intent; False if it is another's.

    An open text becomes adopted, also one that was released too early, so that it is not sent
    again. A text that staff took over keeps its state and gets the sid: it did go out. False
    too for a text that has another sid, was withheld or refused. Raises UnknownTextError.
    """
    async with records.begin() as session:
        row = await _locked(session, intent)
        if row.sid is not None or row.state not in {*OPEN, TextState.TO_STAFF}:
            return row.sid == sid
        if not await _take_sid(session, row, sid):
            return False
        if row.state in OPEN:
            row.state = TextState.ADOPTED
            row.reason = "adopted"
        return True


@in_time
async def claimed(records: Records, sids: Collection[str]) -> set[str]:
    """Those of the provider's messages that belong to an intent already."""
    async with records.session() as session:
        found = await session.scalars(select(Text.sid).where(Text.sid.in_(sids)))
        return {sid for sid in found if sid is not None}


@in_time
async def get(records: Records, intent: str) -> StoredText | None:
    async with records.session() as session:
        row = await session.get(Text, intent)
        return StoredText(**_values(row)) if row else None


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[StoredText, ...]:
    """A patient's texts, the oldest first by the journey's time."""
    query = select(Text).where(Text.reference == reference).order_by(Text.as_of, Text.intent)
    async with records.session() as session:
        return tuple(StoredText(**_values(row)) for row in await session.scalars(query))


async def _locked(session: AsyncSession, intent: str) -> Text:
    row = await session.get(Text, intent, with_for_update=True)
    if row is None:
        raise UnknownTextError("no text was reserved under this intent")
    return row


async def _move(
    records: Records,
    intent: str,
    states: Collection[TextState],
    *conditions: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Compare and set in one statement: of two callers at once one gets True."""
    statement = (
        update(Text)
        .where(Text.intent == intent, Text.state.in_(states), *conditions)
        .values(**values, updated_at=written_now())
        .execution_options(synchronize_session=False)
    )
    async with records.begin() as session:
        result = await session.execute(statement)
        assert isinstance(result, CursorResult)  # noqa: S101 - what an UPDATE answers
        return result.rowcount == 1


async def _take_sid(session: AsyncSession, row: Text, sid: str) -> bool:
    # The unique key decides, not a look beforehand: two look-ups may run at once.
    statement = (
        update(Text)
        .where(Text.intent == row.intent)
        .values(sid=sid)
        .execution_options(synchronize_session=False)
    )
    try:
        async with session.begin_nested():
            await session.execute(statement)
    except IntegrityError:
        return False
    await session.refresh(row)
    return True


def _values(row: Text) -> dict[str, Any]:
    return {name: getattr(row, name) for name in StoredText.model_fields}
