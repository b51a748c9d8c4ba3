"""A page that needs no journey: danger that nobody else would hear of."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import structlog

from activities.provider import Provider
from activities.provider_answers import Ambiguous, Answer, Posted
from activities.provider_errors import OPTED_OUT
from config.clinic import Clinic
from pathway.model import PathwayReference, StaffId
from pathway.roles import Role

log = structlog.stdlib.get_logger(__name__)


class Reached(StrEnum):
    """Whether somebody's phone has a page."""

    YES = "yes"
    PERHAPS = "perhaps"
    """The provider may have taken it: its answer was lost."""
    NO = "no"


@dataclass(frozen=True)
class Caller:
    """Pages whoever is on call by the clock on the wall."""

    provider: Provider
    clinic: Clinic

    async def danger(self, reference: PathwayReference | None, why: str) -> Reached:
        """Page everybody on call, or ops where nobody is; whether it reached somebody.

        Nothing of the message stands in the page: it is read in the inbox.
        """
        log.error("danger_without_journey", reference=reference)
        who = reference or "an unknown phone"
        words = f"Waymark {who} (safety): a message must be read now, {why}. Read: waymark inbox"
        answers = [await self._post(phone, words) for phone in self._on_call()]
        if not any(isinstance(each, Posted) for each in answers):
            answers.append(await self._post(self.clinic.ops_phone, words))
        if any(isinstance(each, Posted) for each in answers):
            return Reached.YES
        in_doubt = any(isinstance(each, Ambiguous) for each in answers)
        return Reached.PERHAPS if in_doubt else Reached.NO

    async def staff_not_reached(self, person: StaffId, reason: str, pages: int) -> bool:
        """Tell ops that pages to somebody of the staff did not arrive; whether they know."""
        log.error("pages_not_received", reason=reason, count=pages)
        words = f"Waymark: {pages} pages did not reach {person} ({reason}) and go to the next."
        if reason == OPTED_OUT:
            words += " That phone has asked for no more texts; START from it brings them back."
        return await self.tell_ops(words, rota_owner=reason == OPTED_OUT)

    async def page_on_call(self, words: str) -> bool:
        """Whether somebody on call by now has these words, or ops where nobody is on call."""
        return any(
            [isinstance(await self._post(phone, words), Posted) for phone in self._on_call()]
        )

    async def tell_ops(self, words: str, *, rota_owner: bool = False) -> bool:
        """Whether ops have it now. Who keeps the rota hears it too, where she can be reached.

        An answer that was lost counts as one: asked again every two seconds, a provider that takes
        texts and does not say so would send hundreds.
        """
        owner = self.clinic.staff(self.clinic.rota_owner or "") if rota_owner else None
        if owner is not None and owner.phone != self.clinic.ops_phone:
            await self._post(owner.phone, words)
        return isinstance(await self._post(self.clinic.ops_phone, words), Posted | Ambiguous)

    def _on_call(self) -> list[str]:
        """The phones of everybody on call now; that of ops where nobody is."""
        on_call = self.clinic.on_shift(Role.ON_CALL_CLINICIAN, datetime.now(UTC))
        return [person.phone for person in on_call] or [self.clinic.ops_phone]

    async def _post(self, phone: str, words: str) -> Answer:
        return await asyncio.to_thread(self.provider.create, phone, words, "inbox/danger")
