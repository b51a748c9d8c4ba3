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
from pathway.protocol import Level, Template
from pathway.replies import MUST_REACH_HER, question_of
from pathway.roles import Role
from pathway.welcome import WELCOME


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
                journey,
                act.ladder.value,
                act.what,
                now,
                step=act.step,
                treatment=act.treatment,
                level=act.level,
                about=act.about,
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
    level: Level | None = None,
    about: str | None = None,
) -> Escalation:
    """A new escalation of this journey, at the foot of its ladder.

    Args:
        level: where it is graver than its ladder; the ladder's own unless given.
    """
    return Escalation.model_validate(
        {
            "id": f"e{journey.escalations_opened + 1}",
            "ladder": ladder,
            "level": level or getattr(journey.protocol.ladders, ladder).level,
            "what": what,
            "step": step,
            "about": about,
            "treatment": treatment,
            "opened_at": now,
            "round_from": now,
        }
    )


def _settled(item: AgendaItem, now: datetime, outcome: str, reason: str) -> ev.ItemSettled:
    return ev.ItemSettled(at=now, key=item.key, line=item.line, outcome=outcome, reason=reason)


def _went_out(
    item: AgendaItem, act: TextAct, now: datetime, outcome: str, reason: str
) -> ev.ItemSettled:
    """Settled as a text that she has, or may have: from now on it counts."""
    return ev.ItemSettled(
        at=now,
        key=item.key,
        line=item.line,
        outcome=outcome,
        reason=reason,
        text_counts=act.template in COUNTED_TEMPLATES,
        template=act.template,
        about=act.appointment_at,
    )


def _text(journey: Journey, item: AgendaItem, act: TextAct, now: datetime) -> FallsDue:
    begun = _rung_begun(journey, item, now)
    match contact.judge(journey, item, act, now):
        case contact.Send():
            leaves = ev.TextBegun(
                at=now,
                key=item.key,
                counts=act.template in COUNTED_TEMPLATES,
                template=act.template,
                about=act.appointment_at,
                asks=question_of(journey, item, act),
            )
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
    task = StaffTask(
        key=f"{item.key}/{kind}",
        kind=kind,
        to=act.call_to,
        line=_task_line(item, act, kind),
        opened_at=now,
        treatment=item.treatment,
        due=act.appointment_at,
    )
    return (
        *_no_text(journey, item, now),
        _settled(item, now, kind.value, reason),
        ev.TaskOpened(at=now, task=task),
    )


def _task_line(item: AgendaItem, act: TextAct, kind: TaskKind) -> str:
    if act.words:
        return "Call the patient: your answer did not arrive as a text"
    if act.answers_her:
        return "No automatic answer could be sent: call now"
    verb = "Call the patient" if kind is TaskKind.CALL else "A text did not go out"
    return f"{verb}: {item.line.removeprefix('text: ')}"


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
        return (_went_out(item, act, now, "sent", _why_now(act)),)
    if journey.over:
        # She has died, or left: nobody is asked to call her about a text.
        return (_settled(item, now, status, reason),)
    if status == "ambiguous":
        doubt = ev.TextInDoubt(
            at=now, intent=item.key, line=item.line, reason=reason, treatment=item.treatment
        )
        return (_went_out(item, act, now, "in_doubt", reason), doubt)
    if status == "withdrawn":
        return (_settled(item, now, "withdrawn", reason),)
    if _nothing_more(item, act, status, reason):
        return (*_no_text(journey, item, now), _settled(item, now, "skipped", reason))
    return _as_task(journey, item, act, now, TaskKind.CALL, reason)


def _why_now(act: TextAct) -> str:
    return "answers_her" if act.answers_her else act.moved_because or "due"


def _nothing_more(item: AgendaItem, act: TextAct, status: str, reason: str) -> bool:
    """Whether a text that did not go needs no call in its place."""
    if act.template is Template.WELCOME:
        return True
    if act.answers_her:
        return act.template not in MUST_REACH_HER or reason == "deceased"
    silent = {"deceased"}
    if act.template is not Template.DAY_CLOSED:
        # That a visit falls she must hear, or she stands before a closed door.
        silent |= {"texts_held", "in_hospital"}
    held = status == "withheld" and reason in silent
    return held or (status == "gave_up" and item.late.otherwise == "skip")


def page_ended(
    journey: Journey, item: AgendaItem, now: datetime, reached: tuple[StaffId, ...]
) -> tuple[ev.Event, ...]:
    """Who was paged; nobody means that the next rung follows at once."""
    act = item.act
    assert isinstance(act, PageAct)  # noqa: S101 - only pages end here
    if reached or act.all_clear:
        settled = _settled(item, now, "paged", ", ".join(reached) or "nobody_on_shift")
        paged = ev.EscalationPaged(at=now, escalation=act.escalation, people=reached)
        return (settled,) if act.all_clear else (settled, paged)
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
    if act.intent.startswith(WELCOME) and (found in {"several", "not_posted"} or act.last):
        # It may have come, so it does not go again; nothing else is lost.
        return (settled, ev.TextCleared(at=now, intent=act.intent, adopted=False, reason=found))
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
        line="Call the patient: it is not known whether a text arrived",
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


def item_broke(
    journey: Journey, item: AgendaItem, now: datetime, error: str
) -> tuple[ev.Event, ...]:
    """A bug of ours stopped this item: a person takes it, and the journey goes on.

    Args:
        error: the name of the exception's type; its message may name a patient.
    """
    task = StaffTask(
        key=f"{item.key}/broken",
        kind=TaskKind.CHECK,
        to=Role.COORDINATOR,
        line=f"The system failed to do this, do it by hand: {item.line}"[:500],
        opened_at=now,
        treatment=item.treatment,
    )
    opened = () if _line_stands(journey, item) else (ev.TaskOpened(at=now, task=task),)
    return (_settled(item, now, "broken", error), *_goes_on_without(item, now), *opened)


def _line_stands(journey: Journey, item: AgendaItem) -> bool:
    """A pager that stays broken is one line for each rung, however often the rung repeats.

    Once a person has closed that line, the next failure is a line of its own, and tells ops anew.
    """
    if item.rung is None:
        return False
    rung = item.key.removesuffix(f"{item.rung.turn}")
    return any(t.key.startswith(rung) and t.key.endswith("/broken") for t in journey.tasks)


def _goes_on_without(item: AgendaItem, now: datetime) -> tuple[ev.Event, ...]:
    """What waited for the broken item: a ladder climbs at once, a doubt goes to the person."""
    if item.rung is not None:
        rung = item.rung
        begun = RungBegun(round=rung.round, index=rung.index, turn=rung.turn, at=now, nobody=True)
        return (ev.EscalationRungBegun(at=now, escalation=rung.escalation, rung=begun),)
    if isinstance(item.act, LookUpAct):
        return (ev.TextCleared(at=now, intent=item.act.intent, adopted=False, reason="broken"),)
    return ()
