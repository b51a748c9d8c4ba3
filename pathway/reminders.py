"""Agenda items that hang on appointments and steps of the current treatment."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import civil
from pathway.anchors import appointment_end, done, due_at, rules_of, with_due, zone_of
from pathway.contact import text_time
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Appointment, Step
from pathway.items import AgendaItem, EscalateAct, TaskAct, TextAct
from pathway.journey import Journey, Treatment
from pathway.moments import DayBefore
from pathway.protocol import LadderName, Reminder, StepRules, Template
from pathway.roles import Role

_IN_A_PAGE = {
    Step.PREPARATION: "a session before a visit",
    Step.INFUSION: "the start of a visit",
    Step.PSYCHOTHERAPY: "a follow-up",
    Step.DECISION: "a decision",
}
"""Steps as a page may name them: it lies open on a locked phone's screen."""


def step_items(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    """Reminders, nudges, no-shows and missed steps of one treatment."""
    for step in (Step.PREPARATION, Step.INFUSION, Step.PSYCHOTHERAPY, Step.DECISION):
        if done(treatment, step):
            continue
        rules = rules_of(journey, step)
        yield from _reminders(journey, treatment, step, rules)
        yield from _nudges(treatment, step, rules)
        yield from _no_show(journey, treatment, step, rules)
        yield from _missed(journey, treatment, step, rules)


def appointment_stem(treatment: Treatment, appointment: Appointment) -> str:
    """The start of each key that hangs on an appointment: another revision, other keys."""
    return f"t{treatment.number}/{appointment.step}/a{appointment.revision}"


def _stem(treatment: Treatment, step: Step) -> str:
    booked = treatment.appointment(step)
    if booked:
        return appointment_stem(treatment, booked)
    # A step that lost its appointment is missed, and nudged about, anew.
    lost = f"{treatment.revision(step)}" if treatment.revision(step) else ""
    return f"t{treatment.number}/{step}/unbooked{lost}"


def _reminders(
    journey: Journey, treatment: Treatment, step: Step, rules: StepRules
) -> Iterator[AgendaItem]:
    booked = treatment.appointment(step)
    for reminder in rules.reminders:
        if (reminder.when == "booked") is not (booked is not None):
            continue
        wanted = reminder.at.resolve(with_due(journey, treatment, step), zone_of(journey))
        if wanted is None:
            continue
        if isinstance(reminder.at, DayBefore):
            wanted += civil.spread_offset(journey.reference, journey.protocol.texting.spread)
        # A reminder whose time had passed when she was booked was never due.
        if booked and wanted < booked.booked_at:
            continue
        yield _reminder(journey, treatment, step, reminder, wanted)


def _reminder(
    journey: Journey, treatment: Treatment, step: Step, reminder: Reminder, wanted: datetime
) -> AgendaItem:
    booked = treatment.appointment(step)
    at, moved = text_time(journey, wanted, booked.at if booked else None)
    # She is asked to call once, however often the step loses its appointment.
    stem = _stem(treatment, step) if booked else f"t{treatment.number}/{step}/unbooked"
    asks_for_call = reminder.text is Template.PLEASE_CALL
    texting = journey.protocol.texting
    return AgendaItem(
        key=f"{stem}/text/{reminder.at}".replace(" ", ""),
        at=at,
        line=_reminder_line(step, reminder),
        treatment=treatment.number,
        late=texting.late_please_call if asks_for_call else texting.late_reminder,
        act=TextAct(
            template=reminder.text,
            appointment_at=booked.at if booked else None,
            wanted_at=wanted,
            moved_because=moved,
        ),
    )


def _reminder_line(step: Step, reminder: Reminder) -> str:
    if reminder.text is Template.PLEASE_CALL:
        return f"text: please call (no {step} appointment is booked)"
    return f"text: {step} appointment, {reminder.at}"


def _nudges(treatment: Treatment, step: Step, rules: StepRules) -> Iterator[AgendaItem]:
    since = _stands_since(treatment, step)
    if since is None:
        return
    for number, nudge in enumerate(rules.nudges):
        if nudge.when == "not_booked" and treatment.appointment(step):
            continue
        stem = (
            _stem(treatment, step) if nudge.when == "not_booked" else f"t{treatment.number}/{step}"
        )
        key = f"{stem}/nudge/{number}"
        at = since + nudge.after
        yield nudge_item(key, at, nudge.to, nudge.say, treatment.number)


def _stands_since(treatment: Treatment, step: Step) -> datetime | None:
    """Since when the step is the one that is waited for, or None while it is not."""
    if step in {Step.PREPARATION, Step.INFUSION}:
        return treatment.opened_at
    if step is Step.PSYCHOTHERAPY:
        return treatment.infusion_ended_at
    return treatment.psychotherapy.ended_at if treatment.psychotherapy else None


def nudge_item(
    key: str, at: datetime, to: Role, say: str, treatment: int | None, due: datetime | None = None
) -> AgendaItem:
    """A line for the work list, opened when it falls due."""
    task = StaffTask(
        key=key,
        kind=TaskKind.NUDGE,
        to=to,
        line=say,
        opened_at=at,
        treatment=treatment,
        due=due,
    )
    return AgendaItem(
        key=key, at=at, line=f"nudge {to}: {say}", treatment=treatment, act=TaskAct(task=task)
    )


def _no_show(
    journey: Journey, treatment: Treatment, step: Step, rules: StepRules
) -> Iterator[AgendaItem]:
    """The appointment has passed, the deadline has not: rebook, while there is time (rule 7)."""
    ends = appointment_end(treatment, step)
    due = due_at(journey, treatment, step)
    if rules.no_show is None or ends is None or due is None:
        return
    at = ends + rules.no_show.grace
    if at >= due:
        return
    due_local = civil.local(due, journey.calendar.zone)
    say = rules.no_show.say.replace("{due}", f"{due_local:%a %H:%M}")
    key = f"{_stem(treatment, step)}/no-show"
    yield nudge_item(key, at, rules.no_show.to, say, treatment.number, due)


def _missed(
    journey: Journey, treatment: Treatment, step: Step, rules: StepRules
) -> Iterator[AgendaItem]:
    missed = rules.missed
    at = missed_at(journey, treatment, step)
    if missed is None or at is None:
        return
    stem = _stem(treatment, step)
    if missed.ask_first and (ends := appointment_end(treatment, step)) and ends <= at:
        yield nudge_item(
            f"{stem}/held-or-not",
            ends,
            missed.ask_first.who,
            f"Was the {step} session held or not?",
            treatment.number,
            at,
        )
    if any(e.step is step and e.treatment == treatment.number for e in journey.open_escalations):
        return
    yield AgendaItem(
        key=f"{stem}/missed{_hangs_on(treatment, step)}",
        at=at,
        line=f"escalate: {step} not recorded in time",
        treatment=treatment.number,
        act=EscalateAct(
            ladder=missed.escalate,
            what=f"{_IN_A_PAGE[step]} is not recorded in time",
            step=step,
            treatment=treatment.number,
        ),
    )


def _hangs_on(treatment: Treatment, step: Step) -> str:
    """The infusion's revision where the deadline moves with it."""
    if step is not Step.PREPARATION or treatment.appointment(step):
        return ""
    return f"/a{treatment.revision(Step.INFUSION)}"


def missed_at(journey: Journey, treatment: Treatment, step: Step) -> datetime | None:
    """When a step counts as missed: never while its appointment is running (rule 4)."""
    rules = rules_of(journey, step)
    if rules.missed is None:
        return None
    booked = treatment.appointment(step)
    ends = appointment_end(treatment, step)
    due = due_at(journey, treatment, step)
    if rules.missed.ask_first is None:
        # An infusion's start is recorded as it happens, a session only when it is over.
        base = booked.at if booked and step is Step.INFUSION else ends or due
        return base + rules.missed.grace if base else None
    if due is None:
        return None
    if booked is None or ends is None or _no_excuse(booked, due):
        return due + rules.missed.grace
    return max(due + rules.missed.grace, ends + rules.missed.ask_first.wait)


def _no_excuse(booked: Appointment, due: datetime) -> bool:
    """Booked in time for a time that is too late: the deadline is missed all the same.

    One that was booked after the deadline is what a person did about it.
    """
    return booked.at >= due > booked.booked_at


def monitoring_items(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    """An infusion without an end, a patient in the chair past the longest time (rule 13)."""
    infusion = treatment.infusion
    if infusion is None:
        return
    rules = journey.protocol.steps
    if infusion.ended_at is None:
        at = infusion.started_at + rules.infusion.longest.value + timedelta(minutes=15)
        yield _chair(treatment, "end-not-recorded", at, "the end was not recorded")
        return
    if treatment.discharge is not None:
        return
    at = infusion.ended_at + rules.monitoring.alarm_from_end.value
    yield _chair(treatment, "not-left", at, "still here past the longest stay")


def _chair(treatment: Treatment, name: str, at: datetime, what: str) -> AgendaItem:
    return AgendaItem(
        key=f"t{treatment.number}/monitoring/{name}",
        at=at,
        line=f"escalate: {what}",
        treatment=treatment.number,
        act=EscalateAct(
            ladder=LadderName.CHAIR, what=what, step=Step.MONITORING, treatment=treatment.number
        ),
    )
