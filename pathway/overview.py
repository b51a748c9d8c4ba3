"""What a journey shows of itself: where it stands, what it waits for, what comes next, and why."""

from datetime import datetime

from pathway import civil
from pathway.agenda import agenda
from pathway.anchors import due_at, rules_of
from pathway.escalation import Escalation, StaffTask
from pathway.facts import Step
from pathway.items import AgendaItem
from pathway.journey import DiaryEntry, Journey, Stage, Treatment
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.protocol import Level
from pathway.roles import Role


class OwedRow(Model):
    """One line of the work list: what is owed for this journey, by whom, by when."""

    key: str
    group: str
    """danger | building | today | next_day | waiting, in the order of the Today page."""
    role: Role
    owner: StaffId | None = None
    since: Instant
    due: Instant | None = None
    line: str
    """The verb and what happens if it is not done, readable by a person."""
    treatment: int | None = None
    escalation: str | None = None


class Comes(Model):
    """One item of the agenda, for a reader."""

    key: str
    at: Instant
    line: str


class Overview(Model):
    """Where a journey stands: what the command line, the console and queries show."""

    reference: PathwayReference
    protocol: str
    stage: Stage
    treatment: int | None
    waits_for: Role | None
    owes: str
    due: Instant | None
    escalations: tuple[Escalation, ...]
    highest_level: Level | None
    tasks: tuple[StaffTask, ...]
    treatments: tuple[Treatment, ...]
    next_items: tuple[Comes, ...]
    texts_held: bool
    opted_out: bool
    deceased: bool
    ended: str | None
    events: int
    owed: tuple[OwedRow, ...]


class Explanation(Model):
    """Why texts and pages went, were deferred or skipped, and what comes next."""

    reference: PathwayReference
    zone: str | None
    past: tuple[DiaryEntry, ...]
    to_come: tuple[Comes, ...]


_OWES = {
    Stage.ASSESSMENT: "record the assessment and the consent",
    Stage.PREPARATION: "hold and record the preparation session",
    Stage.INFUSION: "start, then end, the infusion",
    Stage.MONITORING: "watch her, then sign the discharge",
    Stage.PSYCHOTHERAPY: "hold and record psychotherapy",
    Stage.DECISION: "record the taper decision",
    Stage.FOLLOW_UP: "follow up, then close the journey",
    Stage.ENDED: "nothing",
}


def waits_for(journey: Journey) -> Role | None:
    """The role whose act the journey waits for; None once it has ended."""
    match journey.stage:
        case Stage.ENDED:
            return None
        case Stage.FOLLOW_UP:
            return Role.COORDINATOR
        case stage:
            return rules_of(journey, Step(stage.value)).owner


def owed_due(journey: Journey) -> datetime | None:
    """By when that act is owed, as far as the protocol says."""
    treatment = journey.treatment
    if treatment is None or journey.stage in {Stage.FOLLOW_UP, Stage.ENDED}:
        return None
    step = Step(journey.stage.value)
    due = due_at(journey, treatment, step)
    booked = treatment.appointment(step)
    return due or (booked.at if booked else None)


def _comes(item: AgendaItem) -> Comes:
    return Comes(key=item.key, at=item.at, line=item.line)


def overview(journey: Journey) -> Overview:
    return Overview(
        reference=journey.reference,
        protocol=journey.protocol.name,
        stage=journey.stage,
        treatment=journey.treatment.number if journey.treatment else None,
        waits_for=waits_for(journey),
        owes=_OWES[journey.stage],
        due=owed_due(journey),
        escalations=journey.open_escalations,
        highest_level=journey.highest_level,
        tasks=journey.tasks,
        treatments=journey.treatments,
        next_items=tuple(map(_comes, agenda(journey)[:5])),
        texts_held=journey.hold is not None,
        opted_out=journey.contact.opted_out,
        deceased=journey.deceased_at is not None,
        ended=journey.end.outcome if journey.end else None,
        events=journey.events,
        owed=owed(journey),
    )


