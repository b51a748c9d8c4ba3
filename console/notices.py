"""A verified webhook as something to keep: a text that came in, or a word about one of ours."""

import re
from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import parse_qs

from pydantic import Field

from activities.provider import INTENT_PARAMETER
from console.signature import Fields
from pathway.model import Instant, Model
from records import deliveries, inbound
from records.database import Records
from records.deliveries import Callback
from records.inbound import Written
from records.keywords import said_type

_INTENT = re.compile(r"J-[0-9A-Z]{10}/[\w/.:+-]{1,200}", re.ASCII)
"""As we write them into the callback's address; anything else is none of ours, and is not kept."""


class Kind(StrEnum):
    INBOUND = "inbound"
    STATUS = "status"


class Notice(Model):
    """A webhook as Twilio signed it, and when it came: enough to keep it at any later time."""

    kind: Kind
    received_at: Instant
    query: str = ""
    fields: Fields = Field(repr=False)

    def first(self, *names: str) -> str:
        """The first of these fields that is there and not blank; empty when none is."""
        values = (value for name in names for key, value in self.fields if key == name)
        return next(filter(None, values), "")

    @property
    def sid(self) -> str:
        """Of the message it is about; SmsSid is what it was called before."""
        return self.first("MessageSid", "SmsMessageSid", "SmsSid")


async def keep(records: Records, notices: Sequence[Notice]) -> None:
    """Write them into the records; each once, however often it is given.

    Raises RecordsUnavailableError, and RecordsError when the records refuse one of them.
    """
    came_in = [_written(notice) for notice in notices if notice.kind is Kind.INBOUND]
    if came_in:
        await inbound.store(records, came_in)
    told = [_callback(notice) for notice in notices if notice.kind is Kind.STATUS]
    if told:
        await deliveries.take(records, told)


def _written(notice: Notice) -> Written:
    return Written(
        sid=notice.sid,
        sender=notice.first("From"),
        recipient=notice.first("To"),
        body=notice.first("Body"),
        opt_out_type=said_type(notice.first("OptOutType")),
        num_media=_number(notice.first("NumMedia")) or 0,
        received_at=notice.received_at,
    )


def _callback(notice: Notice) -> Callback:
    intents = filter(_INTENT.fullmatch, parse_qs(notice.query).get(INTENT_PARAMETER, []))
    return Callback(
        sid=notice.sid,
        status=notice.first("MessageStatus", "SmsStatus").lower(),
        at=notice.received_at,
        provider_code=_number(notice.first("ErrorCode")),
        intent=next(intents, None),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else None
