"""What a corrected entry leaves without a cause is closed; lines say the new times (rule 2)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.agenda_keys import checkin_stem, step_prefix
from pathway.anchors import due_at
from pathway.chair import ALERT, END, STAY, STOP_REVIEW, VITALS, chair_items
from pathway.escalation import Ending, Escalation, StaffTask
from pathway.facts import LeavingBy, Step
from pathway.facts.corrections import Correctable
from pathway.gates import signed
from pathway.items import EscalateAct, TaskAct
from pathway.journey import Journey, Treatment
from pathway.protocol import Level
from pathway.readings import STOPS, standing_alarms
from pathway.reminders import missed_at, rebook_before, step_items
from pathway.rules.leaving import NOT_BOOKED
from pathway.rules.left_otherwise import LEFT_EARLY
from pathway.sessions import slot_owed

State = tuple[Journey, Treatment]
_IN_THE_CHAIR = (END, VITALS, STAY, ALERT, STOP_REVIEW)


def what_follows(
    before: Journey, after: Journey, command: cmd.Correct, now: datetime
) -> Iterator[ev.Event]:
    """Close what only the wrong entry had opened, and move the lines that hang on the right one.

    Args:
        after: the journey with the entry corrected.
    """
    was, treatment = before.numbered(command.treatment), after.numbered(command.treatment)
    if was is None or treatment is None:
        return
    for escalation in after.open_escalations:
        if escalation.treatment == command.treatment and _moot(
            (before, was), (after, treatment), escalation, now
        ):
            yield ev.EscalationClosed(
                at=now,
                escalation=escalation.id,
                outcome=Ending.CORRECTED,
                by=command.by,
                note=command.reason,
            )
    yield from _lines_follow(after, treatment, command, now)


def _moot(before: State, after: State, escalation: Escalation, now: datetime) -> bool:
    """Whether the correction took away what the escalation was opened for.

    A safety flag never goes with it: that takes a clinician's assessment (rule 18).
    """
    if escalation.level is Level.SAFETY:
        return False
    if escalation.about is None:
        step = escalation.step
        return step is not None and _missed(*before, step, now) and not _missed(*after, step, now)
    if after[1].infusion is None and escalation.about in _IN_THE_CHAIR:
        return before[1].infusion is not None
    stood = _stands(*before, escalation.about, now)
    return stood and not _stands(*after, escalation.about, now)


def _missed(journey: Journey, treatment: Treatment, step: Step, now: datetime) -> bool:
    if step in {Step.ASSESSMENT, Step.MONITORING}:
        return True
    at = missed_at(journey, treatment, step)
    return at is not None and at <= now


def _stands(journey: Journey, treatment: Treatment, about: str, now: datetime) -> bool:
    """Whether there is still a cause for what called somebody."""
    left = treatment.discharge
    if about == NOT_BOOKED:
        return left is not None and slot_owed(journey, treatment)
    if about == LEFT_EARLY:
        return left is not None and left.way is LeavingBy.AGAINST_ADVICE
    if about in {ALERT, STOP_REVIEW}:
        alarms = standing_alarms(journey, treatment)
        return any(about == ALERT or alarm.concern in STOPS for alarm in alarms)
    # What already calls somebody is not called anew: look as if nobody were called.
    uncalled = journey.model_copy(update={"escalations": ()})
    calls = (item for item in chair_items(uncalled, treatment) if item.at <= now)
    return any(isinstance(i.act, EscalateAct) and i.act.about == about for i in calls)


def _lines_follow(
    journey: Journey, treatment: Treatment, command: cmd.Correct, now: datetime
) -> Iterator[ev.Event]:
    """Lines that hang on an entry that is gone go with it; the others say the new times."""
    gone = _hang_on(command, treatment)
    says = {task.key: task for task in _said_now(journey, treatment)}
    for task in journey.tasks:
        if gone and task.key.startswith(gone):
            reason = "what it hung on is corrected"
            yield ev.TaskClosed(at=now, key=task.key, reason=reason, by=command.by)
            continue
        new = says.get(task.key) or _rebook(journey, treatment, task)
        if new is not None and (new.line, new.due) != (task.line, task.due):
            moved = task.model_copy(update={"line": new.line, "due": new.due})
            note, by = command.reason, signed(command, now)
            yield ev.TaskChanged(at=now, task=moved, note=note, signed=by)


def _hang_on(command: cmd.Correct, treatment: Treatment) -> tuple[str, ...]:
    """What the keys of lines begin with that hang on an entry that never happened."""
    if not command.never_happened:
        return ()
    number = treatment.number
    lines = {
        Correctable.INFUSION_START: (
            step_prefix(number, Step.MONITORING),
            checkin_stem(number),
            *(() if any(a.deviations for a in treatment.aborted) else (f"t{number}/deviations",)),
        ),
        Correctable.INFUSION_END: (
            f"{step_prefix(number, Step.PSYCHOTHERAPY)}nudge/",
            checkin_stem(number),
        ),
        Correctable.DISCHARGE: (f"t{number}/left",),
        Correctable.PSYCHOTHERAPY: (step_prefix(number, Step.DECISION),),
    }
    return lines.get(command.what, ())


def _said_now(journey: Journey, treatment: Treatment) -> Iterator[StaffTask]:
    for item in (*step_items(journey, treatment), *chair_items(journey, treatment)):
        if isinstance(item.act, TaskAct):
            yield item.act.task


def _rebook(journey: Journey, treatment: Treatment, task: StaffTask) -> StaffTask | None:
    """A line about a session that did not take place: its appointment is gone, its window not."""
    sessions = step_prefix(treatment.number, Step.PSYCHOTHERAPY)
    due = due_at(journey, treatment, Step.PSYCHOTHERAPY)
    if due is None or not (task.key.startswith(sessions) and task.key.endswith("/no-show")):
        return None
    return task.model_copy(update={"line": rebook_before(journey, due), "due": due})
