"""Pages to staff, and alerts to ops. They go out without a database: people and rota are in
clinic.yaml. While the records answer at once, a page carries a number and a link to take it by.
"""

import asyncio
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.page_sending import NO_USE_TRYING, PageSender
from activities.provider import Provider
from activities.provider_answers import Ambiguous, Answer, NotSent, Posted, Refused
from config.clinic import Clinic
from config.rota import Staff
from pathway.ending_asked import CANCEL_REFUSED
from records.page_model import Gone, Waits
from workflows.messages import (
    ALERT_OPS,
    SEND_PAGE,
    OpsAlert,
    OpsAlerted,
    PageOutcome,
    SendPage,
)

_REMEMBERED = 500
_DOUBTED_AT_MOST = 5
"""Answers about one alert that were lost, after which ops have it for all we know."""
_DOUBTED_APART = timedelta(minutes=1)
_SOON = timedelta(0)
_SAYS = {CANCEL_REFUSED: "It goes on. To end a journey: waymark do close."}
"""What ops do, where the Temporal UI does not say it."""

log = structlog.stdlib.get_logger(__name__)


class Paging:
    """Pages whoever fills a role at the journey's time, or one named person.

    A page may go out twice after a crash; it may never be lost. So here, unlike with patients'
    texts, an unanswered POST is tried again. Not so where nothing is needed any more; and an alert
    to ops only a few times, as it stands in the log.
    """

    def __init__(
        self,
        provider: Provider,
        clinic: Clinic,
        sender: PageSender | None = None,
    ) -> None:
        self._provider = provider
        self._clinic = clinic
        self._sender = sender or PageSender(provider, clinic)
        self._paged: dict[str, set[str]] = {}
        self._in_doubt: dict[str, int] = {}

    @activity.defn(name=SEND_PAGE)
    async def send_page(self, page: SendPage) -> PageOutcome:
        """Page each person once; empty when nobody fills the role or no number takes it.

        Raises:
            ApplicationError: when somebody could not be paged yet; tried again until the
                escalation is acknowledged.
        """
        paged = self._remember(f"{page.reference}/{page.key}")
        waiting = [person for person in self._whom(page) if person.id not in paged]
        tried = [await self._page(person, page, paged) for person in waiting]
        if again := [delay for delay in tried if delay is not None]:
            log.warning("page_not_taken", escalation=page.escalation, role=page.role)
            raise ApplicationError(
                "a page was not taken", type="PageNotTaken", next_retry_delay=min(again) or None
            )
        return PageOutcome(reached=tuple(sorted(paged)))

    def _whom(self, page: SendPage) -> tuple[Staff, ...]:
        if page.person is not None:
            person = self._clinic.staff(page.person)
            return (person,) if person else ()
        return self._clinic.on_shift(page.role, page.as_of)

    async def _page(self, person: Staff, page: SendPage, paged: set[str]) -> timedelta | None:
        """When to try this person again; None when she needs no further try."""
        answer = await self._sender.send(person, page)
        if isinstance(answer, Posted | Gone) or (page.all_clear and isinstance(answer, Ambiguous)):
            paged.add(person.id)
            return None
        if isinstance(answer, Waits):
            return timedelta(seconds=answer.seconds)
        if isinstance(answer, Refused):
            log.error("page_refused", code=answer.code, reason=answer.reason, role=page.role)
            if answer.error_class in NO_USE_TRYING:
                return None
        return _SOON

    def _remember(self, key: str) -> set[str]:
        """Who has had this page, so that a retry for one does not page the others again."""
        while len(self._paged) > _REMEMBERED:
            del self._paged[next(iter(self._paged))]
        return self._paged.setdefault(key, set())

    @activity.defn(name=ALERT_OPS)
    async def alert_ops(self, alert: OpsAlert) -> OpsAlerted:
        """Tell ops by log and by text; what stands in both is a code and a reference.

        Raises:
            ApplicationError: when the text was not taken; tried again, if in doubt a few times.
        """
        log.error("ops_alert", code=alert.code, detail=alert.detail, reference=alert.reference)
        what = _SAYS.get(alert.code, "See the Temporal UI.")
        body = f"Waymark {alert.reference}: {alert.code} ({alert.detail}). {what}"
        intent = f"{alert.reference}/{alert.detail}/ops"
        answer = await asyncio.to_thread(
            self._provider.create, self._clinic.ops_phone, body, intent
        )
        if not self._told(intent, answer):
            later = _DOUBTED_APART if isinstance(answer, Ambiguous) else None
            raise ApplicationError(
                "the alert was not taken", type="AlertNotTaken", next_retry_delay=later
            )
        return OpsAlerted()

    def _told(self, intent: str, answer: Answer) -> bool:
        """Whether ops need no further try, since they have it, or in doubt several times over."""
        if isinstance(answer, NotSent):
            return False
        doubted = self._in_doubt.pop(intent, 0) + 1
        if not isinstance(answer, Ambiguous) or doubted >= _DOUBTED_AT_MOST:
            return True
        while len(self._in_doubt) > _REMEMBERED:
            del self._in_doubt[next(iter(self._in_doubt))]
        self._in_doubt[intent] = doubted
        return False
