"""What the staff write from their own phones: they take pages by number; the rest is read.

Nothing of it goes into a patient's journey but the taking itself.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from activities.page_words import LONGEST, the_list
from activities.provider_answers import NotSent
from activities.provider_errors import OPTED_OUT
from config.rota import Staff
from pathway.commands import AcknowledgeEscalation
from pathway.model import StaffId
from pathway.overview import Overview
from pathway.reading import Keyword, Reading
from pathway.refusals import Reason
from records import inbound, page_deliveries, pages
from records.database import Records
from records.inbound import StoredInbound
from records.page_model import Listed, StoredPageText
from workers.calling import Caller
from workers.danger import Danger
from workers.staff_words import Outcome, Taken, answer, asks_for_list, numbers_in
from workers.stranded import tell_or_wait
from workers.telling import Heard, Told

log = structlog.stdlib.get_logger(__name__)

_CONFIRMED_AT_MOST = 5
"""How often it is tried to text back: what she took is hers all the same."""
_OPS_TOLD_AT_MOST = 30
"""How often it is tried to tell ops: for a minute, since what she writes next waits for it."""
_ASKED_SECONDS = 2

_REFUSED = {
    Reason.ALREADY: Outcome.ANOTHERS,
    Reason.ESCALATION_CLOSED: Outcome.CLOSED,
    Reason.UNKNOWN_ESCALATION: Outcome.CLOSED,
}


class HeldUp(Exception):  # noqa: N818 - a state of the world, not a mistake
    """A text cannot be handed on now, and is tried again. `kind` is a word, and none of hers."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"a text cannot be handed on now: {kind}")
        self.kind = kind


