"""What people answered by a link reaches its journey, in the order in which it came.

An answer stays where it is until its journey has heard it. The link's id makes it one act,
however often it is told.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from temporalio.client import Client

from config.clinic import Clinic
from pathway import commands as cmd
from pathway.facts import Choice, SessionOutcome, Step
from pathway.refusals import Reason
from records import details, link_state, links
from records.database import Records
from records.link_making import session_of
from records.links import TREATING_THERAPIST, LinkKind, Outcome, StoredLink
from workers.sweeps import Sweep
from workers.telling import Heard, Told, tell

log = structlog.stdlib.get_logger(__name__)

EVERY = timedelta(seconds=1)
"""Paging must have stopped within five seconds of an answer."""
BY_LINK = "one-time-link"
"""Who says so, in the journal, where she is nobody of the clinic's staff."""
_NOT_SAID = "not said"
_REASONS = {
    "patient": "by the patient's wish, as the therapist says",
    "clinic": "by the therapist's or the clinic's wish",
    "": _NOT_SAID,
}


@dataclass(frozen=True)
class Answers:
    """Everything that answers are handed on by."""

    records: Records
    client: Client
    clinic: Clinic

    async def hand_on(self) -> int:
        """Tell what waits; how many answers their journeys have heard now."""
        by_journey: dict[str, list[StoredLink]] = defaultdict(list)
        for link in await links.waiting(self.records):
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
        told = await tell(self.client, link.reference, await self._command(link))
        outcome = _outcome(link.kind, told)
        if outcome is None:
            return False
        if outcome is Outcome.REFUSED and told.refusal is not None:
            # Her answer is nowhere else: the line it would have closed stays on the work list.
            log.error("link_refused", reference=link.reference, code=told.refusal.code)
        sentence = told.refusal.sentence if told.refusal else None
        if outcome is Outcome.TOO_LATE:
            sentence = await self._owner(link)
        await links.settle(self.records, link.id, outcome, sentence)
        return True

    async def _owner(self, link: StoredLink) -> str | None:
        """Somebody else who has it."""
        standing = await link_state.escalation(self.records, link.reference, link.about)
        return standing.owner if standing.owner != link.whom else None

    async def _command(self, link: StoredLink) -> cmd.Command:
        signed: dict[str, Any] = {
            "key": f"link-{link.id}",
            "by": BY_LINK if link.whom == TREATING_THERAPIST else link.whom,
            "role": link.role,
            "happened_at": link.used_at,
        }
        if link.kind is LinkKind.TAKE:
            return cmd.AcknowledgeEscalation(**signed, escalation=link.about, unless_taken=True)
        return command_of(link, signed | {"stated_by": await self._stated_by(link)})

    async def _stated_by(self, link: StoredLink) -> str:
        """The therapist and her way of saying it: nobody has taken it down (rule 9)."""
        person = self.clinic.staff(link.whom)
        name = person.name if person else None
        if link.whom == TREATING_THERAPIST:
            name = (await details.get(self.records, link.reference)).treating_therapist
        return f"{name or 'the treating therapist'}, one-time link"


def command_of(link: StoredLink, signed: dict[str, Any]) -> cmd.Command:
    """The command that a therapist's answer is."""
    treatment, revision = session_of(link)
    about: dict[str, Any] = {**signed, "treatment": treatment}
    if link.kind is LinkKind.RECOMMENDATION:
        choice = Choice(link.answer or "")
        return cmd.RecordRecommendation(**about, recommendation=choice, reason=link.said)
    match link.answer:
        case "held":
            # As it was booked; the answer may come to us much later than it was given.
            booked = link.since if revision is not None else signed["happened_at"]
            ended = min(booked, signed["happened_at"])
            return cmd.RecordPsychotherapy(**about | {"happened_at": ended})
        case "not_held":
            return cmd.RecordPsychotherapy(
                **about,
                outcome=SessionOutcome.NOT_HELD,
                reason=_REASONS[link.said],
                wish_of=cmd.CancelledBy(link.said) if link.said else None,
            )
        case _:
            at = datetime.fromisoformat(link.said)
            step = Step.PSYCHOTHERAPY
            if revision is None:
                return cmd.Book(**about, step=step, at=at)
            return cmd.Move(**about, step=step, revision=revision, at=at)


def _refused(kind: LinkKind, told: Told) -> Outcome:
    code = told.refusal.code if told.refusal else None
    if code is Reason.ESCALATION_CLOSED:
        return Outcome.CLOSED
    return Outcome.TOO_LATE if kind is LinkKind.TAKE and code is Reason.ALREADY else Outcome.REFUSED


def _outcome(kind: LinkKind, told: Told) -> Outcome | None:
    match told.heard:
        case Heard.NOT_REACHED:
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