def explain(journey: Journey) -> Explanation:
    return Explanation(
        reference=journey.reference,
        zone=journey.contact.zone,
        past=journey.diary,
        to_come=tuple(map(_comes, agenda(journey))),
    )


def owed(journey: Journey) -> tuple[OwedRow, ...]:
    """The journey's lines of the work list, gravest group first."""
    if journey.over:
        return ()
    rows = [_escalation_row(e) for e in journey.open_escalations]
    rows += [_task_row(t) for t in journey.tasks]
    return (*rows, _step_row(journey))


def _escalation_row(escalation: Escalation) -> OwedRow:
    taken = escalation.acknowledged
    return OwedRow(
        key=escalation.id,
        group="danger",
        role=Role.ON_CALL_CLINICIAN if escalation.level is Level.SAFETY else Role.COORDINATOR,
        owner=taken.by if taken else None,
        since=escalation.opened_at,
        due=taken.next_look if taken else None,
        line=_escalation_line(escalation) + ("" if taken else ": take it"),
        treatment=escalation.treatment,
        escalation=escalation.id,
    )


def _escalation_line(escalation: Escalation) -> str:
    """The work list is read behind a sign-in: it names the step, which a page does not."""
    return f"{escalation.what} ({escalation.step})" if escalation.step else escalation.what


def _task_row(task: StaffTask) -> OwedRow:
    return OwedRow(
        key=task.key,
        group="today",
        role=task.to,
        since=task.opened_at,
        due=task.sleeps_until or task.due,
        line=task.line,
        treatment=task.treatment,
    )


def _step_row(journey: Journey) -> OwedRow:
    stage = journey.stage
    role = waits_for(journey)
    treatment = journey.treatment
    in_chair = stage is Stage.MONITORING or bool(
        treatment and treatment.infusion and stage is Stage.INFUSION
    )
    return OwedRow(
        key=f"step/{stage}",
        group="building" if in_chair else "waiting",
        role=role or Role.COORDINATOR,
        since=treatment.opened_at if treatment else journey.opened_at,
        due=owed_due(journey),
        line=_OWES[stage],
        treatment=treatment.number if treatment else None,
    )


def details(journey: Journey) -> str:
    """A page of Markdown for the Temporal UI: no name, no number, nothing clinical."""
    zone = journey.calendar.zone
    number = f", treatment {journey.treatment.number}" if journey.treatment else ""
    lines = [f"**Stage: {journey.stage}{number}** ({journey.protocol.name})", ""]
    role = waits_for(journey)
    if role is not None:
        by = f" by {_clock(due, zone)}" if (due := owed_due(journey)) else ""
        lines.append(f"Waits for **{role}**: {_OWES[journey.stage]}{by}.")
    if journey.end:
        lines.append(f"Ended: {journey.end.outcome}.")
    if journey.hold:
        lines.append("All texts are held.")
    # Markdown needs an empty line before a list.
    lines.append("")
    for escalation in journey.open_escalations:
        owner = f"owned by {escalation.owner}" if escalation.acknowledged else "NO OWNER"
        since = _clock(escalation.opened_at, zone)
        lines.append(
            f"- **{escalation.level}** {escalation.id}: {escalation.what} (since {since}, {owner})"
        )
    lines += [f"- {task.kind} for {task.to}: {task.line}" for task in journey.tasks]
    lines += _next_lines(journey, zone)
    return "\n".join(lines)


def _next_lines(journey: Journey, zone: str) -> list[str]:
    items = agenda(journey)[:5]
    if not items:
        return ["", "Nothing is due: it waits for a person."] if not journey.over else []
    rows = [f"| {_clock(item.at, zone)} | {item.line} |" for item in items]
    return ["", f"| next ({zone}) | |", "|---|---|", *rows]


def _clock(moment: datetime, zone: str) -> str:
    return f"{civil.local(moment, zone):%a %Y-%m-%d %H:%M}"
