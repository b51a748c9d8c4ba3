"""Whoever was paged hears once that nothing is needed, also if her journey did not know of it.

A journey knows who was paged when everybody of a rung has her page. Closed before that, it
tells nobody: the records know whose page had gone out, and she is told from here (rule 4).
"""

from datetime import UTC, datetime, timedelta

import structlog

from activities.page_sending import NO_USE_TRYING, PageSender
from activities.provider_answers import Ambiguous, Posted, Refused
from config.clinic import Clinic
from pathway.roles import Role
from records import all_clears
from records.all_clears import Untold
from records.database import Records
from workers.sweeps import Sweep
from workflows.messages import SendPage

EVERY = timedelta(seconds=2)

log = structlog.stdlib.get_logger(__name__)


def tell_all_clear(records: Records, sender: PageSender, clinic: Clinic) -> Sweep:
    """Tell within seconds those whom no journey tells."""

    async def work() -> int:
        found = await all_clears.untold(records)
        return sum([await _tell(records, sender, clinic, each) for each in found])

    return Sweep("tell_all_clear", work, EVERY)


async def _tell(records: Records, sender: PageSender, clinic: Clinic, each: Untold) -> bool:
    """Whether she has it now, or may have it: what asks for nothing is not told twice."""
    if not await all_clears.claim(records, each):
        return False
    person = clinic.staff(each.stand_down.person)
    answer = await sender.send(person, _page(each)) if person else None
    for_good = isinstance(answer, Refused) and answer.error_class in NO_USE_TRYING
    if isinstance(answer, Refused):
        log.error("all_clear_refused", code=answer.code, reason=answer.reason)
    told = isinstance(answer, Posted | Ambiguous)
    await all_clears.settle(records, each, told=told or for_good or person is None)
    return told


def _page(each: Untold) -> SendPage:
    of = each.stand_down
    return SendPage(
        reference=each.reference,
        escalation=of.escalation,
        key=of.key,
        role=Role.COORDINATOR,
        person=of.person,
        level=of.level,
        what=of.what,
        since=of.since,
        as_of=datetime.now(UTC),
        all_clear=True,
    )
