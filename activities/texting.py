"""Patients' texts: render, ask the records a last time, post once, say what came of it.

A text is posted at most once for each intent. Whatever is not certain is told as ambiguous and
looked up later; it is never posted again on a guess.
"""

import asyncio
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.fuse import Fuse
from activities.provider import Provider, ProviderUnavailable
from activities.provider_answers import Ambiguous, NotSent, Posted, Refused
from activities.provider_errors import ErrorClass
from config.clinic import Clinic
from config.texts import render
from records import staff_answers, texts
from records.database import Records
from records.errors import RecordsError
from records.patient_model import StoredPatient
from records.text_model import Reservation, StoredText, TextState
from workflows.messages import (
    LOOK_UP_TEXT,
    NOT_SENT,
    SEND_TEXT,
    LookUpOutcome,
    LookUpText,
    SendText,
    TextOutcome,
    TextStatus,
)

T = TypeVar("T")

_RECORDS_PATIENCE_SECONDS = 20
_CONFIGURATION_PAUSE = timedelta(minutes=1)

log = structlog.stdlib.get_logger(__name__)

_ENDED = {
    TextState.SENT: TextStatus.SENT,
    TextState.ADOPTED: TextStatus.SENT,
    TextState.WITHHELD: TextStatus.WITHHELD,
    TextState.REFUSED: TextStatus.REFUSED,
    TextState.TO_STAFF: TextStatus.REFUSED,
    # An earlier attempt got as far as the POST, and died or was not answered.
    TextState.POSTING: TextStatus.AMBIGUOUS,
    TextState.AMBIGUOUS: TextStatus.AMBIGUOUS,
}


