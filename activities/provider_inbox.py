"""What phones wrote to us, as Twilio's list of messages shows it."""

from datetime import UTC, datetime

from pydantic import Field
from twilio.rest.api.v2010.account.message import MessageInstance

from pathway.model import Instant, Model


class Arrived(Model):
    """A text to one of our numbers. The list does not say what Twilio itself took it for."""

    sid: str
    sender: str = Field(repr=False)
    recipient: str = Field(repr=False)
    service_sid: str | None
    """The Messaging Service that the number belongs to, where Twilio names one."""
    body: str = Field(repr=False)
    num_media: int
    at: Instant
    """When Twilio had it."""


def arrived(message: MessageInstance) -> Arrived | None:
    """A message of the list; None for one that we sent, and for one without a name."""
    if message.sid is None or str(message.direction) != "inbound":
        return None
    media = str(message.num_media or "0")
    return Arrived(
        sid=message.sid,
        sender=message.from_ or "",
        recipient=message.to or "",
        service_sid=message.messaging_service_sid,
        body=message.body or "",
        num_media=int(media) if media.isdecimal() else 0,
        at=message.date_sent or message.date_created or datetime.now(UTC),
    )
