"""Escalation rungs as agenda items: derived from the escalation, like everything else."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway.contact import text_time
from pathway.escalation import Escalation, RungBegun
from pathway.items import AgendaItem, AlertAct, PageAct, RaiseAgainAct, Rung, TextAct
from pathway.journey import Journey
from pathway.protocol import Ladder, Level, Template
from pathway.protocol import Rung as RungRules
from pathway.roles import Role

_BY_DAY = frozenset({Level.ATTENTION, Level.FOLLOW_UP})
"""What wakes nobody twice: after the first page it comes again when the clinic is open."""


def escalation_items(journey: Journey, escalation: Escalation) -> Iterator[AgendaItem]:
    """What an open escalation has due: its next rungs, or its owner's next look."""
    if escalation.acknowledged:
        key = f"{escalation.id}/r{escalation.round}/look-again"
        yield AgendaItem(
            key=key,
            at=escalation.acknowledged.next_look,
            line=f"raise again if still open: {escalation.what}",
            treatment=escalation.treatment,
            act=RaiseAgainAct(escalation=escalation.id),
        )
        return
    yield from _climb(journey, escalation)
    yield from _nobody(journey, escalation)


def turned_to(journey: Journey, escalation: Escalation) -> Role:
    """The role whose turn it is: of the highest rung begun, else of the first that is staff."""
    rungs = journey.protocol.ladders.named(escalation.ladder).rungs
    begun = [b.index for b in escalation.begun if b.round == escalation.round]
    climbed = [r.to for r in rungs[: max(begun, default=-1) + 1] if r.to is not Role.PATIENT]
    staff = [r.to for r in rungs if r.to is not Role.PATIENT]
    return (climbed[-1:] or staff[:1] or [Role.COORDINATOR])[0]


def stand_down_items(journey: Journey) -> Iterator[AgendaItem]:
    """Everybody who was paged is told, once, that it has been done after all (rule 4)."""
    for each in journey.stand_downs:
        yield AgendaItem(
            key=each.key,
            at=each.at,
            line=f"page: nothing is needed any more: {each.what}",
            treatment=each.treatment,
            act=PageAct(
                escalation=each.escalation,
                role=Role.COORDINATOR,
                person=each.person,
                level=each.level,
                what=each.what,
                since=each.since,
                all_clear=True,
            ),
        )


def _climb(journey: Journey, escalation: Escalation) -> Iterator[AgendaItem]:
    ladder = journey.protocol.ladders.named(escalation.ladder)
    at = escalation.round_from
    if escalation.round > 1 and escalation.owner:
        # The one who took it hears first that it is still open (rule 21).
        yield _owner_page(escalation)
    if escalation.named_at and escalation.owner:
        yield _named_page(escalation, escalation.named_at)
    for index, rules in enumerate(ladder.rungs):
        begun = _begun(escalation, index, 0)
        starts = begun.at if begun else _staffed(journey, rules, at)
        if not _is_settled(journey, escalation, index, 0):
            yield _rung_item(journey, escalation, ladder, index, 0, starts)
        at = starts if begun and begun.nobody else starts + rules.wait
    yield from _repeat_last(journey, escalation, ladder)


def _repeat_last(journey: Journey, escalation: Escalation, ladder: Ladder) -> Iterator[AgendaItem]:
    """The last rung comes again, each time after its wait, until somebody acknowledges."""
    index = len(ladder.rungs) - 1
    rules = ladder.rungs[index]
    turns = [b.turn for b in escalation.begun if b.round == escalation.round and b.index == index]
    if not turns:
        return
    latest = max(turns)
    last = _begun(escalation, index, latest)
    assert last is not None  # noqa: S101 - its turn was just read from the same tuple
    if latest and not _is_settled(journey, escalation, index, latest):
        yield _rung_item(journey, escalation, ladder, index, latest, last.at)
    # Even where nobody was there the wait holds: the rota may be filled by then.
    again = _staffed(journey, rules, last.at + max(rules.wait, timedelta(minutes=1)))
    if escalation.level in _BY_DAY:
        again = journey.calendar.next_staffed(again) or again
    yield _rung_item(journey, escalation, ladder, index, latest + 1, again)


