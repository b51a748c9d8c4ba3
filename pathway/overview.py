"""What a journey shows of itself: where it stands, what it waits for, what comes next, and why."""

from datetime import datetime

from pydantic import Field

from pathway import civil, dosing
from pathway.agenda import agenda
from pathway.anchors import due_at, rules_of
from pathway.decision import pending
from pathway.demonstration import is_demonstration
from pathway.entering import Standing, standing
from pathway.escalation import Escalation, StaffTask
from pathway.facts import Appointment, SessionOutcome, Step
from pathway.facts.booking import NoShow
from pathway.facts.entering import LinkedJourney
from pathway.facts.safety import SafetyFlag
from pathway.flags import covered, needs_clinician, needs_prescriber, open_flags, pages_at
from pathway.items import AgendaItem
from pathway.journey import DiaryEntry, Hold, Journey, Stage, Treatment
from pathway.ladders import turned_to
from pathway.model import Instant, Model, PathwayReference, StaffId
from pathway.protocol import Level
from pathway.roles import Role
from pathway.sessions import session_outcome
from pathway.status import marks
from pathway.today import Shows, beside_escalation, beside_step, beside_task


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
    shows: Shows = Shows()


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
    flags: tuple[SafetyFlag, ...] = ()
    """Those open, and those of the present treatment that an assessment covers; for clinicians."""
    highest_level: Level | None
    tasks: tuple[StaffTask, ...]
    treatments: tuple[Treatment, ...]
    sessions: dict[int, SessionOutcome] = Field(default_factory=dict)
    """How the psychotherapy of each treatment ended, late or in time as its times now say."""
    assessment_booked: Appointment | None = None
    no_shows: tuple[NoShow, ...] = ()
    """Appointments that passed without her, by her own wish or word."""
    next_items: tuple[Comes, ...]
    texts_held: bool
    status: tuple[str, ...]
    """paused, in_hospital, withdrawn, transferred: beside the stage."""
    opted_out: bool
    phone_in_doubt: bool
    """No text goes to her number until somebody confirms that it is hers."""
    deceased: bool
    ended: str | None
    events: int
    owed: tuple[OwedRow, ...]
    standing: Standing
    """Every policy of entry with its reason; who may read what is the reader's to mind."""
    linked: LinkedJourney | None
    dose: str | None = None
    """Before a start, once she is weighed: the milligrams that two people confirm (rule 12)."""
    demonstration: bool = False
    """It runs on invented values, which are for no real patient."""


class Explanation(Model):
    """Why texts and pages went, were deferred or skipped, and what comes next."""

    reference: PathwayReference
    zone: str | None
    past: tuple[DiaryEntry, ...]
    to_come: tuple[Comes, ...]
    demonstration: bool = False


