"""The therapist outside the clinic is asked by text whether her session was held (rule 4).

At the end of the appointment her patient's line "held or not?" comes onto the work list; whoever
works outside and is written as the treating therapist gets a link then. She gets it once: if the
text is lost, the line is still there for a person.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from activities.provider import Provider
from activities.provider_answers import NotSent, Refused
from config.clinic import Clinic
from config.gsm7 import simplify
from config.links import Links
from config.rota import Staff
from pathway import civil
from pathway.model import PathwayReference
from records import details, link_state, links
from records.database import Records
from records.errors import UnreadableError
from records.link_making import about_session
from records.links import Link
from workers.sweeps import Sweep

log = structlog.stdlib.get_logger(__name__)

ASKED_FOR = timedelta(hours=12)
"""A question older than this is left to people: a link that comes next day only confuses."""


@dataclass(frozen=True)
class Asking:
    """Everything that a therapist is asked by."""

    records: Records
    provider: Provider
    clinic: Clinic
    signed: Links
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def ask(self) -> int:
        """Text those who are to be asked; how many texts left."""
        asked = 0
        for reference, key, since in await links.asked_about(self.records):
            if self.clock() - since < ASKED_FOR and (person := await self._outside(reference)):
                asked += await self._text(person, await self._link(reference, key, since, person))
        return asked

    async def _outside(self, reference: PathwayReference) -> Staff | None:
        """Her treating therapist, where she is written by her staff id and works outside."""
        try:
            written = (await details.get(self.records, reference)).treating_therapist
        except UnreadableError as error:
            log.error("cell_unreadable", reference=reference, column=error.column)  # noqa: TRY400
            return None  # the others' therapists are asked
        person = self.clinic.staff(written) if written else None
        return person if person and person.external else None

    async def _link(
        self, reference: PathwayReference, key: str, since: datetime, person: Staff
    ) -> Link:
        number, _, revision, _ = key.split("/")
        about = int(number[1:]), int(revision[1:])
        ends = await link_state.session_ends(self.records, reference, *about)
        return about_session(reference, *about, ends=ends or since, whom=person.id, now=since)

    async def _text(self, person: Staff, link: Link) -> bool:
        await links.make(self.records, link)
        if not await links.claim_sending(self.records, link.id, self.clock()):
            return False
        words = asking_words(link, self.signed.url(link.id), self.clinic)
        intent = f"{link.reference}/{link.about}/asked/{person.id}"
        answer = await asyncio.to_thread(self.provider.create, person.phone, words, intent)
        if isinstance(answer, NotSent):
            await links.not_sent(self.records, link.id)
            return False
        if isinstance(answer, Refused):
            log.error("asking_refused", code=answer.code, reason=answer.reason)
        return True


def asking_words(link: Link, url: str, clinic: Clinic) -> str:
    """The question as her phone shows it: no name, and nothing of what is treated."""
    ended = civil.local(link.since, clinic.zone)
    return simplify(
        f"{clinic.alias} {link.reference}: was {link.what} that ended {ended:%a %H:%M} held? "
        f"Say so: {url}"
    )


def ask_therapists(asking: Asking) -> Sweep:
    """Ask whoever works outside the clinic, within seconds of her session's end."""
    return Sweep("ask_therapists", asking.ask)