def _staffed(journey: Journey, rules: RungRules, at: datetime) -> datetime:
    """The rung's time. A clinic that stays closed for weeks must not end the ladder."""
    staffed = journey.calendar.next_staffed(at) if rules.hours == "staffed" else at
    return staffed or at


def _begun(escalation: Escalation, index: int, turn: int) -> RungBegun | None:
    wanted = (escalation.round, index, turn)
    return next((b for b in escalation.begun if (b.round, b.index, b.turn) == wanted), None)


def _key(escalation: Escalation, index: int, turn: int) -> str:
    return f"{escalation.id}/r{escalation.round}/{index}/{turn}"


def _is_settled(journey: Journey, escalation: Escalation, index: int, turn: int) -> bool:
    return _key(escalation, index, turn) in journey.settled


def _rung_item(
    journey: Journey, escalation: Escalation, ladder: Ladder, index: int, turn: int, at: datetime
) -> AgendaItem:
    rules = ladder.rungs[index]
    rung = Rung(escalation=escalation.id, round=escalation.round, index=index, turn=turn)
    key = _key(escalation, index, turn)
    if rules.to is Role.PATIENT:
        leaves, moved = text_time(journey, at, None)
        return AgendaItem(
            key=key,
            at=leaves,
            line=f"text: please call ({escalation.what})",
            treatment=escalation.treatment,
            late=journey.protocol.texting.late_please_call,
            act=TextAct(
                template=rules.text or Template.PLEASE_CALL, wanted_at=at, moved_because=moved
            ),
            rung=rung,
        )
    again = f", again ({turn + 1})" if turn else ""
    return AgendaItem(
        key=key,
        at=at,
        line=f"page {rules.to}{again}: {escalation.what}",
        treatment=escalation.treatment,
        act=_page(escalation, rules.to),
        rung=rung,
    )


def _page(escalation: Escalation, role: Role) -> PageAct:
    return PageAct(
        escalation=escalation.id,
        role=role,
        level=escalation.level,
        what=escalation.what,
        since=escalation.opened_at,
    )


def _owner_page(escalation: Escalation) -> AgendaItem:
    act = _page(escalation, Role.COORDINATOR).model_copy(update={"person": escalation.owner})
    return AgendaItem(
        key=f"{escalation.id}/r{escalation.round}/owner",
        at=escalation.round_from,
        line=f"page its owner: still open: {escalation.what}",
        treatment=escalation.treatment,
        act=act,
    )


def _named_page(escalation: Escalation, at: datetime) -> AgendaItem:
    """Handed to her by name before anybody took it: she may not know yet (rule 6)."""
    act = _page(escalation, Role.COORDINATOR).model_copy(update={"person": escalation.owner})
    return AgendaItem(
        key=f"{escalation.id}/r{escalation.round}/named/{escalation.owner}/{at:%Y%m%dT%H%M%S}",
        at=at,
        line=f"page its new owner: {escalation.what}",
        treatment=escalation.treatment,
        act=act,
    )


def _nobody(journey: Journey, escalation: Escalation) -> Iterator[AgendaItem]:
    """Nobody reachable is itself an alert, once in a round.

    A patient who takes no texts is none: her call row stands on the work list.
    """
    rungs = journey.protocol.ladders.named(escalation.ladder).rungs
    pages = (b for b in escalation.begun if rungs[b.index].to is not Role.PATIENT)
    at = next((b.at for b in pages if b.nobody), None)
    if at is not None:
        yield AgendaItem(
            key=f"{escalation.id}/r{escalation.round}/nobody",
            at=at,
            line=f"alert ops: nobody reachable for: {escalation.what}",
            treatment=escalation.treatment,
            act=AlertAct(code="nobody_reachable", detail=escalation.id),
        )
