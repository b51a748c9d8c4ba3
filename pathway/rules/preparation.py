"""The preparation session before an infusion (F6, rule 10)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.facts import Preparation, Signature, Step
from pathway.gates import past_or_current_treatment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, PRESCRIBERS, Role
from pathway.rules.closing import close_for_step
from pathway.rules.known_since import known_since
from pathway.sessions import as_owed, prepared

THERAPISTS = frozenset({Role.THERAPIST, Role.THERAPIST_LEAD, Role.MENTAL_HEALTH_PROFESSIONAL})


@handle.register
def _(command: cmd.RecordPreparation, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    if command.stated_by is None:
        says = "Unless stated_by names who held it, the preparation session"
        require_role(command, THERAPISTS | PRESCRIBERS, says)
    else:
        require_role(command, CLINICIANS | {Role.COORDINATOR}, "The preparation session")
    treatment = past_or_current_treatment(journey, command)
    if treatment.preparation is not None and not _owed_anew(journey, treatment, now):
        raise Refused(Reason.ALREADY, "The preparation session is already recorded.")
    preparation = (
        _was_the_last_session(journey, treatment, command, now)
        if command.last_psychotherapy
        else Preparation(stated_by=command.stated_by, signed=signed(command, now))
    )
    number = treatment.number
    recorded = ev.PreparationRecorded(at=now, treatment=number, preparation=preparation)
    yield recorded
    yield from known_since(journey, (recorded,), command, number, now)
    yield from close_for_step(journey, command, Step.PREPARATION, treatment.number, now)


def _owed_anew(journey: Journey, treatment: Treatment, now: datetime) -> bool:
    """The one that was held is no longer good for the visit, as it is booked or by now."""
    if treatment.infusion is not None:
        return False
    lapsed = as_owed(journey, treatment).preparation is None
    return lapsed or not prepared(journey, treatment, now)


def _was_the_last_session(
    journey: Journey, treatment: Treatment, command: cmd.RecordPreparation, now: datetime
) -> Preparation:
    """The therapist says that the session since the last infusion prepared for this one too."""
    rules = journey.protocol.steps.preparation
    if command.stated_by is None:
        require_role(command, THERAPISTS, "That a psychotherapy session was the preparation too")
    before = journey.numbered(treatment.number - 1)
    session = before.psychotherapy if before else None
    if not rules.may_be_last_psychotherapy or session is None or not session.outcome.took_place:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "No psychotherapy session since the last infusion can be the preparation. Hold one, "
            "and record it without last_psychotherapy.",
        )
    booked = treatment.appointment(Step.INFUSION)
    begins = booked.at if booked else now
    if begins - session.ended_at > rules.valid_for.value:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "The last psychotherapy session lies too far back to prepare for this visit. Hold a "
            "preparation session.",
        )
    signature = Signature(
        by=command.by, role=command.role, happened_at=session.ended_at, recorded_at=now
    )
    return Preparation(
        was_psychotherapy_of=treatment.number - 1,
        stated_by=command.stated_by,
        signed=signature,
    )
