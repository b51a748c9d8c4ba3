"""What a line of the Today page shows beside its words: why it presses, what is ready, how she is.

Read off the journey at each look; nothing is decided here, and nothing hangs on it.
"""

from datetime import datetime
from enum import StrEnum

from pathway.agenda_keys import step_prefix
from pathway.anchors import done, rules_of
from pathway.arrival import arrived
from pathway.asked_calls import asks_for_it, not_made_until
from pathway.attempts import about_step, attempts_over
from pathway.coming_back import with_return
from pathway.escalation import Escalation, StaffTask, TaskKind
from pathway.facts import Answer, Arrival, Step, Vitals
from pathway.facts.contact import ContactOutcome, ContactWith
from pathway.facts.replies import Confirmed
from pathway.items import AgendaItem, EscalateAct
from pathway.journey import Journey, Treatment
from pathway.model import Instant, Model, StaffId
from pathway.monitoring import floor_of, missing_before_leaving, next_reading_due
from pathway.protocol import Level
from pathway.readings import baseline, in_order
from pathway.reminders import step_items
from pathway.replies import unread_until
from pathway.roles import Role
from pathway.sessions import prepared, psychotherapy_booked

ESCORT_REACHED = "escort_reached"
"""The preflight's question whether a named adult has been reached by phone."""


class Part(StrEnum):
    """Which of the groups under Today a line belongs to."""

    WINDOW = "window closing"
    VISIT = "visit not ready"
    MESSAGE = "message"
    CALL = "call"
    DECISION = "decision"


class Ready(Model):
    """What is settled for a visit. None is what the visit does not ask for."""

    confirmed: bool | None = None
    """She has said that she comes."""
    escort: bool | None = None
    """A named adult who takes her home has been reached by phone since the visit was booked."""
    preparation: bool | None = None
    """Held, and still good at the visit."""
    psychotherapy_slot: bool | None = None
    """Booked inside the window that the visit opens."""
    interpreter: bool | None = None
    """One is ordered for her visit, and comes; the records know whether she needs one."""
    decision: bool | None = None
    """The decision that the visit waits for is in force."""


class Pressure(Model):
    systolic_mmhg: int
    diastolic_mmhg: int
    at: Instant


class InChair(Model):
    """A patient who has come, or was started, and has not left."""

    arrived_at: Instant | None = None
    """None where nobody has recorded that she came."""
    chair: str | None = None
    started_at: Instant | None = None
    """None before the start."""
    state: str
    """Whether she waits for the start, or the medicine runs, stands still, or has ended."""
    with_her: StaffId | None
    """Who looks after her; where nobody has said so, who signed the start."""
    reading_due: Instant | None = None
    pressure: Pressure | None = None
    """The last reading."""
    before: Pressure | None = None
    """The baseline."""
    stays_until: Instant | None = None
    """Nobody signs her off before; None while the medicine has not ended."""
    missing: tuple[str, ...] = ()
    """What keeps her from leaving, as of the last reading; empty too while the medicine runs."""


class Shows(Model):
    """What stands beside a line."""

    part: Part | None = None
    visit_at: Instant | None = None
    """When she is booked, or proposed, next; on that day her line stands under Today."""
    then: str | None = None
    """What happens if it is not done."""
    then_at: Instant | None = None
    """When that happens."""
    attempts: int = 0
    """How often somebody has tried to reach her about it."""
    raised_by: StaffId | None = None
    """Who raised it; None was the protocol."""
    level: Level | None = None
    """How grave an escalation is."""
    ready: Ready | None = None
    chair: InChair | None = None


_PARTS = {
    Step.ASSESSMENT: Part.VISIT,
    Step.PREPARATION: Part.VISIT,
    Step.INFUSION: Part.VISIT,
    Step.PSYCHOTHERAPY: Part.WINDOW,
    Step.DECISION: Part.DECISION,
}
_SESSIONS = (Step.PREPARATION, Step.INFUSION, Step.PSYCHOTHERAPY)


