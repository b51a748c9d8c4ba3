"""Texts that people wrote reach their journeys, or a person, in the order in which they came.

A text stays where it is until everybody it is for has it, and those behind it from the same phone
stay with it. One that speaks of danger never waits for a journey: where none takes it up, first in
line or not, the clinician on call is paged from here.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import structlog
from temporalio.client import Client

from pathway.commands import Command, RecordReply
from pathway.model import PathwayReference
from pathway.reading import Meant, Reading, read
from pathway.reply_words import ReplyWords
from records import consent, inbound, inbound_claims, patients
from records.database import Records
from records.inbound import StoredInbound
from records.journey_contact import contact_of
from records.patient_model import StoredPatient
from workers.calling import Caller
from workers.danger import NOT_NOW, Danger
from workers.incoming import commands_of
from workers.staff_replies import HeldUp, StaffReplies
from workers.sweeps import Sweep, all_ended
from workers.telling import Heard, Told, tell

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(seconds=2)
_NO_JOURNEY = frozenset({Heard.ENDED, Heard.GONE, Heard.REFUSED})
"""Then a person reads it: whoever writes must not wait until a journey is brought back."""
_UNDERSTOOD = frozenset({"appointment_confirmed", "call_asked", "mood_reported"})
"""Events after which no person has to read what she wrote."""


@dataclass(frozen=True)
class Router:
    """Everything that a text is routed by."""

    records: Records
    client: Client
    words: ReplyWords
    caller: Caller

    @cached_property
    def danger(self) -> Danger:
        """Who pages about what no journey takes up; the sweep that looks for it shares it."""
        return Danger(self.records, self.words, self.caller)

    async def route(self) -> int:
        """Route what has come in; how many texts everybody has now."""
        by_phone: dict[str, list[StoredInbound]] = defaultdict(list)
        for text in await inbound.not_routed(self.records):
            by_phone[text.sender].append(text)
        return await all_ended("text_not_routed", map(self._in_order, by_phone.values()))

    async def _in_order(self, texts: Sequence[StoredInbound]) -> int:
        """Of one phone; a text that cannot be handed on now holds up those behind it."""
        for done, text in enumerate(texts):
            try:
                if not await inbound_claims.claim(self.records, text.sid):
                    return done  # another worker has it, and takes what is behind it
                await self._one(text)
            except Exception as error:  # noqa: BLE001 - other phones' texts go on
                await self._hold_up(texts[done:], error)
                return done
        return len(texts)

    async def _hold_up(self, texts: Sequence[StoredInbound], error: Exception) -> None:
        """None of these goes to a journey now; danger in any of them goes to a person."""
        kind = error.kind if isinstance(error, HeldUp) else type(error).__name__
        if not isinstance(error, HeldUp):
            log.error("text_not_routed", error_type=kind)
        for text in texts:
            await self.danger.heed(text, NOT_NOW)
        await inbound.note_failure(self.records, texts[0].sid, kind)

    async def _one(self, text: StoredInbound) -> None:
        found = [await patients.get(self.records, each) for each in text.references]
        hers = [patient for patient in found if patient is not None]
        names = [name for p in hers for name in (p.given_name, p.family_name)]
        # A long message takes a while to read, and this loop has pages to send.
        reading = await asyncio.to_thread(
            read, text.body, text.opt_out_type, self.words, names=names
        )
        staff = StaffReplies(self.records, self.client, self.caller, self.danger)
        if staff.whose(text):
            await staff.take(text, reading)
            return
        if reading.opt_out is Meant.CERTAIN:
            # First, since the next text asks the records and not the journey.
            await consent.stopped_in_words(self.records, text.sender, text.received_at)
        given = [await self._given(text, reading, patient, len(hers) > 1) for patient in hers]
        pairs = zip(hers, given, strict=True)
        told = [await self._tell(patient.reference, commands) for patient, commands in pairs]
        heard = [each.heard for each in told]
        if Heard.NOT_REACHED in heard:
            raise HeldUp("NotReached")
        nobodys = reading.crisis and not (set(heard) - _NO_JOURNEY)
        if nobodys and not await self.danger.page(text, "no open journey takes it up"):
            raise HeldUp("DangerNotPaged")
        to_read = any(isinstance(each, RecordReply) for commands in given for each in commands)
        await self._close(text, reading, told, to_read=to_read)

    async def _given(
        self, text: StoredInbound, reading: Reading, patient: StoredPatient, shared: bool
    ) -> tuple[Command, ...]:
        contact = await contact_of(self.records, patient.reference)
        return commands_of(text, reading, contact, shared=shared)

    async def _tell(self, reference: PathwayReference, commands: Iterable[Command]) -> Told:
        """What came of the commands to one journey: the first that was not taken, or all."""
        happened: tuple[str, ...] = ()
        for command in commands:
            told = await tell(self.client, reference, command)
            happened += told.happened
            if told.refusal is not None:
                log.error("reply_refused", reference=reference, code=told.refusal.code)
            if told.heard is not Heard.TAKEN:
                return told
        return Told(Heard.TAKEN, happened=happened)

    async def _close(
        self, text: StoredInbound, reading: Reading, told: list[Told], *, to_read: bool
    ) -> None:
        """What no person has to read is done with; the rest stays in the inbox.

        That is a bare STOP, or a START that brought texts back. A digit that answers no open
        question is a message like any other.
        """
        await inbound.mark_routed(self.records, text.sid)
        understood = all(_UNDERSTOOD.intersection(each.happened) for each in told)
        taken = bool(told) and all(each.heard is Heard.TAKEN for each in told)
        if taken and not reading.crisis and (understood or not to_read):
            await inbound.mark_handled(self.records, text.sid)


def route_texts(router: Router) -> Sweep:
    """Hand on what people wrote, within seconds."""
    return Sweep("route_texts", router.route, EVERY)
