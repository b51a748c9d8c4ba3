"""Lines of the work list that an assessment or a consent leaves open: each dead end has a door."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.entering import Verdict, standing
from pathway.escalation import StaffTask, TaskKind
from pathway.journey import Journey
from pathway.protocol import EntryGate
from pathway.roles import Role

_STEM = "entry/"
_OF_CONSENT = (EntryGate.INFORMED_CONSENT.value, EntryGate.TEXT_CONSENT_ASKED.value)


def entry_lines(journey: Journey, command: cmd.Command, now: datetime) -> Iterator[ev.Event]:
    """Open the lines that are needed and not there; close those that no longer are."""
    wanted = dict(_wanted(journey, now))
    there = {task.key: task for task in journey.tasks if task.key.startswith(_STEM)}
    for key, (role, line) in wanted.items():
        if key not in there:
            task = StaffTask(key=key, kind=TaskKind.CHECK, to=role, line=line, opened_at=now)
            yield ev.TaskOpened(at=now, task=task)
    for key in there:
        if key not in wanted:
            yield ev.TaskClosed(at=now, key=key, reason="recorded since", by=command.by)


def _wanted(journey: Journey, now: datetime) -> Iterator[tuple[str, tuple[Role, str]]]:
    """Each line by its key; none of them names a finding."""
    if journey.consent is not None and not journey.consent.given:
        line = "Consent is withdrawn: talk with the patient about how to go on"
        yield f"{_STEM}consent", (Role.PRESCRIBER, line)
    assessor = journey.protocol.steps.assessment.owner
    checks = standing(journey, now).checks if journey.assessment else ()
    verdicts = {c.verdict for c in checks if c.item not in _OF_CONSENT}
    if Verdict.SHUT in verdicts:
        # Until this is gone, nothing else that is open brings her further.
        line = "Assess the patient again, or close the journey with the reason"
        yield f"{_STEM}stopped", (assessor, line)
        return
    if Verdict.NEEDS_CLEARANCE in verdicts:
        line = "Clear what the assessment asks to be cleared, or say no"
        yield f"{_STEM}clearance", (Role.PRESCRIBER, line)
    if Verdict.NOT_RECORDED in verdicts:
        yield f"{_STEM}incomplete", (assessor, "Complete the assessment: something was not asked")