def beside_escalation(journey: Journey, escalation: Escalation) -> Shows:
    flagged = (f.raised_by for f in journey.flags if f.escalation == escalation.id)
    return Shows(
        raised_by=next(flagged, None),
        attempts=len(attempts_over(journey, escalation)),
        level=escalation.level,
    )


def beside_task(journey: Journey, task: StaffTask) -> Shows:
    step = _step_of(journey, task)
    item = _if_missed(journey, step) if step else None
    then, then_at = _then(journey, item)
    part = _PARTS.get(step) if step else None
    if task.kind is TaskKind.MESSAGE:
        part, then, then_at = Part.MESSAGE, "it is escalated", unread_until(journey, task)
    elif asks_for_it(task):
        part, then, then_at = Part.CALL, "it is escalated", not_made_until(journey, task)
    elif task.kind is TaskKind.CALL:
        hears = (
            "the patient hears nothing of it before the visit"
            if task.due
            else "the patient hears nothing"
        )
        part, then, then_at = Part.CALL, hears, task.due
    elif task.key.startswith("dose-hold/"):
        part, then, then_at = Part.VISIT, "the next dose stays held", task.due
    return Shows(part=part, then=then, then_at=then_at, attempts=task.attempts)


def beside_step(journey: Journey, step: Step | None) -> Shows:
    """Beside the line of the step that the journey waits for; None once the course is over."""
    treatment = journey.treatment
    if treatment is None or step is None:
        booked = journey.assessment_booked
        part = None if step is None else Part.VISIT
        return Shows(part=part, visit_at=booked.at if booked and step else None)
    item = _if_missed(journey, step)
    then, then_at = _then(journey, item)
    visit_at = _visit_at(journey, treatment, step)
    return Shows(
        part=_PARTS.get(step),
        visit_at=visit_at,
        then=then,
        then_at=then_at,
        attempts=len(about_step(journey, treatment.number, step)),
        ready=_ready(journey, treatment, step, visit_at) if visit_at else None,
        chair=in_chair(journey, treatment),
    )


def _step_of(journey: Journey, task: StaffTask) -> Step | None:
    """The step of the current treatment that a line is about."""
    treatment = journey.treatment
    if treatment is None:
        return None
    return next((s for s in _PARTS if task.key.startswith(step_prefix(treatment.number, s))), None)


def _if_missed(journey: Journey, step: Step) -> AgendaItem | None:
    """The escalation that opens if a step is not recorded in time."""
    treatment = journey.treatment
    if treatment is None or journey.course_over:
        return None
    return next(
        (
            item
            for each in step_items(journey, treatment)
            for item in with_return(journey, each)
            if isinstance(item.act, EscalateAct)
            and item.act.step is step
            and item.key not in journey.settled
        ),
        None,
    )


def _then(journey: Journey, item: AgendaItem | None) -> tuple[str | None, datetime | None]:
    if item is None:
        return None, None
    assert isinstance(item.act, EscalateAct)  # noqa: S101 - what `_if_missed` looks for
    first = journey.protocol.ladders.named(item.act.ladder).rungs[0].to
    whom = (
        "the patient is asked to call"
        if first is Role.PATIENT
        else f"{first.replace('_', ' ')} is paged"
    )
    return f"{whom}, and it climbs", item.at


def _visit_at(journey: Journey, treatment: Treatment, step: Step) -> datetime | None:
    """Her next appointment of this treatment; for a decision, the visit that waits for it."""
    if step is Step.DECISION:
        proposed = journey.proposal(treatment.number + 1)
        return proposed.at if proposed else None
    ahead = _SESSIONS[_SESSIONS.index(step) :] if step in _SESSIONS else ()
    return min((a.at for a in treatment.appointments if a.step in ahead), default=None)