class Texting:
    """Sends and looks up patients' texts, in threads: the provider's client blocks.

    `loop` is the event loop that the records live on.
    """

    def __init__(
        self,
        records: Records,
        provider: Provider,
        clinic: Clinic,
        loop: asyncio.AbstractEventLoop,
        fuse: Fuse | None = None,
    ) -> None:
        self._records = records
        self._provider = provider
        self._clinic = clinic
        self._loop = loop
        self._fuse = fuse

    @activity.defn(name=SEND_TEXT)
    def send_text(self, text: SendText) -> TextOutcome:
        """Send one text, at most once for its intent.

        Raises:
            ApplicationError: of type NotSent, when it certainly did not leave and may be tried
                again; RecordsUnavailableError before anything was posted.
        """
        words = self._wait(staff_answers.get(self._records, text.words)) if text.words else None
        body = partial(self._body, text, words)
        reserved = self._wait(texts.reserve(self._records, text, body))
        if reserved.state is not TextState.RESERVED:
            return _as_it_stands(reserved)
        return self._post(reserved)

    def _body(self, text: SendText, words: str | None, patient: StoredPatient) -> str:
        return render(
            text.template,
            patient.language,
            clinic_alias=self._clinic.alias,
            callback_phone=self._clinic.callback_phone,
            as_of=text.as_of,
            appointment_at=text.appointment_at,
            zone=patient.zone,
            clinic_zone=self._clinic.zone,
            digits=text.digits,
            words=words,
        )

    def _post(self, reserved: Reservation) -> TextOutcome:
        posted_at = datetime.now(UTC)
        mine = self._wait(texts.mark_posting(self._records, reserved.intent, posted_at))
        if not mine or reserved.recipient is None:
            # A hold came in between, or another attempt was first: the next try sees which.
            raise _not_sent("changed_meanwhile", timedelta(seconds=1))
        if self._fuse and (held := self._wait(self._fuse.holds_back(reserved))):
            self._fuse.tell_ops(reserved, held)
            return TextOutcome(status=TextStatus.WITHHELD, reason=held.reason)
        answer = self._provider.create(reserved.recipient, reserved.body, reserved.intent)
        match answer:
            case Posted(sid=sid):
                return self._sent(reserved, sid)
            case Ambiguous(kind=kind):
                self._settle(reserved, TextState.AMBIGUOUS, kind)
                return TextOutcome(status=TextStatus.AMBIGUOUS, reason=kind)
            case NotSent(kind=kind, retry_after_seconds=seconds):
                self._wait(texts.release(self._records, reserved.intent, posted_at))
                raise _not_sent(kind, timedelta(seconds=seconds) if seconds else None)
            case Refused() as refused:
                return self._refused(reserved, refused, posted_at)

    def _sent(self, reserved: Reservation, sid: str) -> TextOutcome:
        """It left. While that is not written down it is in doubt, and is looked up later.

        A journey that called it sent would never ask again, and its row would stay open for ever.
        """
        for pause in (0.5, 2.0, None):
            row = self._settle(reserved, TextState.SENT, "taken", sid=sid)
            if row is not None:
                return _as_it_stands(row)
            if pause is not None:
                time.sleep(pause)
        return TextOutcome(status=TextStatus.AMBIGUOUS, reason="not_written_down")

    def _refused(self, reserved: Reservation, no: Refused, posted_at: datetime) -> TextOutcome:
        if no.error_class in {ErrorClass.RETRY, ErrorClass.CONFIGURATION}:
            # Not this patient's fault: ops mend it while the text is still worth sending.
            log.error("provider_refuses", code=no.code, reason=no.reason)
            self._wait(texts.release(self._records, reserved.intent, posted_at))
            raise _not_sent(no.reason, _CONFIGURATION_PAUSE)
        self._settle(reserved, TextState.REFUSED, no.reason, code=no.code)
        return TextOutcome(status=TextStatus.REFUSED, reason=no.reason, provider_code=no.code)

    def _settle(
        self,
        reserved: Reservation,
        state: TextState,
        reason: str,
        sid: str | None = None,
        code: int | None = None,
    ) -> StoredText | None:
        """Write down what came of the POST; None while the records cannot be written."""
        try:
            settled = texts.settle(self._records, reserved.intent, state, reason, sid, code)
            return self._wait(settled)
        except (RecordsError, TimeoutError) as error:
            log.warning("text_not_settled", error_type=type(error).__name__)
            return None

    @activity.defn(name=LOOK_UP_TEXT)
    def look_up_text(self, ask: LookUpText) -> LookUpOutcome:
        """Ask the provider about a text in doubt; adopt it on exactly one unclaimed match.

        Raises:
            ApplicationError: when the provider cannot be asked now.
        """
        row = self._wait(texts.get(self._records, ask.intent))
        if row is None:
            return LookUpOutcome(found="not_posted")
        if row.state in {TextState.SENT, TextState.ADOPTED}:
            return LookUpOutcome(found="one")
        if row.state not in {TextState.POSTING, TextState.AMBIGUOUS} or row.posted_at is None:
            self._never_left(row, withdrawn=ask.withdrawn)
            return LookUpOutcome(found="not_posted")
        found = self._matches(row, row.posted_at)
        if len(found) == 1 and self._wait(texts.claim_sid(self._records, row.intent, found[0])):
            return LookUpOutcome(found="one")
        several = len(found) > 1
        if several or ask.last:
            self._to_staff(row, "several_matches" if several else "no_match")
        return LookUpOutcome(found="several" if several else "none")

    def _matches(self, row: StoredText, posted_at: datetime) -> tuple[str, ...]:
        assert row.recipient is not None  # noqa: S101 - what was posted went to a number
        try:
            sids = self._provider.find(row.recipient, row.body, posted_at)
        except ProviderUnavailable as unavailable:
            raise ApplicationError(unavailable.kind, type="ProviderUnavailable") from None
        taken = self._wait(texts.claimed(self._records, sids))
        return tuple(sid for sid in sids if sid not in taken)

    def _never_left(self, row: StoredText, *, withdrawn: bool) -> None:
        """An attempt that wakes up late then finds that it may not post it any more."""
        if withdrawn:
            withheld = texts.settle(self._records, row.intent, TextState.WITHHELD, "no_longer_due")
            self._wait(withheld)
        else:
            self._to_staff(row, "not_posted")

    def _to_staff(self, row: StoredText, reason: str) -> None:
        self._wait(texts.settle(self._records, row.intent, TextState.TO_STAFF, reason))

    def _wait(self, work: Awaitable[T]) -> T:
        """The records' answer, from their own loop."""

        async def answer() -> T:
            return await work

        future = asyncio.run_coroutine_threadsafe(answer(), self._loop)
        return future.result(_RECORDS_PATIENCE_SECONDS)


def _as_it_stands(row: StoredText) -> TextOutcome:
    return TextOutcome(
        status=_ENDED[row.state], reason=row.reason or row.state, provider_code=row.provider_code
    )


def _not_sent(kind: str, delay: timedelta | None) -> ApplicationError:
    return ApplicationError(kind, type=NOT_SENT, next_retry_delay=delay)
