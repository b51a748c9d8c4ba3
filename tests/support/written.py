"""What people wrote, as it lies in the records until somebody routes it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

from enrolled import PHONE

from config.clinic import load_clinic
from records import inbound
from records.database import Records
from records.inbound import InboundState, Written
from simulator.background import BackgroundNetwork

OURS = "+15005550006"
STRANGER = "+14155550177"
CLINIC = load_clinic()
_STAFF = {person.phone for person in CLINIC.people}
_numbers = count(1)


async def wrote(records: Records, *bodies: str, sender: str = PHONE) -> list[str]:
    """Store what one phone wrote, one after the other; the names of the messages."""
    texts = [_text(body, sender) for body in bodies]
    await inbound.store(records, texts)
    return [text.sid for text in texts]


def _text(body: str, sender: str) -> Written:
    number = next(_numbers)
    # The journeys' clock may be a little behind this one.
    at = datetime.now(UTC) - timedelta(minutes=5) + timedelta(milliseconds=number)
    sid = f"SM{number:032}"
    return Written(sid=sid, sender=sender, recipient=OURS, body=body, received_at=at)


async def states(records: Records, sids: Iterable[str]) -> list[InboundState]:
    """How far each of them has come."""
    found = [await inbound.get(records, sid) for sid in sids]
    return [each.state for each in found if each is not None]


def to_staff(network: BackgroundNetwork) -> list[str]:
    """The texts that went to phones of the staff."""
    return [text.body for text in network.control.ledger() if text.to in _STAFF]


def on_call() -> list[str]:
    """The phones of those on call now."""
    people = CLINIC.on_shift("on_call_clinician", datetime.now(UTC))
    return sorted(person.phone for person in people)
