"""Entering the programme, and the decision after each treatment."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.escalation import Ending
from pathway.facts import Assessment, Consent, Decision, Step
from pathway.gates import current_treatment, require_role, signed
from pathway.journey import Journey
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, PRESCRIBERS, Role

ASSESSORS = PRESCRIBERS | {Role.MENTAL_HEALTH_PROFESSIONAL}
CONSENT_TAKERS = CLINICIANS | {Role.COORDINATOR}


@handle.register
def _(command: cmd.RecordAssessment, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, ASSESSORS, "The assessment")
    assessment = Assessment(
        suitable=command.suitable, reason=command.reason, signed=signed(command, now)
    )
    yield ev.AssessmentRecorded(at=now, assessment=assessment)
    yield from _close_lines(journey, "assessment/", command, now)
    consents = journey.consent is not None and journey.consent.given
    if command.suitable and consents and journey.treatment is None:
        yield ev.TreatmentOpened(at=now, number=1)


@handle.register
def _(command: cmd.RecordConsent, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, CONSENT_TAKERS, "Consent")
    consent = Consent(given=command.given, signed=signed(command, now))
    yield ev.ConsentRecorded(at=now, consent=consent)
    suitable = journey.assessment is not None and journey.assessment.suitable
    if command.given and suitable and journey.treatment is None:
        yield ev.TreatmentOpened(at=now, number=1)


@handle.register
def _(command: cmd.RecordDecision, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PRESCRIBERS, "The taper decision")
    treatment = current_treatment(journey, command)
    if treatment.psychotherapy is None:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "The psychotherapy session has no outcome yet: say first whether it was held.",
        )
    if treatment.discharge is None:
        raise Refused(Reason.OUT_OF_ORDER, "She has not left yet: record the discharge first.")
    decision = Decision(choice=command.choice, reason=command.reason, signed=signed(command, now))
    yield ev.DecisionRecorded(at=now, treatment=treatment.number, decision=decision)
    yield from close_for_step(journey, command, Step.DECISION, treatment.number, now)
    if command.choice.goes_on:
        yield ev.TreatmentOpened(at=now, number=treatment.number + 1)


def close_for_step(
    journey: Journey, command: cmd.Command, step: Step, treatment: int, now: datetime
) -> Iterator[ev.Event]:
    """Close what was open over a step: it has been done, or newly booked, after all."""
    for escalation in journey.open_escalations:
        if escalation.step is step and escalation.treatment == treatment:
            yield ev.EscalationClosed(
                at=now, escalation=escalation.id, outcome=Ending.DONE, by=command.by
            )
    yield from close_tasks(journey, step, treatment, command, now)


def close_tasks(
    journey: Journey, step: Step, treatment: int, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """Take the step's lines off the work list: what they asked for has happened."""
    yield from _close_lines(journey, f"t{treatment}/{step}/", command, now)


def _close_lines(
    journey: Journey, prefix: str, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    for task in journey.tasks:
        if task.key.startswith(prefix):
            yield ev.TaskClosed(at=now, key=task.key, reason="recorded since", by=command.by)
