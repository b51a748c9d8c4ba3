"""Agenda items that hang on appointments and steps of the current treatment."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import civil
from pathway.agenda_keys import booking_stem, step_stem
from pathway.anchors import appointment_end, done, due_at, rules_of, with_due, zone_of
from pathway.contact import text_time
from pathway.facts import Appointment, Step
from pathway.hanging import anew, of_step
from pathway.items import AgendaItem, EscalateAct, TextAct, nudge_item
from pathway.journey import Journey, Treatment
from pathway.moments import DayBefore
from pathway.protocol import LadderName, Missed, Reminder, StepRules, Template
from pathway.replies import visit_day, visit_question
from pathway.safety import high_risk
from pathway.sessions import as_owed
from pathway.visit_days import spoken_of

_IN_A_PAGE = {
    Step.PREPARATION: "a session before a visit",
    Step.INFUSION: "the start of a visit",
    Step.PSYCHOTHERAPY: "a follow-up",
    Step.DECISION: "a decision",
}
"""Steps as a page may name them: it lies open on a locked phone's screen."""


def step_items(journey: Journey, treatment: Treatment) -> Iterator[AgendaItem]:
    """Reminders, nudges, no-shows and missed steps of one treatment."""
    treatment = as_owed(journey, treatment)
    for step in (Step.PREPARATION, Step.INFUSION, Step.PSYCHOTHERAPY, Step.DECISION):
        if done(treatment, step):
            continue
        entries = of_step(journey, step)
        for item in _of_step(journey, treatment, step):
            yield anew(treatment, item, entries)


def _of_step(journey: Journey, treatment: Treatment, step: Step) -> Iterator[AgendaItem]:
    rules = rules_of(journey, step)
    yield from _reminders(journey, treatment, step, rules)
    yield from _nudges(treatment, step, rules)
    yield from _no_show(journey, treatment, step, rules)
    yield from _missed(journey, treatment, step, rules)


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
    # She comes once that day: each of its texts speaks of her first appointment (rule 25).
    day: tuple[Appointment, ...] = ()
    if booked:
        day = spoken_of(journey, visit_day(journey, treatment, booked), booked, wanted)
    about = next((a.at for a in day if a.at > wanted), booked.at if booked else None)
    at, moved = text_time(journey, wanted, about)
    # She is asked to call once, however often the step loses its appointment.
    again = f"/o{treatment.opening}" if treatment.opening > 1 else ""
    unbooked = f"{step_stem(treatment, step)}/unbooked{again}"
    stem = booking_stem(treatment, step) if booked else unbooked
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
            appointment_at=about,
            wanted_at=wanted,
            moved_because=moved,
            asks=visit_question(journey, treatment, day),
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
        hangs_on_booking = nudge.when == "not_booked"
        stem = booking_stem(treatment, step) if hangs_on_booking else step_stem(treatment, step)
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
    say = rebook_before(journey, due)
    key = f"{booking_stem(treatment, step)}/no-show"
    yield nudge_item(key, at, rules.no_show.to, say, treatment.number, due)


def rebook_before(journey: Journey, due: datetime) -> str:
    """What is said of a session that did not take place while there is time (rule 7)."""
    no_show = journey.protocol.steps.psychotherapy.no_show
    say = no_show.say if no_show else "Rebook before {due}"
    return say.replace("{due}", f"{civil.local(due, journey.calendar.zone):%a %H:%M}")


def _missed(
    journey: Journey, treatment: Treatment, step: Step, rules: StepRules
) -> Iterator[AgendaItem]:
    missed = rules.missed
    at = missed_at(journey, treatment, step)
    if missed is None or at is None:
        return
    stem = booking_stem(treatment, step)
    if missed.ask_first and (ends := appointment_end(treatment, step)) and ends <= at:
        yield nudge_item(
            f"{stem}/held-or-not",
            ends,
            missed.ask_first.who,
            f"Was the {step} session held or not?",
            treatment.number,
            at,
        )
    ladder = _ladder(journey, missed)
    stand = [
        e
        for e in journey.open_escalations
        if e.step is step and e.about is None and e.treatment == treatment.number
    ]
    graver = bool(stand) and ladder is not missed.escalate
    if any(e.ladder is ladder for e in stand) or (stand and not graver):
        return
    # Called high while the ordinary ladder climbs: the graver one starts at once (rule 21).
    more = "/high-risk" if graver else ""
    yield AgendaItem(
        key=f"{stem}/missed{_hangs_on(journey, treatment, step)}{more}",
        at=at,
        line=f"escalate: {step} not recorded in time",
        treatment=treatment.number,
        act=EscalateAct(
            ladder=ladder,
            what=f"{_IN_A_PAGE[step]} is not recorded in time",
            step=step,
            treatment=treatment.number,
        ),
    )


def _ladder(journey: Journey, missed: Missed) -> LadderName:
    """A high-risk patient's miss goes to the on-call clinician at once (rule 21)."""
    return missed.high_risk if missed.high_risk and high_risk(journey) else missed.escalate


def _hangs_on(journey: Journey, treatment: Treatment, step: Step) -> str:
    """The revision of the visit that the deadline moves with."""
    if step is Step.PREPARATION and not treatment.appointment(step):
        return f"/a{treatment.revision(Step.INFUSION)}"
    proposed = journey.proposal(treatment.number + 1)
    return f"/next{proposed.revision}" if step is Step.DECISION and proposed else ""


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
    late = due + rules.missed.grace
    if booked is None or ends is None:
        return late
    if _no_excuse(booked, due) and not booked.at <= late < ends:
        return late
    # Nobody waits for an answer where the ladder does not turn to her (rule 21).
    climbs_at_once = _ladder(journey, rules.missed) is not rules.missed.escalate
    asked = timedelta(0) if climbs_at_once else rules.missed.ask_first.wait
    return max(late, ends + asked)


def _no_excuse(booked: Appointment, due: datetime) -> bool:
    """Booked in time for a time that is too late: the deadline is missed all the same.

    One that was booked after the deadline is what a person did about it.
    """
    return booked.at >= due > booked.booked_at
