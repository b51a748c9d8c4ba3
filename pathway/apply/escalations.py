"""Escalations, and what is kept of their rungs."""

from pathway import events as ev
from pathway.apply.base import change, forgetting, under, with_escalation
from pathway.escalation import NOTHING_NEEDED, Escalation, StandDown
from pathway.flags import belongs
from pathway.journey import Journey


@change.register
def _(event: ev.EscalationOpened, journey: Journey) -> Journey:
    return journey.model_copy(
        update={
            "escalations": (*journey.escalations, event.escalation),
            "escalations_opened": journey.escalations_opened + 1,
        }
    )


@change.register
def _(event: ev.EscalationRungBegun, journey: Journey) -> Journey:
    rung = event.rung

    def begun(escalation: Escalation) -> dict[str, object]:
        # What was under way when it was raised again belongs to the round before.
        if escalation.round != rung.round:
            return {}
        # The first turn that found nobody stays: the alert to ops hangs on it.
        unanswered = next((b for b in escalation.begun if b.nobody and b.index == rung.index), None)
        others = (
            b
            for b in escalation.begun
            if b.turn_key != rung.turn_key and (b is unanswered or b.turn_key not in gone)
        )
        return {"begun": (*others, rung)}

    # A rung that nobody answers repeats for days: only its first and last turns are needed,
    # and the turn before the last stays until the page under way for it has ended.
    before = range(1, rung.turn - 1)
    gone = {f"r{rung.round}/{rung.index}/{turn}" for turn in before}
    settled = {f"{event.escalation}/{turn_key}" for turn_key in gone}
    return with_escalation(forgetting(journey, settled.__contains__), event.escalation, begun)


@change.register
def _(event: ev.EscalationAcknowledged, journey: Journey) -> Journey:
    taken = event.acknowledgement
    return with_escalation(
        journey, event.escalation, lambda _: {"acknowledged": taken, "owner": taken.by}
    )


@change.register
def _(event: ev.EscalationHelpNoted, journey: Journey) -> Journey:
    return with_escalation(
        journey,
        event.escalation,
        lambda e: {"helping": (*(h for h in e.helping if h != event.by), event.by)},
    )


@change.register
def _(event: ev.EscalationRaisedAgain, journey: Journey) -> Journey:
    return with_escalation(
        forgetting(journey, under(f"{event.escalation}/")),
        event.escalation,
        lambda e: _anew(e, event),
    )


@change.register
def _(event: ev.EscalationPaged, journey: Journey) -> Journey:
    return with_escalation(
        journey,
        event.escalation,
        lambda e: {"paged": (*e.paged, *(p for p in event.people if p not in e.paged))},
    )


@change.register
def _(event: ev.PageFailed, journey: Journey) -> Journey:
    """She stays among those who are told that nothing is needed: a second text does no harm."""
    return journey


@change.register
def _(event: ev.EscalationHandedOver, journey: Journey) -> Journey:
    escalation = journey.escalation(event.escalation)
    if event.to is None and escalation and escalation.acknowledged:
        # Nobody's again: it climbs anew, from its first rung (rule 6).
        return with_escalation(
            forgetting(journey, under(f"{event.escalation}/")),
            event.escalation,
            lambda e: {**_anew(e, event), "owner": None},
        )
    return with_escalation(
        journey,
        event.escalation,
        lambda e: {
            "owner": event.to,
            "acknowledged": e.acknowledged.model_copy(update={"by": event.to})
            if e.acknowledged
            else None,
            "named_at": event.at if event.to and not e.acknowledged else None,
        },
    )


def _anew(
    escalation: Escalation, event: ev.EscalationRaisedAgain | ev.EscalationHandedOver
) -> dict[str, object]:
    """Another round, from the first rung."""
    return {
        "acknowledged": None,
        "round": escalation.round + 1,
        "round_from": event.at,
        "begun": (),
        "named_at": None,
    }


@change.register
def _(event: ev.EscalationClosed, journey: Journey) -> Journey:
    closed = with_escalation(
        journey,
        event.escalation,
        lambda _: {
            "closed": event.outcome,
            "closed_at": event.at,
            "closed_by": event.by,
            "note": event.note,
            "good_until": event.good_until,
        },
    )
    was = journey.escalation(event.escalation)
    if was is None:
        return closed
    closed = _uncovered(closed, was, event)
    if event.outcome not in NOTHING_NEEDED:
        return closed
    # Kept apart from the escalation, which is forgotten when the next treatment opens.
    told = tuple(_stand_down(was, person, event) for person in was.paged if person != event.by)
    return closed.model_copy(update={"stand_downs": (*journey.stand_downs, *told)})


def _uncovered(journey: Journey, was: Escalation, event: ev.EscalationClosed) -> Journey:
    """A flag that it was over and nobody has assessed is remembered, and comes back."""
    since = {"uncovered_since": event.at}
    flags = tuple(
        f.model_copy(update=since) if f.open and belongs(f, was) else f for f in journey.flags
    )
    return journey.model_copy(update={"flags": flags})


def _stand_down(was: Escalation, person: str, event: ev.EscalationClosed) -> StandDown:
    return StandDown(
        escalation=was.id,
        person=person,
        level=was.level,
        what=was.what,
        since=was.opened_at,
        at=event.at,
        treatment=was.treatment,
    )
