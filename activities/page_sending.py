"""One page to one person: by the records where they answer, without them where they do not.

The records give a page its number and its link, and keep pages to one person a minute apart. None
of it is worth a late page: after most of a second it goes out alone, with the line to type.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from temporalio import activity

from activities.page_links import PageLinks
from activities.page_words import ending_with_reply, page_words, together
from activities.provider import Provider
from activities.provider_answers import Ambiguous, Answer, NotSent, Posted, Refused
from activities.provider_errors import ErrorClass
from config.clinic import Clinic
from config.rota import Staff
from pathway.roles import ASSESSORS, PRESCRIBERS, Role
from records import pages
from records.database import Records
from records.errors import RecordsError
from records.page_model import Gone, Listed, PageTextState, PageToSend, Post, Waits
from workflows.messages import SendPage

T = TypeVar("T")

RECORDS_SECONDS = 0.8
NO_USE_TRYING = frozenset({ErrorClass.PERMANENT, ErrorClass.BUG, ErrorClass.UNKNOWN})
"""Refusals that stand: the person is not tried again, and her ladder goes on."""

log = structlog.stdlib.get_logger(__name__)


class PageSender:
    """Sends pages. Without records, each goes out at once and has no number."""

    def __init__(
        self,
        provider: Provider,
        clinic: Clinic,
        records: Records | None = None,
        apart: timedelta = timedelta(minutes=1),
        records_seconds: float = RECORDS_SECONDS,
        links: PageLinks | None = None,
    ) -> None:
        self._provider = provider
        self._clinic = clinic
        self._records = records
        self._apart = apart
        self._records_seconds = records_seconds
        self._links = links

    async def send(self, person: Staff, page: SendPage) -> Answer | Gone | Waits:
        """What came of it; `Waits` says when to ask again."""
        intent = f"{page.reference}/{page.key}/{person.id}"
        if self._records is None or page.all_clear:
            return await self._post(person, await self._words(person, page), intent)
        due = PageToSend(
            listed=_listed(person, page, intent),
            person=person.id,
            recipient=person.phone,
            at=_now(page),
        )
        # Both at once: where the records are away, a page waits for one of them, not for two.
        turn, words = await asyncio.gather(
            self._in_time(pages.take_turn(self._records, due, self._apart)),
            self._words(person, page),
        )
        match turn:
            case Post():
                body = await self._body(person, turn, words, due.at)
                return await self._carry(self._records, person, turn, body)
            case Gone() | Waits():
                return turn
            case None:
                return await self._post(person, words, intent)

    async def _words(self, person: Staff, page: SendPage) -> str:
        link = await self._links.to_take(page, person) if self._links else None
        return page_words(page, self._clinic.zone, link)

    async def _body(self, person: Staff, turn: Post, words: str, at: datetime) -> str:
        if len(turn.items) == 1:
            return ending_with_reply(words, turn.number)
        link = await self._links.to_list(turn, person, at) if self._links else None
        return together(turn, self._clinic.zone, link)

    async def _carry(self, records: Records, person: Staff, turn: Post, body: str) -> Answer:
        answer = await self._post(person, body, turn.intent)
        match answer:
            case Posted(sid=sid):
                await self._in_time(pages.went_out(records, turn.intent, sid))
            case Refused(reason=reason, code=code, error_class=kind):
                for_good = kind in NO_USE_TRYING
                state = PageTextState.REFUSED if for_good else PageTextState.NOT_SENT
                await self._in_time(pages.did_not_go(records, turn.intent, state, reason, code))
            case NotSent(kind=kind):
                await self._in_time(
                    pages.did_not_go(records, turn.intent, PageTextState.NOT_SENT, kind)
                )
            case Ambiguous(kind=kind):
                await self._in_time(
                    pages.did_not_go(records, turn.intent, PageTextState.IN_DOUBT, kind)
                )
        return answer

    async def _post(self, person: Staff, body: str, intent: str) -> Answer:
        return await asyncio.to_thread(self._provider.create, person.phone, body, intent)

    async def _in_time(self, work: Awaitable[T]) -> T | None:
        """The records' answer, or None: nobody's page waits for them."""
        try:
            async with asyncio.timeout(self._records_seconds):
                return await work
        except (RecordsError, TimeoutError) as error:
            log.warning("page_without_records", error=type(error).__name__)
            return None


def _listed(person: Staff, page: SendPage, intent: str) -> Listed:
    return Listed(
        intent=intent,
        reference=page.reference,
        escalation=page.escalation,
        key=page.key,
        role=acting_role(person, page),
        level=page.level,
        what=page.what,
        since=page.since,
    )


def acting_role(person: Staff, page: SendPage) -> Role:
    """The role she was paged in; paged by name, the one of hers that may take most."""
    if page.person is None:
        return Role(page.role)
    for may in ({Role.ON_CALL_CLINICIAN}, PRESCRIBERS, ASSESSORS):
        if role := next((role for role in person.roles if role in may), None):
            return role
    return person.roles[0]


def _now(page: SendPage) -> datetime:
    """By the server's clock where this is a later attempt: `as_of` is the first one's."""
    if not activity.in_activity():
        return page.as_of
    return max(page.as_of, activity.info().current_attempt_scheduled_time)