_OWES = {
    Stage.ASSESSMENT: "record the assessment and the consent",
    Stage.PREPARATION: "hold and record the preparation session",
    Stage.INFUSION: "start, then end, the infusion",
    Stage.MONITORING: "watch the patient, then sign the discharge",
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
        case Stage.DECISION if pending(journey.treatment):
            return journey.protocol.steps.decision.cosigned_by.who
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


Items = tuple[AgendaItem, ...]


def overview(journey: Journey, items: Items | None = None) -> Overview:
    """Where it stands; `items` is its agenda, where the caller has derived it already."""
    return Overview(
        reference=journey.reference,
        protocol=journey.protocol.name,
        stage=journey.stage,
        treatment=journey.treatment.number if journey.treatment else None,
        waits_for=waits_for(journey),
        owes=_OWES[journey.stage],
        due=owed_due(journey),
        escalations=journey.open_escalations,
        flags=_flags(journey),
        highest_level=journey.highest_level,
        tasks=journey.tasks,
        treatments=journey.treatments,
        sessions={
            t.number: outcome
            for t in journey.treatments
            if (outcome := session_outcome(journey, t)) is not None
        },
        assessment_booked=journey.assessment_booked,
        no_shows=journey.no_shows,
        next_items=tuple(map(_comes, (agenda(journey) if items is None else items)[:5])),
        texts_held=journey.hold is not None,
        status=marks(journey),
        opted_out=journey.contact.opted_out,
        phone_in_doubt=journey.messages.phone_doubt is not None,
        deceased=journey.deceased_at is not None,
        ended=journey.end.outcome if journey.end else None,
        events=journey.events,
        owed=owed(journey),
        standing=standing(journey, None),
        linked=journey.linked,
        dose=_dose(journey),
        demonstration=is_demonstration(journey.protocol),
    )


def _dose(journey: Journey) -> str | None:
    treatment = journey.treatment
    waits = treatment is not None and treatment.infusion is None and not journey.over
    return dosing.shown(journey, treatment) if treatment and waits else None


def explain(journey: Journey) -> Explanation:
    return Explanation(
        reference=journey.reference,
        zone=journey.contact.zone,
        past=journey.diary,
        to_come=tuple(map(_comes, agenda(journey))),
        demonstration=is_demonstration(journey.protocol),
    )


def owed(journey: Journey) -> tuple[OwedRow, ...]:
    """The journey's lines of the work list, gravest group first."""
    rows = [_escalation_row(journey, e) for e in journey.open_escalations]
    rows += [_flag_row(journey, f) for f in open_flags(journey) if not covered(journey, f)]
    if journey.over:
        return tuple(rows)
    rows += [_task_row(journey, t) for t in sorted(journey.tasks, key=_time_left)]
    if journey.hold is not None:
        rows.append(_hold_row(journey.hold))
    return (*rows, _step_row(journey))


def _escalation_row(journey: Journey, escalation: Escalation) -> OwedRow:
    taken = escalation.acknowledged
    return OwedRow(
        key=escalation.id,
        group="danger",
        role=turned_to(journey, escalation),
        owner=taken.by if taken else None,
        since=escalation.opened_at,
        due=taken.next_look if taken else None,
        line=_escalation_line(escalation) + ("" if taken else _nobody_has_it(escalation)),
        treatment=escalation.treatment,
        escalation=escalation.id,
        shows=beside_escalation(journey, escalation),
    )


def _flags(journey: Journey) -> tuple[SafetyFlag, ...]:
    number = journey.treatment.number if journey.treatment else None
    return tuple(f for f in journey.flags if f.open or f.treatment == number)


def _flag_row(journey: Journey, flag: SafetyFlag) -> OwedRow:
    """A flag that no escalation is over: it is reviewed, or it pages.

    The line names nothing that was found: whoever reads the list reads it.
    """
    does = "a prescriber reviews it" if flag.bodily else "a clinician assesses the patient"
    return OwedRow(
        key=f"flag/{flag.id}",
        group="danger",
        role=Role.PRESCRIBER,
        since=flag.raised_at,
        due=pages_at(journey, flag),
        line=f"a safety flag is open ({flag.id}): {does}, or it pages",
        treatment=flag.treatment,
        shows=Shows(raised_by=flag.raised_by),
    )


def _nobody_has_it(escalation: Escalation) -> str:
    helping = f" ({', '.join(escalation.helping)} helping)" if escalation.helping else ""
    takes = "a clinician takes it" if needs_clinician(escalation) else "take it"
    if needs_prescriber(escalation):
        takes = "a prescriber takes it"
    return f": {takes}{helping}"


def _escalation_line(escalation: Escalation) -> str:
    """The work list is read behind a sign-in: it names the step, which a page does not."""
    return f"{escalation.what} ({escalation.step})" if escalation.step else escalation.what


def _hold_row(hold: Hold) -> OwedRow:
    """Nobody hears from us until somebody ends it: it must not be forgotten (rule 23)."""
    return OwedRow(
        key="texts-held",
        group="today",
        role=Role.COORDINATOR,
        since=hold.at,
        line=f"All texts are held by {hold.by}: release them once the patient may be texted again",
        shows=Shows(raised_by=hold.by),
    )


def _time_left(task: StaffTask) -> tuple[bool, datetime, datetime]:
    """What runs out first stands first; what never does comes last."""
    due = task.sleeps_until or task.due
    return (due is None, due or task.opened_at, task.opened_at)


def _task_row(journey: Journey, task: StaffTask) -> OwedRow:
    return OwedRow(
        key=task.key,
        group="today",
        role=task.to,
        owner=task.owner,
        since=task.opened_at,
        due=task.sleeps_until or task.due,
        line=task.line,
        treatment=task.treatment,
        shows=beside_task(journey, task),
    )


def _step_row(journey: Journey) -> OwedRow:
    stage = journey.stage
    role = waits_for(journey)
    treatment = journey.treatment
    shows = beside_step(journey, Step(stage.value) if stage.value in {*Step} else None)
    chair = shows.chair
    opened = treatment.opened_at if treatment else journey.opened_at
    since = (chair.started_at or chair.arrived_at) if chair else None
    return OwedRow(
        key=f"step/{stage}",
        group="building" if chair else "waiting",
        role=role or Role.COORDINATOR,
        since=since or opened,
        due=(chair.reading_due if chair else None) or owed_due(journey),
        line=_OWES[stage],
        treatment=treatment.number if treatment else None,
        shows=shows,
    )


def details(journey: Journey, items: Items | None = None) -> str:
    """A page of Markdown for the Temporal UI: no name, no number, nothing clinical.

    `items` is the journey's agenda, where the caller has derived it already.
    """
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
    if journey.messages.phone_doubt:
        lines.append("The number is not confirmed: no text goes to it.")
    if journey.pause:
        lines.append("The journey is paused.")
    if journey.hospital:
        lines.append("All texts are paused.")
    if journey.leaving:
        lines.append("The patient is leaving the programme.")
    # Markdown needs an empty line before a list.
    lines.append("")
    for escalation in journey.open_escalations:
        owner = f"owned by {escalation.owner}" if escalation.acknowledged else "NO OWNER"
        if escalation.helping:
            owner += f", {', '.join(escalation.helping)} helping"
        since = _clock(escalation.opened_at, zone)
        lines.append(
            f"- **{escalation.level}** {escalation.id}: {escalation.what} (since {since}, {owner})"
        )
    lines += [
        f"- **{Level.SAFETY}** flag {f.id} is open (since {_clock(f.raised_at, zone)})"
        for f in open_flags(journey)
        if not covered(journey, f)
    ]
    lines += [f"- {task.kind} for {task.to}: {task.line}" for task in journey.tasks]
    lines += _next_lines(journey, agenda(journey) if items is None else items, zone)
    lines += _last_lines(journey, zone)
    return "\n".join(lines)


def _next_lines(journey: Journey, items: Items, zone: str) -> list[str]:
    if not items:
        return ["", "Nothing is due: it waits for a person."] if not journey.over else []
    rows = [f"| {_clock(item.at, zone)} | {item.line} |" for item in items[:5]]
    return ["", f"| next ({zone}) | |", "|---|---|", *rows]


_SHOWN = 8
_SHOWN_AS = {"in_hospital": "paused"}
"""Reasons that would tell more than ops need to know."""


def _last_lines(journey: Journey, zone: str) -> list[str]:
    """What went out lately, what did not, and why."""
    if not journey.diary:
        return []
    rows = [
        # Two columns: the UI puts no space between cells.
        f"| {_clock(e.at, zone)} | {e.line} · **{e.outcome}**, {_why(e.reason)} |"
        for e in reversed(journey.diary[-_SHOWN:])
    ]
    return ["", f"| last ({zone}) | and why |", "|---|---|", *rows]


def _why(reason: str) -> str:
    return _SHOWN_AS.get(reason, reason).replace("_", " ")


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _clock(moment: datetime, zone: str) -> str:
    """Spelt by hand: `strftime` follows the machine's locale, and is slow in the sandbox."""
    local = civil.local(moment, zone)
    return f"{_DAYS[local.weekday()]} {local.isoformat(' ', 'minutes')[:16]}"
