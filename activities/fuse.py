"""The last fuse before a patient's text is posted, and what is done when it trips."""

import structlog

from activities.provider import Provider
from activities.provider_answers import Posted
from config.clinic import Clinic
from pathway.model import Model
from records import fuse, texts
from records.database import Records
from records.errors import RecordsError
from records.fuse import Limits, Tripped
from records.text_model import Reservation, TextState

log = structlog.stdlib.get_logger(__name__)


class Held(Model):
    """A text that was held back."""

    reason: Tripped
    first: bool
    """Nothing else of hers was, in a day."""


class Fuse:
    """Asked between marking a text as posting and its POST."""

    def __init__(
        self, records: Records, provider: Provider, clinic: Clinic, limits: Limits
    ) -> None:
        self._records = records
        self._provider = provider
        self._clinic = clinic
        self._limits = limits

    async def holds_back(self, text: Reservation) -> Held | None:
        """Why this text must not go; it is withheld then, and its journey makes it a call.

        Raises RecordsUnavailableError when it should be withheld and that cannot be written.
        """
        try:
            tripped = await fuse.tripped(self._records, text, self._limits)
        except RecordsError:
            # Nothing can run on without end while the records, which mark each text, are away.
            log.warning("text_fuse_not_asked", reference=text.reference)
            return None
        if tripped is None:
            return None
        log.error("text_fuse_tripped", reference=text.reference, reason=tripped)
        first = await fuse.first_today(self._records, text)
        await texts.settle(self._records, text.intent, TextState.WITHHELD, tripped)
        return Held(reason=tripped, first=first)

    def tell_ops(self, text: Reservation, held: Held) -> None:
        """Once a day for each patient, in the caller's thread; a code and a reference."""
        if not held.first:
            return
        words = (
            f"Waymark {text.reference}: {held.reason}. A text was held back; "
            "something of ours sends too much. See waymark explain."
        )
        phone, intent = self._clinic.ops_phone, f"{text.reference}/fuse/ops"
        answer = self._provider.create(phone, words, intent)
        if not isinstance(answer, Posted):
            log.error("ops_not_told", reference=text.reference, reason=held.reason)
