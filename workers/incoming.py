"""What a text that somebody wrote becomes: commands to the journeys of its phone.

No decision about care is taken here; what the commands mean is the journeys' own business.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pathway import commands as cmd
from pathway.facts.replies import DoubtReason
from pathway.journey import Contact
from pathway.reading import Keyword, Meant, Reading
from pathway.roles import Role
from records.inbound import StoredInbound

BY = "patient"
"""Who says so, in the journal: whoever holds her phone."""
LATE = timedelta(minutes=10)
"""A digit that took longer to us may be older than the question that is open now."""


def stops(text: StoredInbound, reading: Reading) -> bool:
    """Whether she certainly wants no more texts."""
    said = {reading.keyword, reading.opt_out, text.keyword}
    return not said.isdisjoint({Keyword.STOP, Meant.CERTAIN})


def commands_of(
    text: StoredInbound, reading: Reading, contact: Contact, *, shared: bool
) -> tuple[cmd.Command, ...]:
    """The commands to one journey, in the order in which they are given.

    Args:
        contact: what the records say of reaching her now, after this text.
        shared: the phone is more than one patient's; whose digit it is cannot be known.
    """
    return tuple(_commands(text, reading, contact, shared=shared))


def _commands(
    text: StoredInbound, reading: Reading, contact: Contact, *, shared: bool
) -> Iterator[cmd.Command]:
    said: dict[str, Any] = {"by": BY, "role": Role.PATIENT, "happened_at": text.received_at}
    reply = {**said, "key": f"reply-{text.sid}", "message": text.sid}
    if reading.crisis:
        # Before all else, so that nothing can keep it from a person.
        yield cmd.RecordReply(**reply, crisis=True)
    if stops(text, reading):
        yield cmd.OptOut(**said, key=f"stop-{text.sid}")
    if text.keyword is Keyword.START:
        yield cmd.ChangeContact(**said, key=f"start-{text.sid}", contact=contact)
    if reading.crisis:
        if reading.wrong_number:
            doubt = DoubtReason.WRONG_NUMBER
            yield cmd.DoubtPhone(**said, key=f"doubt-{text.sid}", why=doubt)
    elif reading.wrong_number:
        yield cmd.RecordReply(**reply, wrong_number=True)
    elif not _said_all(text, contact):
        unsure = shared or _came_late(text)
        yield cmd.RecordReply(**reply, digit=None if unsure else reading.digit)


def _came_late(text: StoredInbound) -> bool:
    # By its row and not by the clock: told again, the same text is the same command.
    return text.written_at is not None and text.written_at - text.received_at > LATE


def _said_all(text: StoredInbound, contact: Contact) -> bool:
    """A bare STOP, or a START that brought texts back: the carrier has answered it.

    Any other keyword is a message. `Yes` may mean that she comes, and `help` that she needs some.
    """
    match text.keyword:
        case Keyword.STOP:
            return True
        case Keyword.START:
            return not contact.opted_out and text.body.strip().casefold() != "yes"
        case _:
            return False
