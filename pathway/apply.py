"""The one place where a journey changes: event by event, each a total function.

`apply` never refuses and never looks at a clock: what may happen was decided before the
event existed.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import singledispatch

from pathway import events as ev
from pathway.escalation import Ending, Escalation, StaffTask
from pathway.journey import (
    Deferral,
    DiaryEntry,
    DoubtfulText,
    Journey,
    JourneyEnd,
    SentText,
    Settled,
    Treatment,
)

DIARY_KEPT = 60
"""Entries a journey carries along; older ones are in the journal."""
_TEXTS_KEPT = timedelta(days=3)


def open_journey(event: ev.JourneyOpened) -> Journey:
    """The state of a journey that has just begun."""
    return Journey(
        reference=event.reference,
        protocol=event.protocol,
        calendar=event.calendar,
        contact=event.contact,
        opened_at=event.at,
        events=1,
    )


def apply(journey: Journey, event: ev.Event) -> Journey:
    """The journey after one event."""
    changed = _apply(event, journey)
    return changed.model_copy(update={"events": journey.events + 1})


def apply_all(journey: Journey, happened: Iterable[ev.Event]) -> Journey:
    for event in happened:
        journey = apply(journey, event)
    return journey


def _with_treatment(
    journey: Journey, number: int, change: Callable[[Treatment], dict[str, object]]
) -> Journey:
    treatments = tuple(
        t.model_copy(update=change(t)) if t.number == number else t for t in journey.treatments
    )
    return journey.model_copy(update={"treatments": treatments})


def _with_escalation(
    journey: Journey, escalation_id: str, change: Callable[[Escalation], dict[str, object]]
) -> Journey:
    escalations = tuple(
        e.model_copy(update=change(e)) if e.id == escalation_id else e for e in journey.escalations
    )
    return journey.model_copy(update={"escalations": escalations})


def _note(
    journey: Journey, event: ev.ItemSettled | ev.ItemDeferred | ev.TextInDoubt, outcome: str
) -> tuple[DiaryEntry, ...]:
    key = event.intent if isinstance(event, ev.TextInDoubt) else event.key
    entry = DiaryEntry(at=event.at, key=key, line=event.line, outcome=outcome, reason=event.reason)
    return (*journey.diary, entry)[-DIARY_KEPT:]


@singledispatch
def _apply(event: ev.Event, journey: Journey) -> Journey:
    raise TypeError(f"no change is written for {type(event).__name__}")


@_apply.register
def _(event: ev.JourneyOpened, journey: Journey) -> Journey:
    raise TypeError("a journey is opened once, by open_journey")


@_apply.register
def _(event: ev.AssessmentRecorded, journey: Journey) -> Journey:
    return journey.model_copy(update={"assessment": event.assessment})


@_apply.register
def _(event: ev.ConsentRecorded, journey: Journey) -> Journey:
    return journey.model_copy(update={"consent": event.consent})


@_apply.register
def _(event: ev.TreatmentOpened, journey: Journey) -> Journey:
    # What the closed treatment settled can never fall due again, and its readings are in the
    # journal: a journey of many treatments stays as small as one of two.
    slim = tuple(t.model_copy(update={"vitals": ()}) for t in journey.treatments)
    opened = Treatment(number=event.number, opened_at=event.at)
    treatments = (f"t{t.number}/" for t in journey.treatments)
    closed = (f"{e.id}/" for e in journey.escalations if not e.open)
    return _forgetting(journey, _under(*treatments, *closed)).model_copy(
        update={"treatments": (*slim, opened), "escalations": journey.open_escalations}
    )


@_apply.register
def _(event: ev.AppointmentBooked, journey: Journey) -> Journey:
    new = event.appointment
    return _with_treatment(
        journey,
        event.treatment,
        lambda t: {
            "appointments": (*(a for a in t.appointments if a.step is not new.step), new),
            "revisions": {**t.revisions, new.step: new.revision},
        },
    )


@_apply.register
def _(event: ev.AppointmentCancelled, journey: Journey) -> Journey:
    return _with_treatment(
        journey,
        event.treatment,
        lambda t: {"appointments": tuple(a for a in t.appointments if a.step is not event.step)},
    )


@_apply.register
def _(event: ev.PreparationRecorded, journey: Journey) -> Journey:
    return _with_treatment(journey, event.treatment, lambda _: {"preparation": event.preparation})


@_apply.register
def _(event: ev.InfusionRecorded, journey: Journey) -> Journey:
    return _with_treatment(journey, event.treatment, lambda _: {"infusion": event.infusion})


@_apply.register
def _(event: ev.VitalsRecorded, journey: Journey) -> Journey:
    return _with_treatment(
        journey, event.treatment, lambda t: {"vitals": (*t.vitals, *event.readings)}
    )


@_apply.register
def _(event: ev.DischargeRecorded, journey: Journey) -> Journey:
    return _with_treatment(journey, event.treatment, lambda _: {"discharge": event.discharge})


@_apply.register
def _(event: ev.PsychotherapyRecorded, journey: Journey) -> Journey:
    return _with_treatment(
        journey, event.treatment, lambda _: {"psychotherapy": event.psychotherapy}
    )


@_apply.register
def _(event: ev.DecisionRecorded, journey: Journey) -> Journey:
    return _with_treatment(journey, event.treatment, lambda _: {"decision": event.decision})


@_apply.register
def _(event: ev.EscalationOpened, journey: Journey) -> Journey:
    return journey.model_copy(
        update={
            "escalations": (*journey.escalations, event.escalation),
            "escalations_opened": journey.escalations_opened + 1,
        }
    )


@_apply.register
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
    return _with_escalation(_forgetting(journey, settled.__contains__), event.escalation, begun)


def _under(*prefixes: str) -> Callable[[str], bool]:
    """Whether a key is one of these; an alert stays known as long as its task may stand."""
    return lambda key: key.startswith(prefixes) and not key.endswith("/alert")


def _forgetting(journey: Journey, gone: Callable[[str], bool]) -> Journey:
    """Without what became of items that can never fall due again."""
    return journey.model_copy(
        update={
            "settled": {k: v for k, v in journey.settled.items() if not gone(k)},
            "deferred": {k: v for k, v in journey.deferred.items() if not gone(k)},
        }
    )


@_apply.register
def _(event: ev.EscalationAcknowledged, journey: Journey) -> Journey:
    taken = event.acknowledgement
    return _with_escalation(
        journey, event.escalation, lambda _: {"acknowledged": taken, "owner": taken.by}
    )


@_apply.register
def _(event: ev.EscalationRaisedAgain, journey: Journey) -> Journey:
    return _with_escalation(
        _forgetting(journey, _under(f"{event.escalation}/")),
        event.escalation,
        lambda e: {
            "acknowledged": None,
            "round": e.round + 1,
            "round_from": event.at,
            "begun": (),
        },
    )


@_apply.register
def _(event: ev.EscalationHandedOver, journey: Journey) -> Journey:
    return _with_escalation(
        journey,
        event.escalation,
        lambda e: {
            "owner": event.to,
            "acknowledged": e.acknowledged.model_copy(update={"by": event.to})
            if e.acknowledged
            else None,
        },
    )


@_apply.register
def _(event: ev.EscalationClosed, journey: Journey) -> Journey:
    return _with_escalation(
        journey,
        event.escalation,
        lambda _: {
            "closed": event.outcome,
            "closed_at": event.at,
            "closed_by": event.by,
            "note": event.note,
        },
    )


@_apply.register
def _(event: ev.ItemSettled, journey: Journey) -> Journey:
    settled = Settled(at=event.at, outcome=event.outcome, reason=event.reason)
    texts = _other_texts(journey, event.key, event.at)
    if event.text_counts is not None:
        texts = (*texts, SentText(key=event.key, at=event.at, counts=event.text_counts))
    return journey.model_copy(
        update={
            "settled": {**journey.settled, event.key: settled},
            "deferred": {k: v for k, v in journey.deferred.items() if k != event.key},
            "texts": texts,
            "diary": _note(journey, event, event.outcome),
        }
    )


@_apply.register
def _(event: ev.ItemDeferred, journey: Journey) -> Journey:
    deferral = Deferral(until=event.until, reason=event.reason)
    return journey.model_copy(
        update={
            "deferred": {**journey.deferred, event.key: deferral},
            "diary": _note(journey, event, "deferred"),
        }
    )


def _other_texts(journey: Journey, key: str, now: datetime) -> tuple[SentText, ...]:
    return tuple(t for t in journey.texts if t.key != key and now - t.at < _TEXTS_KEPT)


@_apply.register
def _(event: ev.TextBegun, journey: Journey) -> Journey:
    # Two texts may be under way at once: the second must already see the first.
    begun = SentText(key=event.key, at=event.at, counts=event.counts)
    texts = (*_other_texts(journey, event.key, event.at), begun)
    return journey.model_copy(update={"texts": texts})


@_apply.register
def _(event: ev.TextInDoubt, journey: Journey) -> Journey:
    doubt = DoubtfulText(
        intent=event.intent, line=event.line, treatment=event.treatment, since=event.at
    )
    return journey.model_copy(
        update={
            "doubtful": (*journey.doubtful, doubt),
            "diary": _note(journey, event, "in_doubt"),
        }
    )


@_apply.register
def _(event: ev.TextAskedAbout, journey: Journey) -> Journey:
    doubtful = tuple(
        d.model_copy(update={"asked": d.asked + 1}) if d.intent == event.intent else d
        for d in journey.doubtful
    )
    return journey.model_copy(update={"doubtful": doubtful})


@_apply.register
def _(event: ev.TextCleared, journey: Journey) -> Journey:
    doubt = next((d for d in journey.doubtful if d.intent == event.intent), None)
    if doubt is None:
        return journey
    entry = DiaryEntry(
        at=event.at,
        key=event.intent,
        line=doubt.line,
        outcome="adopted" if event.adopted else "handed_to_staff",
        reason=event.reason,
    )
    return journey.model_copy(
        update={
            "doubtful": tuple(d for d in journey.doubtful if d.intent != event.intent),
            "diary": (*journey.diary, entry)[-DIARY_KEPT:],
        }
    )


@_apply.register
def _(event: ev.TaskOpened, journey: Journey) -> Journey:
    stands = any(task.key == event.task.key for task in journey.tasks)
    if journey.over or stands:
        return journey
    return journey.model_copy(update={"tasks": (*journey.tasks, event.task)})


@_apply.register
def _(event: ev.TaskChanged, journey: Journey) -> Journey:
    def changed(task: StaffTask) -> StaffTask:
        return event.task if task.key == event.task.key else task

    return journey.model_copy(update={"tasks": tuple(map(changed, journey.tasks))})


@_apply.register
def _(event: ev.TaskClosed, journey: Journey) -> Journey:
    return journey.model_copy(
        update={"tasks": tuple(t for t in journey.tasks if t.key != event.key)}
    )


@_apply.register
def _(event: ev.TextsHeld, journey: Journey) -> Journey:
    return journey.model_copy(update={"hold": event.hold})


@_apply.register
def _(event: ev.TextsReleased, journey: Journey) -> Journey:
    return journey.model_copy(update={"hold": None})


@_apply.register
def _(event: ev.ContactChanged, journey: Journey) -> Journey:
    return journey.model_copy(update={"contact": event.contact})


@_apply.register
def _(event: ev.DeathReported, journey: Journey) -> Journey:
    # Death alone closes everything, as moot: nobody is called, nothing is sent.
    closed = {"closed": Ending.MOOT, "closed_at": event.at, "closed_by": event.signed.by}
    return journey.model_copy(
        update={
            "deceased_at": event.at,
            "escalations": tuple(
                e.model_copy(update=closed) if e.open else e for e in journey.escalations
            ),
            "tasks": (),
            "doubtful": (),
            "end": JourneyEnd(outcome="deceased", at=event.at),
        }
    )


@_apply.register
def _(event: ev.JourneyEnded, journey: Journey) -> Journey:
    return journey.model_copy(
        update={
            "tasks": (),
            "doubtful": (),
            "end": JourneyEnd(outcome=event.outcome, at=event.at),
        }
    )
