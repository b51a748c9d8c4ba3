"""What happens when an agenda item falls due, and what its result means for the journey."""

from datetime import datetime
from typing import assert_never

from pathway import contact
from pathway import events as ev
from pathway.escalation import Escalation, RungBegun, StaffTask, TaskKind
from pathway.items import (
    AgendaItem,
    AlertAct,
    EscalateAct,
    LookUpAct,
    PageAct,
    RaiseAgainAct,
    TaskAct,
    TextAct,
)
from pathway.journey import COUNTED_TEMPLATES, Journey
from pathway.model import Model, StaffId
from pathway.roles import Role


class FallsDue(Model):
    """The events of the moment, and whether an activity must now be carried out."""

    events: tuple[ev.Event, ...] = ()
    carry_out: bool = False


def falls_due(journey: Journey, item: AgendaItem, now: datetime) -> FallsDue:
    """Decide about one due item. Pure: the same journey, item and moment give the same answer."""
    match item.act:
        case TextAct() as act:
            return _text(journey, item, act, now)
        case PageAct():
            begun = _rung_begun(journey, item, now)
            return FallsDue(events=begun, carry_out=True)
        case LookUpAct() | AlertAct():
            return FallsDue(carry_out=True)
        case TaskAct() as act:
            opened = ev.TaskOpened(at=now, task=act.task.model_copy(update={"opened_at": now}))
            return FallsDue(events=(_settled(item, now, "work_list", "due"), opened))
        case EscalateAct() as act:
            escalation = open_escalation(
                journey, act.ladder.value, act.what, now, step=act.step, treatment=act.treatment
            )
            opened_event = ev.EscalationOpened(at=now, escalation=escalation)
            return FallsDue(events=(_settled(item, now, "escalated", "missed"), opened_event))
        case RaiseAgainAct() as act:
            again = ev.EscalationRaisedAgain(at=now, escalation=act.escalation)
            return FallsDue(events=(_settled(item, now, "raised_again", "still_open"), again))
        case _ as unreachable:
            assert_never(unreachable)


def open_escalation(
    journey: Journey,
    ladder: str,
    what: str,
    now: datetime,
    *,
    step: object = None,
    treatment: int | None = None,
) -> Escalation:
    """A new escalation of this journey, at the foot of its ladder."""
    return Escalation.model_validate(
        {
            "id": f"e{journey.escalations_opened + 1}",
            "ladder": ladder,
            "level": getattr(journey.protocol.ladders, ladder).level,
            "what": what,
            "step": step,
            "treatment": treatment,
            "opened_at": now,
            "round_from": now,
        }
    )


def _settled(
    item: AgendaItem, now: datetime, outcome: str, reason: str, counts: bool | None = None
) -> ev.ItemSettled:
    return ev.ItemSettled(
        at=now, key=item.key, line=item.line, outcome=outcome, reason=reason, text_counts=counts
    )


def _text(journey: Journey, item: AgendaItem, act: TextAct, now: datetime) -> FallsDue:
    begun = _rung_begun(journey, item, now)
    match contact.judge(journey, item, act, now):
        case contact.Send():
            counts = act.template in COUNTED_TEMPLATES
            leaves = ev.TextBegun(at=now, key=item.key, counts=counts)
            return FallsDue(events=(*begun, leaves), carry_out=True)
        case contact.Defer(until=until, reason=reason):
            deferred = ev.ItemDeferred(
                at=now, key=item.key, line=item.line, until=until, reason=reason
            )
            return FallsDue(events=(deferred,))
        case contact.Skip(reason=reason, said_already=said_already):
            rung = begun if said_already else _no_text(journey, item, now)
            return FallsDue(events=(*rung, _settled(item, now, "skipped", reason)))
        case contact.Call(reason=reason):
            return FallsDue(events=_as_task(journey, item, act, now, TaskKind.CALL, reason))
        case contact.NudgeStaff(reason=reason):
            return FallsDue(events=_as_task(journey, item, act, now, TaskKind.NUDGE, reason))
        case _ as unreachable:
            assert_never(unreachable)


def _as_task(
    journey: Journey, item: AgendaItem, act: TextAct, now: datetime, kind: TaskKind, reason: str
) -> tuple[ev.Event, ...]:
    """A text that cannot go becomes a line for a person, and no rung waits for it (rule 26)."""
    verb = "Call the patient" if kind is TaskKind.CALL else "A text did not go out"
    task = StaffTask(
        key=f"{item.key}/{kind}",
        kind=kind,
        to=act.call_to,
        line=f"{verb}: {item.line.removeprefix('text: ')}",
        opened_at=now,
        treatment=item.treatment,
        due=act.appointment_at,
    )
    return (
        *_no_text(journey, item, now),
        _settled(item, now, kind.value, reason),
        ev.TaskOpened(at=now, task=task),
    )


def _rung_begun(
    journey: Journey, item: AgendaItem, now: datetime, *, nobody: bool = False
) -> tuple[ev.Event, ...]:
    rung = item.rung
    if rung is None:
        return ()
    escalation = journey.escalation(rung.escalation)
    if escalation is None or escalation.round != rung.round:
        return ()
    begun = RungBegun(round=rung.round, index=rung.index, turn=rung.turn, at=now, nobody=nobody)
    return (ev.EscalationRungBegun(at=now, escalation=rung.escalation, rung=begun),)


