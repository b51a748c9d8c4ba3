"""What becomes of texts after they were sent: their journeys are told of those that failed.

Each failure is told until the journey has it, which is one act however often it is told.
"""

from datetime import UTC, datetime

import structlog
from temporalio.client import Client

from activities.provider_errors import NUMBER_AT_FAULT, OPTED_OUT, ErrorClass, classified
from pathway.commands import RecordDeliveryFailure
from pathway.roles import Role
from records import consent, deliveries, following_up
from records.database import Records
from records.deliveries import Ended
from records.tables import Text
from workers.stranded import Teller
from workers.sweeps import Sweep, all_ended
from workers.telling import Heard

log = structlog.stdlib.get_logger(__name__)

BY = "provider"
"""Who says so, in the journal."""
MOST_AT_ONCE = 50


def tell_failures(records: Records, client: Client) -> Sweep:
    """Tell journeys which of their texts did not arrive, for good."""
    teller = Teller(records, client)

    async def work() -> int:
        await deliveries.adopt_parked(records, MOST_AT_ONCE)
        found = await deliveries.ended_badly(records, MOST_AT_ONCE, without=teller.stranded)
        each_told = (_follow_up(records, teller, each) for each in found)
        return await all_ended("delivery_failure_not_told", each_told)

    return Sweep("tell_failures", work)


async def _follow_up(records: Records, teller: Teller, ended: Ended) -> bool:
    """Whether the journey has it now, or need not have it."""
    text = ended.text
    if not ended.arrived:
        command = _command(ended)
        if command.reason == OPTED_OUT and text.recipient is not None:
            # First, since the next text asks the records and not the journey.
            await consent.stopped_at_provider(records, text.reference, text.recipient)
        told = await teller.tell(text.reference, command)
        if told.refusal is not None:
            log.error("delivery_failure_refused", reference=text.reference, code=told.refusal.code)
        if told.heard not in {Heard.TAKEN, Heard.ENDED}:
            return False
        _note_for_ops(ended)
    await following_up.followed_up(records, Text, text.intent, datetime.now(UTC))
    return True


def _note_for_ops(ended: Ended) -> None:
    """What is nobody's number's fault keeps other patients' texts from arriving too."""
    code = ended.said.provider_code
    if code is not None and classified(code).error_class is ErrorClass.CONFIGURATION:
        log.error("provider_refuses", code=code, reason=classified(code).reason)


def _command(ended: Ended) -> RecordDeliveryFailure:
    reason = _reason(ended)
    return RecordDeliveryFailure(
        # One message is told of once, in whatever words.
        key=f"delivery-{ended.text.sid}",
        by=BY,
        role=Role.OPS,
        happened_at=ended.said.at,
        text=ended.text.intent,
        reason=reason,
        number_at_fault=reason in NUMBER_AT_FAULT,
    )


def _reason(ended: Ended) -> str:
    """A code for people: what the provider's code means, or else its word."""
    code = ended.said.provider_code
    if not ended.number_is_hers:
        return "number_replaced"
    if code is None:
        return ended.said.status
    return classified(code).reason
