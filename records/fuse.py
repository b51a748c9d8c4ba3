"""The last fuse against too many texts: it looks at the records alone, whatever a journey says.

A bug that sends without end, or the same words again and again, stops here. It is no rule of care:
the protocol's own caps are far lower, and what trips the fuse is told to ops.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import func, select

from pathway.model import Model
from pathway.protocol import Template
from records.database import Records, in_time
from records.tables import Text
from records.text_model import StoredText, TextState

NEVER_HELD_BACK = frozenset({Template.SUPPORT_NUMBERS})
"""The answer to somebody in danger (rule 19); carriers' own answers do not come from us."""
SET_OFF_BY_HER = frozenset(
    {
        Template.CHECKIN_THANKS,
        Template.CALL_YOU_BACK,
        Template.WHEN_WE_READ,
        Template.STAFF_ANSWER,
        Template.WELCOME,
    }
)
"""What answers her, or her START: as often as she writes the same, and within the day's number."""
DAY = timedelta(days=1)
_LEFT = (
    TextState.POSTING,
    TextState.SENT,
    TextState.AMBIGUOUS,
    TextState.ADOPTED,
    TextState.TO_STAFF,
)
"""She has it, or may have it."""


class Tripped(StrEnum):
    """Why the fuse held a text back, as its reason in records and journal."""

    TOO_MANY = "too_many_texts_a_day"
    SAME_WORDS = "same_text_again"


class Limits(Model):
    """How much is too much."""

    texts_a_day: int
    same_text_within: timedelta


@in_time
async def tripped(records: Records, text: StoredText, limits: Limits) -> Tripped | None:
    """Whether a text that is about to be posted is one too many; ask once it is marked so.

    Of two at once each then sees the other: at worst both are held back, and none is lost to
    nobody, since each becomes a call. Days are measured by the clock of the journeys.
    """
    if text.template in NEVER_HELD_BACK:
        return None
    others = (
        Text.reference == text.reference,
        Text.intent != text.intent,
        Text.state.in_(_LEFT),
        Text.posted_at.is_not(None),
        Text.as_of <= text.as_of + DAY,
    )
    lately = Text.as_of > text.as_of - limits.same_text_within
    async with records.session() as session:
        if text.template not in SET_OFF_BY_HER and limits.same_text_within:
            said = await session.execute(select(Text.recipient, Text.body).where(*others, lately))
            if (text.recipient, text.body) in {(to, words) for to, words in said}:
                return Tripped.SAME_WORDS
        count = select(func.count()).select_from(Text)
        today = await session.scalar(count.where(*others, Text.as_of > text.as_of - DAY))
        return Tripped.TOO_MANY if (today or 0) >= limits.texts_a_day else None


@in_time
async def first_today(records: Records, text: StoredText) -> bool:
    """Whether the fuse held back nothing else of hers in a day: ops are told of it once."""
    before = select(func.count()).where(
        Text.reference == text.reference,
        Text.intent != text.intent,
        Text.state == TextState.WITHHELD,
        Text.reason.in_(sorted(Tripped)),
        Text.as_of > text.as_of - DAY,
    )
    async with records.session() as session:
        return not await session.scalar(before)