def _ready(journey: Journey, treatment: Treatment, step: Step, visit_at: datetime) -> Ready:
    if step is Step.DECISION:
        return Ready(decision=False)
    if step is Step.PSYCHOTHERAPY:
        return Ready(
            confirmed=_confirmed(journey, treatment, (step,)),
            interpreter=_interpreted(journey, treatment, (step,)),
        )
    infusion = treatment.appointment(Step.INFUSION)
    return Ready(
        confirmed=_confirmed(journey, treatment, (Step.PREPARATION, Step.INFUSION)),
        interpreter=_interpreted(journey, treatment, (Step.PREPARATION, Step.INFUSION)),
        escort=_escort_reached(journey, treatment),
        preparation=prepared(journey, treatment, infusion.at if infusion else visit_at),
        psychotherapy_slot=psychotherapy_booked(
            journey, treatment, infusion.at if infusion else None
        ),
        # Only a decision in force opens a treatment; the first one waits for none.
        decision=True if treatment.number > 1 else None,
    )


def _confirmed(journey: Journey, treatment: Treatment, steps: tuple[Step, ...]) -> bool | None:
    """Whether she has said so of every time that she is asked about; None where she is not."""
    asked = [
        a
        for a in treatment.appointments
        if a.step in steps and rules_of(journey, a.step).confirm_by_reply
    ]
    return (
        all(
            Confirmed(treatment=treatment.number, step=a.step, revision=a.revision)
            in journey.messages.confirmed
            for a in asked
        )
        if asked
        else None
    )


def _interpreted(journey: Journey, treatment: Treatment, steps: tuple[Step, ...]) -> bool:
    """Whether an interpreter comes to every appointment that is still to come."""
    booked = [a for a in treatment.appointments if a.step in steps and not done(treatment, a.step)]
    comes = journey.messages.interpreters
    return bool(booked) and all(
        Confirmed(treatment=treatment.number, step=a.step, revision=a.revision) in comes
        for a in booked
    )


def _escort_reached(journey: Journey, treatment: Treatment) -> bool:
    answers = treatment.preflight.answers if treatment.preflight else {}
    infusion = treatment.appointment(Step.INFUSION)
    since = infusion.booked_at if infusion else treatment.opened_at
    return answers.get(ESCORT_REACHED) is Answer.YES or any(
        a.whom is ContactWith.ESCORT and a.outcome is ContactOutcome.REACHED and a.at >= since
        for a in journey.attempts
    )


def in_chair(journey: Journey, treatment: Treatment) -> InChair | None:
    """How she is, from her coming or her start until she leaves; None before and after."""
    infusion, arrival = treatment.infusion, arrived(journey, treatment)
    if treatment.discharge is not None:
        return None
    if infusion is None:
        return _waiting(arrival) if arrival else None
    last = in_order(treatment.vitals)[-1:]
    before = baseline(treatment)
    ended = infusion.ended_at
    state = "watched" if ended else "standing still" if infusion.paused_since else "running"
    seen_at = max((v.at for v in last), default=ended or infusion.started_at)
    return InChair(
        arrived_at=arrival.signed.happened_at if arrival else None,
        chair=arrival.chair if arrival else None,
        started_at=infusion.started_at,
        state=state,
        with_her=(arrival.nurse if arrival else None) or infusion.start_signed.by,
        reading_due=next_reading_due(journey, treatment),
        pressure=_pressure(*last) if last else None,
        before=_pressure(before) if before else None,
        stays_until=floor_of(journey, infusion),
        missing=tuple(missing_before_leaving(journey, treatment, seen_at)) if ended else (),
    )


def _waiting(arrival: Arrival) -> InChair:
    return InChair(
        arrived_at=arrival.signed.happened_at,
        chair=arrival.chair,
        state="not started",
        with_her=arrival.nurse,
    )


def _pressure(reading: Vitals) -> Pressure:
    return Pressure(
        systolic_mmhg=reading.systolic_mmhg, diastolic_mmhg=reading.diastolic_mmhg, at=reading.at
    )
