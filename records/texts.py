"""Texts to patients: one row per intent, so that one intent is at most one text.

    reserved -> posting -> sent | refused | ambiguous
    reserved -> withheld | refused | to_staff
    posting -> withheld                (the fuse: nothing was posted)
    ambiguous -> adopted | sent | refused | to_staff
    posting, ambiguous -> reserved     (release: the provider certainly did not take it)

Sent, adopted, withheld, refused and to_staff are final. `reserve` and `mark_posting` both read
hold, opt-out, death, hospital and number again; `mark_posting` is the last thing before the POST,
so the word of the records is the last one.
"""

from collections.abc import Callable, Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, String, bindparam, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from pathway.model import Instant, PathwayReference
from records import patients
from records.columns import written_now
from records.database import Records, in_time
from records.errors import UnknownTextError
from records.patient_model import StoredPatient
from records.reach import may_be_texted, why_not
from records.tables import Patient, Text
from records.text_model import FINAL, OPEN, Reservation, StoredText, TextState
from records.upsert import changed_by, insert_into, table_of
from workflows.messages import SendText

_TEXTS = table_of(Text)
_PATIENT = select(table_of(Patient)).where(Patient.reference == bindparam("of"))
_TEXT = select(_TEXTS).where(_TEXTS.c.intent == bindparam("of"))
_SETTLE = (
    update(_TEXTS)
    .where(_TEXTS.c.intent == bindparam("of"), _TEXTS.c.state.in_(sorted(OPEN)))
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        provider_code=bindparam("code"),
        # None takes no message away from it.
        sid=func.coalesce(bindparam("message", type_=String), _TEXTS.c.sid),
        updated_at=bindparam("now"),
    )
    .returning(_TEXTS)
)


Body = str | Callable[[StoredPatient], str]
"""A text's words, or how they follow from the patient's row."""


@in_time
async def reserve(records: Records, send: SendText, body: Body) -> Reservation:
    """Take an intent, or see how far an earlier attempt came.

    A new or still reserved row gets today's body and number and is withheld, with the reason
    as a code, when the records forbid the text now. A row in any other state is returned as it
    stands: `posting` says that an earlier attempt died between POST and answer.
    """
    async with records.statements() as connection:
        found = await connection.execute(_PATIENT, {"of": send.reference})
        patient = found.one_or_none()
        reason = why_not(patient)
        values = {
            "intent": send.intent,
            "reference": send.reference,
            "template": send.template,
            "recipient": patient.phone_e164 if patient else None,
            # As it stands in her row, so that the two stay comparable while keys change.
            "recipient_lookup": patient.phone_lookup if patient else None,
            "body": _words(body, patient),
            "state": TextState.WITHHELD if reason else TextState.RESERVED,
            "reason": reason or "",
            "attempts": 0,
            "as_of": send.as_of,
            "updated_at": written_now(),
        }
        taken = await connection.execute(_taking(connection.dialect.name), values)
        row = taken.one_or_none() or (await connection.execute(_TEXT, {"of": send.intent})).one()
        return Reservation(**_values(row))


def _words(body: Body, patient: Row[Any] | None) -> str:
    if isinstance(body, str):
        return body
    return body(patients.as_stored(patient)) if patient else ""


@cache
def _taking(dialect: str) -> ReturningInsert[Any]:
    """Inserts an intent, or renews it while nothing has left; else it returns no row."""
    statement = insert_into(Text, dialect)
    renewed = ("recipient", "recipient_lookup", "body", "state", "reason", "as_of", "updated_at")
    return statement.on_conflict_do_update(
        index_elements=["intent"],
        set_={name: statement.excluded[name] for name in renewed},
        where=_TEXTS.c.state == TextState.RESERVED,
    ).returning(_TEXTS)


@in_time
async def mark_posting(records: Records, intent: str, posted_at: Instant) -> bool:
    """Move a reserved text to posting; the caller that gets True, and only it, may POST.

    False when another caller was first, or when a hold, an opt-out, a death or another number
    came in between: ask `reserve` again, which tells the two apart.
    """
    may_go = exists().where(
        Patient.reference == Text.reference,
        Patient.phone_lookup == Text.recipient_lookup,
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
    ended = {"of": intent, "to": state, "why": reason, "code": provider_code, "message": sid}
    try:
        return await _settled(records, ended)
    except IntegrityError:
        # The unique key decides whose a message is, not a look beforehand.
        claimed = {"to": TextState.AMBIGUOUS, "why": "sid_claimed", "message": None}
        return await _settled(records, ended | claimed)


async def _settled(records: Records, ended: dict[str, Any]) -> StoredText:
    async with records.statements() as connection:
        changed = await connection.execute(_SETTLE, ended | {"now": written_now()})
        row = changed.one_or_none()
        if row is None:
            row = (await connection.execute(_TEXT, {"of": ended["of"]})).one_or_none()
        if row is None:
            raise _unknown()
        return StoredText(**_values(row))


@in_time
async def claim_sid(records: Records, intent: str, sid: str) -> bool:
    """Adopt a message of the provider for exactly one intent; False if it is another's.

    An open text becomes adopted, also one that was released too early, so that it is not sent
    again. A text that staff took over keeps its state and gets the sid: it did go out. False
    too for a text that has another sid, was withheld or refused. Raises UnknownTextError.
    """
    async with records.begin() as session:
        claimed_it = await claim_sid_within(session, intent, sid)
    if claimed_it is None:
        raise _unknown()
    return claimed_it


async def claim_sid_within(session: AsyncSession, intent: str, sid: str) -> bool | None:
    """`claim_sid` in a transaction of the caller's; None for an intent that is none of ours."""
    row = await session.get(Text, intent, with_for_update=True)
    if row is None:
        return None
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
        return as_stored(row) if row else None


@in_time
async def for_reference(records: Records, reference: PathwayReference) -> tuple[StoredText, ...]:
    """A patient's texts, the oldest first by the journey's time."""
    query = select(Text).where(Text.reference == reference).order_by(Text.as_of, Text.intent)
    async with records.session() as session:
        return tuple(as_stored(row) for row in await session.scalars(query))


def as_stored(row: Text | Row[Any]) -> StoredText:
    """A row of the table as the rest of the system knows it."""
    return StoredText(**_values(row))


def _unknown() -> UnknownTextError:
    return UnknownTextError("no text was reserved under this intent")


async def _move(
    records: Records,
    intent: str,
    states: Collection[TextState],
    *conditions: ColumnElement[bool],
    **values: Any,
) -> bool:
    """Compare and set in one statement: of two callers at once one gets True."""
    statement = (
        update(_TEXTS)
        .where(Text.intent == intent, Text.state.in_(states), *conditions)
        .values(**values, updated_at=written_now())
    )
    async with records.statements() as connection:
        return await changed_by(connection, statement) == 1


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


def _values(row: Text | Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in StoredText.model_fields}
