"""Screens, flags, a clinician's assessments, adverse events, held doses and disclosures."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.escalation import Ending, StaffTask, TaskKind
from pathway.facts.safety import (
    AdverseEvent,
    Disclosure,
    RiskAssessment,
    RiskLevel,
    Seriousness,
    SuicideScreen,
    ToldWhom,
)
from pathway.flags import ended_by, open_flags, raised_by_then
from pathway.gates import require_ahead, require_role, signed
from pathway.journey import Journey
from pathway.known import known_by, known_from
from pathway.protocol import FlagKind, Tier
from pathway.refusals import Reason, Refused
from pathway.roles import ASSESSORS, CLINICIANS, PRESCRIBERS, Role
from pathway.rules.texts import texts_held
from pathway.safety import business_days_after, flag, screened
from pathway.status import decide_by


@handle.register
def _(command: cmd.RecordScreen, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, CLINICIANS, "A suicide screen")
    screen = SuicideScreen(
        answers=command.answers,
        asked_at=command.asked_at,
        remote=command.remote,
        treatment=journey.treatment.number if journey.treatment else None,
        signed=signed(command, now),
    )
    yield from screened(journey, screen, now)


@handle.register
def _(command: cmd.RaiseFlag, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    yield from flag(journey, command.flag_kind, command.tier, signed(command, now), now)


@handle.register
def _(command: cmd.AssessRisk, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if command.role not in ASSESSORS:
        raise Refused(Reason.NEEDS_CLINICIAN, "A risk is assessed by a clinician who may judge it.")
    require_ahead(command.good_until, now, "The end of this assessment (good_until)")
    lifts = [
        f
        for f in open_flags(journey)
        if not f.bodily and raised_by_then(f.raised_at, command.happened_at)
    ]
    names = tuple(f.id for f in lifts)
    until, named = command.happened_at, command.known
    assessment = RiskAssessment(
        level=command.level,
        plan=command.plan,
        good_until=command.good_until,
        known=known_by(journey, until, named),
        item9=journey.item9 if command.item9 is None else command.item9,
        known_from=known_from(journey, until, named, item9_named=command.item9 is not None),
        acute=any(f.tier is Tier.HIGH for f in lifts),
        signed=signed(command, now),
    )
    yield ev.RiskAssessed(at=now, assessment=assessment, lifts=names)
    for escalation in ended_by(journey, names, command.happened_at):
        yield ev.EscalationClosed(
            at=now,
            escalation=escalation.id,
            outcome=Ending.ASSESSED,
            by=command.by,
            note=command.plan,
            good_until=command.good_until,
        )
    for task in journey.tasks:
        if task.key.startswith("risk/") and task.key.endswith("/run-out"):
            yield ev.TaskClosed(at=now, key=task.key, reason="assessed since", by=command.by)
    if names:
        yield from _told_before_she_left(journey, command, now)


@handle.register
def _(command: cmd.ReviewFlag, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PRESCRIBERS, "The review of a flag about the body")
    bodily = [f.id for f in open_flags(journey) if f.bodily]
    if command.flag not in bodily:
        raise Refused(
            Reason.NOT_HELD,
            f"No such flag waits for a prescriber's review ({', '.join(bodily) or 'none does'}); "
            "the others are lifted by a risk assessment (assess_risk).",
        )
    yield ev.FlagReviewed(
        at=now, flag=command.flag, finding=command.finding, signed=signed(command, now)
    )
    for escalation in ended_by(journey, (command.flag,)):
        yield ev.EscalationClosed(
            at=now,
            escalation=escalation.id,
            outcome=Ending.ASSESSED,
            by=command.by,
            note=command.finding,
        )


def _told_before_she_left(
    journey: Journey, command: cmd.AssessRisk, now: datetime
) -> Iterator[ev.Event]:
    """High risk of somebody who goes home: the numbers are given in person (rule 19)."""
    if command.level is RiskLevel.HIGH:
        task = StaffTask(
            key=f"risk/{journey.events}/sheet",
            kind=TaskKind.CHECK,
            to=Role.NURSE,
            line="Give the patient the printed sheet with the numbers to call, in person",
            opened_at=now,
            treatment=journey.treatment.number if journey.treatment else None,
        )
        yield ev.TaskOpened(at=now, task=task)


@handle.register
def _(command: cmd.ReportAdverseEvent, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    number = len(journey.adverse_events) + 1
    event = AdverseEvent(
        number=number,
        what=command.what,
        severity=command.severity,
        serious=command.serious,
        related=command.related,
        action=command.action,
        outcome=command.outcome,
        treatment=command.treatment,
        signed=signed(command, now),
    )
    yield ev.AdverseEventReported(at=now, adverse_event=event)
    if not command.serious:
        return
    if Seriousness.DEATH in command.serious:
        yield from _death_told(journey, event, now)
    yield from flag(journey, FlagKind.SERIOUS_ADVERSE_EVENT, Tier.URGENT, event.signed, now)
    task = StaffTask(
        key=f"adverse-event/{number}/report",
        kind=TaskKind.CHECK,
        to=Role.MEDICAL_DIRECTOR,
        line="Decide whether and to whom this event is reported",
        opened_at=now,
        treatment=command.treatment,
    )
    yield ev.TaskOpened(at=now, task=task)


def _death_told(journey: Journey, event: AdverseEvent, now: datetime) -> Iterator[ev.Event]:
    """Nobody has recorded the death yet: texts stop at once, unverified, and a prescriber says
    whether it is so (rule 23)."""
    yield from texts_held(journey, event.signed.by, "a death is reported", now)
    task = StaffTask(
        key=f"adverse-event/{event.number}/death",
        kind=TaskKind.CHECK,
        to=Role.PRESCRIBER,
        line="A death is reported, and all texts are held: record it (report_death), or have the "
        "texts released (release_texts)",
        opened_at=now,
        treatment=event.treatment,
        due=decide_by(journey, now),
    )
    yield ev.TaskOpened(at=now, task=task)


@handle.register
def _(command: cmd.LiftDoseHold, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PRESCRIBERS, "The review of a held dose")
    if not any(h.item == command.item for h in journey.dose_holds):
        held = ", ".join(h.item for h in journey.dose_holds) or "nothing"
        raise Refused(Reason.NOT_HELD, f"This does not hold the dose; {held} does.")
    yield ev.DoseHoldLifted(
        at=now, item=command.item, reason=command.reason, signed=signed(command, now)
    )
    for task in journey.tasks:
        if task.key.startswith(f"dose-hold/{command.item}/"):
            yield ev.TaskClosed(at=now, key=task.key, reason="reviewed", by=command.by)


_DECIDED_ABOUT = (ToldWhom.POLICE, ToldWhom.EMERGENCY_CONTACT)
"""Whom telling is a clinician's recorded decision, a welfare check too (rule 21)."""


@handle.register
def _(command: cmd.RecordDisclosure, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    disclosure = Disclosure(to=command.told, id=command.disclosure, signed=signed(command, now))
    yield ev.DisclosureRecorded(at=now, disclosure=disclosure)
    if command.role not in ASSESSORS and command.told in _DECIDED_ABOUT and not journey.over:
        days = journey.protocol.safety.hold_next_dose.review_within_business_days
        task = StaffTask(
            key=f"disclosure/{journey.events}/sign",
            kind=TaskKind.CHECK,
            to=Role.PRESCRIBER,
            line="See and sign for what was told to somebody about the patient",
            opened_at=now,
            due=business_days_after(journey.calendar, now, days),
        )
        yield ev.TaskOpened(at=now, task=task)
