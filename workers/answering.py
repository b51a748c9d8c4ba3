"""What people answered by a link reaches its journey, in the order in which it came.

An answer stays where it is until its journey has heard it. The link's id makes it one act,
however often it is told.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import structlog
from temporalio.client import Client

from config.clinic import Clinic
from pathway import commands as cmd
from pathway.refusals import Reason
from records import details, link_state, links
from records.database import Records
from records.links import TREATING_THERAPIST, LinkKind, Outcome, StoredLink
from records.readable import CANNOT_BE_READ
from workers.link_commands import command_of, line_of
from workers.stranded import Teller
from workers.sweeps import Sweep
from workers.telling import Heard, Told

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(seconds=1)
"""Paging must have stopped within five seconds of an answer."""
BY_LINK = "one-time-link"
"""Who says so, in the journal, where she is nobody of the clinic's staff."""


@dataclass(frozen=True)
class Answers:
    """Everything that answers are handed on by."""

    records: Records
    client: Client
    clinic: Clinic

    @cached_property
    def _teller(self) -> Teller:
        return Teller(self.records, self.client)

    async def hand_on(self) -> int:
        """Tell what waits; how many answers their journeys have heard now."""
        by_journey: dict[str, list[StoredLink]] = defaultdict(list)
        for link in await links.waiting(self.records, without=self._teller.stranded):
            if _opens(link):
                by_journey[link.reference].append(link)
        return sum(await asyncio.gather(*map(self._in_order, by_journey.values())))

    async def _in_order(self, waiting: Iterable[StoredLink]) -> int:
        """Of one journey; an answer that it cannot hear now holds up those behind it."""
        done = 0
        for link in waiting:
            try:
                settled = await self._one(link)
            except Exception as error:  # noqa: BLE001 - other journeys' answers go on
                log.error("link_not_handed_on", error=type(error).__name__)  # noqa: TRY400
                settled = False
            if not settled:
                return done
            done += 1
        return done

    async def _one(self, link: StoredLink) -> bool:
        if link.kind is LinkKind.TAKE and (owner := await self._owner(link)) is not None:
            # An acknowledgement would take it from her.
            await links.settle(self.records, link.id, Outcome.TOO_LATE, owner)
            return True
        told = await self._teller.tell(link.reference, await self._command(link))
        outcome = _outcome(link.kind, told)
        if outcome is None:
            return False
        if outcome is Outcome.REFUSED and not await self._to_a_person(link, told):
            return False
        sentence = told.refusal.sentence if told.refusal else None
        if outcome is Outcome.TOO_LATE:
            sentence = await self._owner(link)
        await links.settle(self.records, link.id, outcome, sentence)
        return True

    async def _to_a_person(self, link: StoredLink, told: Told) -> bool:
        """A line for the coordinator, since her answer is nowhere else; False: not now."""
        if told.refusal is None:
            return True
        log.error("link_refused", reference=link.reference, code=told.refusal.code)
        if link.kind is LinkKind.TAKE:
            return True
        line = line_of(link, self._signed(link), told.refusal.sentence, self.clinic.zone)
        heard = (await self._teller.tell(link.reference, line)).heard
        return heard not in {Heard.NOT_REACHED, Heard.GONE}

    async def _owner(self, link: StoredLink) -> str | None:
        """Somebody else who has it."""
        standing = await link_state.escalation(self.records, link.reference, link.about)
        return standing.owner if standing.owner != link.whom else None

    async def _command(self, link: StoredLink) -> cmd.Command:
        signed = self._signed(link)
        if link.kind is LinkKind.TAKE:
            return cmd.AcknowledgeEscalation(**signed, escalation=link.about, unless_taken=True)
        return command_of(link, signed | {"stated_by": await self._stated_by(link)})

    def _signed(self, link: StoredLink) -> dict[str, Any]:
        return {
            "key": f"link-{link.id}",
            "by": BY_LINK if link.whom == TREATING_THERAPIST else link.whom,
            "role": link.role,
            "happened_at": link.used_at,
        }

    async def _stated_by(self, link: StoredLink) -> str:
        """The therapist and her way of saying it: nobody has taken it down (rule 9)."""
        person = self.clinic.staff(link.whom)
        name = person.name if person else None
        if link.whom == TREATING_THERAPIST:
            name = (await details.get(self.records, link.reference)).treating_therapist
        return f"{name or 'the treating therapist'}, one-time link"


def _opens(link: StoredLink) -> bool:
    """Whether it can be read what she answered; else it lies there, as the watch tells."""
    return link.kind is LinkKind.TAKE or CANNOT_BE_READ not in {link.answer, link.said}


def _refused(kind: LinkKind, told: Told) -> Outcome:
    code = told.refusal.code if told.refusal else None
    if code is Reason.ESCALATION_CLOSED:
        return Outcome.CLOSED
    return Outcome.TOO_LATE if kind is LinkKind.TAKE and code is Reason.ALREADY else Outcome.REFUSED


def _outcome(kind: LinkKind, told: Told) -> Outcome | None:
    match told.heard:
        case Heard.NOT_REACHED | Heard.GONE:
            return None
        case Heard.ENDED:
            return Outcome.ENDED
        case Heard.REFUSED:
            return _refused(kind, told)
        case Heard.TAKEN:
            helps = "escalation_help_noted" in told.happened
            return Outcome.HELP_NOTED if helps else Outcome.TAKEN


def hand_on_answers(answers: Answers) -> Sweep:
    """Tell journeys what people answered by a link, within seconds."""
    return Sweep("hand_on_answers", answers.hand_on, EVERY)