def _no_text(journey: Journey, item: AgendaItem, now: datetime) -> tuple[ev.Event, ...]:
    return _rung_begun(journey, item, now, nobody=True)


def text_ended(
    journey: Journey, item: AgendaItem, now: datetime, status: str, reason: str
) -> tuple[ev.Event, ...]:
    """What a text's activity found: sent, withheld, refused, in doubt or given up."""
    act = item.act
    assert isinstance(act, TextAct)  # noqa: S101 - only texts end here
    if status == "sent":
        counts = act.template in COUNTED_TEMPLATES
        return (_settled(item, now, "sent", act.moved_because or "due", counts),)
    if journey.over:
        # She has died, or left: nobody is asked to call her about a text.
        return (_settled(item, now, status, reason),)
    if status == "ambiguous":
        doubt = ev.TextInDoubt(
            at=now, intent=item.key, line=item.line, reason=reason, treatment=item.treatment
        )
        return (_settled(item, now, "in_doubt", reason, act.template in COUNTED_TEMPLATES), doubt)
    if status == "withdrawn":
        return (_settled(item, now, "withdrawn", reason),)
    if status == "withheld" and reason in {"texts_held", "deceased"}:
        return (*_no_text(journey, item, now), _settled(item, now, "skipped", reason))
    if status == "gave_up" and item.late.otherwise == "skip":
        return (*_no_text(journey, item, now), _settled(item, now, "skipped", reason))
    return _as_task(journey, item, act, now, TaskKind.CALL, reason)


def page_ended(
    journey: Journey, item: AgendaItem, now: datetime, reached: tuple[StaffId, ...]
) -> tuple[ev.Event, ...]:
    """Who was paged; nobody means that the next rung follows at once."""
    if reached:
        return (_settled(item, now, "paged", ", ".join(reached)),)
    return (
        *_rung_begun(journey, item, now, nobody=True),
        _settled(item, now, "nobody", "nobody_on_shift"),
    )


def look_up_ended(
    journey: Journey, item: AgendaItem, now: datetime, found: str
) -> tuple[ev.Event, ...]:
    """The provider's answer about a text in doubt: adopt it on exactly one match."""
    act = item.act
    assert isinstance(act, LookUpAct)  # noqa: S101 - only look-ups end here
    settled = _settled(item, now, "asked_provider", found)
    if not any(d.intent == act.intent for d in journey.doubtful):
        return (settled,)
    if found == "one":
        return (settled, ev.TextCleared(at=now, intent=act.intent, adopted=True, reason=found))
    if found in {"several", "not_posted"} or act.last:
        return (settled, *_hand_to_staff(item, act.intent, now, found))
    return (settled, ev.TextAskedAbout(at=now, intent=act.intent, found=found))


def _hand_to_staff(
    item: AgendaItem, intent: str, now: datetime, found: str
) -> tuple[ev.Event, ...]:
    task = StaffTask(
        key=f"{intent}/unknown",
        kind=TaskKind.CHECK,
        to=Role.COORDINATOR,
        line="It is not known whether a text reached the patient: call her",
        opened_at=now,
        treatment=item.treatment,
    )
    return (
        ev.TextCleared(at=now, intent=intent, adopted=False, reason=found),
        ev.TaskOpened(at=now, task=task),
    )


def alert_ended(item: AgendaItem, now: datetime) -> tuple[ev.Event, ...]:
    assert isinstance(item.act, AlertAct)  # noqa: S101 - only alerts end here
    return (_settled(item, now, "ops_alerted", item.act.code),)


def item_broke(item: AgendaItem, now: datetime, error: str) -> tuple[ev.Event, ...]:
    """A bug of ours stopped this item: a person takes it, and the journey goes on.

    Args:
        error: the name of the exception's type; its message may name a patient.
    """
    # A pager that stays broken is one line for each rung, however often the rung repeats.
    key = item.key.removesuffix(f"/{item.rung.turn}") if item.rung else item.key
    task = StaffTask(
        key=f"{key}/broken",
        kind=TaskKind.CHECK,
        to=Role.COORDINATOR,
        line=f"The system failed to do this, do it by hand: {item.line}"[:500],
        opened_at=now,
        treatment=item.treatment,
    )
    return (
        _settled(item, now, "broken", error),
        *_goes_on_without(item, now),
        ev.TaskOpened(at=now, task=task),
    )


def _goes_on_without(item: AgendaItem, now: datetime) -> tuple[ev.Event, ...]:
    """What waited for the broken item: a ladder climbs at once, a doubt goes to the person."""
    if item.rung is not None:
        rung = item.rung
        begun = RungBegun(round=rung.round, index=rung.index, turn=rung.turn, at=now, nobody=True)
        return (ev.EscalationRungBegun(at=now, escalation=rung.escalation, rung=begun),)
    if isinstance(item.act, LookUpAct):
        return (ev.TextCleared(at=now, intent=item.act.intent, adopted=False, reason="broken"),)
    return ()