@dataclass(frozen=True)
class StaffReplies:
    """Everything that a reply to a page is taken by."""

    records: Records
    client: Client
    caller: Caller
    danger: Danger

    def whose(self, text: StoredInbound) -> tuple[Staff, ...]:
        """Whose phone of the staff it came from."""
        return self.caller.clinic.with_phone(text.sender)

    async def take(self, text: StoredInbound, reading: Reading) -> None:
        """Take one message of the staff. Raises HeldUp when it must be tried again."""
        # Before anything that can fail.
        if reading.crisis and not await self.danger.page(text, "written from a phone of the staff"):
            raise HeldUp("DangerNotPaged")
        person = self.whose(text)[0]
        await inbound.mark_from_staff(self.records, text.sid, person.id)
        if text.keyword is Keyword.STOP:
            await self._stopped(text, person)
        # A phone that is a patient's too may mean her question: a person reads it.
        elif (numbers := numbers_in(text.body)) and not text.references:
            await self._numbers(text, numbers)
        elif asks_for_list(text.body) and not text.references:
            await self._answered(text, await self._list(text))
        else:
            await inbound.mark_routed(self.records, text.sid)

    async def _stopped(self, text: StoredInbound, person: Staff) -> None:
        """The carrier holds her texts back from now on: what she was paged about climbs."""
        log.error("staff_phone_stopped", reason=OPTED_OUT)
        await page_deliveries.stopped(self.records, text.sender, OPTED_OUT)
        words = (
            f"Waymark: {person.id} wrote STOP: the carrier now holds back every page to that "
            "phone, and they go to the next. START from it brings them back."
        )
        told = await self.caller.tell_ops(words, rota_owner=True)
        if not told and text.attempts < _OPS_TOLD_AT_MOST:
            raise HeldUp("OpsNotTold")
        await inbound.mark_routed(self.records, text.sid)
        if not text.references:
            await inbound.mark_handled(self.records, text.sid)

    async def _numbers(self, text: StoredInbound, numbers: tuple[int, ...]) -> None:
        now = max(text.received_at, datetime.now(UTC))
        known = await pages.may_be_read(self.records, text.sender, now)
        meant = {number: _meant(known, number) for number in numbers}
        asked = {
            (each.reference, each.escalation, each.role): (person, each)
            for person, listed in meant.values()
            for each in listed
        }
        taken = await self._all(text, asked.values())
        words = answer(_each_once(taken)) if taken else ""
        if unknown := [number for number, (_, listed) in meant.items() if not listed]:
            no = ", ".join(map(str, unknown))
            words = f"{words} No page to you has the number {no}. {await self._list(text)}".strip()
        if not any(each.outcome is Outcome.LATER for each in taken):
            await self._answered(text, words)
            return
        if text.attempts == 0:
            await self._text_back(text, words)
        raise HeldUp("NotReached")

    async def _all(
        self, text: StoredInbound, asked: Iterable[tuple[StaffId, Listed]]
    ) -> list[Taken]:
        """Take them all at once. One that fails does not leave the others at work behind it."""
        came = await asyncio.gather(
            *(self._one(text, *each) for each in asked), return_exceptions=True
        )
        taken = [each for each in came if isinstance(each, Taken)]
        if failed := [each for each in came if isinstance(each, BaseException)]:
            raise failed[0]
        return taken

    async def _list(self, text: StoredInbound) -> str:
        now = max(text.received_at, datetime.now(UTC))
        known = await pages.may_be_read(self.records, text.sender, now)
        opened = await pages.still_open(self.records, known)
        return the_list(opened, self.caller.clinic.zone)

    async def _one(self, text: StoredInbound, person: StaffId, page: Listed) -> Taken:
        command = AcknowledgeEscalation(
            key=f"take-{text.sid}-{page.escalation}-{page.role}"[:80],
            by=person,
            role=page.role,
            happened_at=text.received_at,
            escalation=page.escalation,
            unless_taken=True,
        )
        told = await tell_or_wait(self.records, self.client, page.reference, command)
        taken = await self._came_of(told, person, page)
        if taken.outcome in {Outcome.YOURS, Outcome.ANOTHERS, Outcome.CLOSED}:
            await pages.over(self.records, page.reference, page.escalation)
        return taken

    async def _came_of(self, told: Told, person: StaffId, page: Listed) -> Taken:
        item = Taken(reference=page.reference, what=page.what, outcome=Outcome.CLOSED)
        match told.heard:
            case Heard.NOT_REACHED:
                return item.model_copy(update={"outcome": Outcome.LATER})
            case Heard.ENDED:
                return item
            case Heard.GONE:
                # Ended from outside, it is nobody's: that nothing is needed would be untrue.
                return item.model_copy(update={"outcome": Outcome.REFUSED})
            case Heard.REFUSED:
                by = await self._who_has(page)
                code = told.refusal.code if told.refusal else Reason.INTERNAL
                outcome = _REFUSED.get(code, Outcome.REFUSED)
                return item.model_copy(update={"outcome": outcome, "by": by})
            case _:
                helps = "escalation_help_noted" in told.happened or (
                    not told.happened and await self._who_has(page) not in {person, None}
                )
                outcome = Outcome.HELPING if helps else Outcome.YOURS
                return item.model_copy(update={"outcome": outcome})

    async def _who_has(self, page: Listed) -> StaffId | None:
        """Who has taken or closed it, as its journey says; None where it cannot say."""
        handle = self.client.get_workflow_handle(page.reference)
        try:
            async with asyncio.timeout(_ASKED_SECONDS):
                seen: Overview = await handle.query("overview", result_type=Overview)
        except (RPCError, WorkflowQueryFailedError, TimeoutError):
            return None
        found = next((e for e in seen.escalations if e.id == page.escalation), None)
        if found is None:
            return None
        if found.closed_by:
            return found.closed_by
        return found.acknowledged.by if found.acknowledged else None

    async def _answered(self, text: StoredInbound, words: str) -> None:
        """Tell her; what she asked for is done with when she knows."""
        if not await self._text_back(text, words) and text.attempts < _CONFIRMED_AT_MOST:
            raise HeldUp("NotConfirmed")
        await inbound.mark_routed(self.records, text.sid)
        await inbound.mark_handled(self.records, text.sid)

    async def _text_back(self, text: StoredInbound, words: str) -> bool:
        provider = self.caller.provider
        intent = f"page-reply/{text.sid}"
        reply = await asyncio.to_thread(provider.create, text.sender, words[:LONGEST], intent)
        return not isinstance(reply, NotSent)


def _meant(known: tuple[StoredPageText, ...], number: int) -> tuple[StaffId, tuple[Listed, ...]]:
    """Who was paged with this number, and about what: the newest text that has it."""
    for text in known:
        if text.number == number:
            return text.person, text.listed
        if alone := tuple(each for each in text.listed if each.number == number):
            return text.person, alone
    return "", ()


def _each_once(taken: list[Taken]) -> list[Taken]:
    """Of one escalation paged in two roles, what she reached with the better one."""
    best = {}
    for each in sorted(taken, key=lambda each: list(Outcome).index(each.outcome), reverse=True):
        best[each.reference, each.what] = each
    return [best[key] for key in dict.fromkeys((each.reference, each.what) for each in taken)]
