"""The psychotherapy session after the infusion, and what its therapist recommends."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.anchors import due_at
from pathway.apply import apply
from pathway.attempts import require_tried
from pathway.facts import Psychotherapy, SessionOutcome, Step
from pathway.facts.course import Recommendation
from pathway.gates import past_or_current_treatment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, Role
from pathway.rules.closing import close_for_step, close_tasks
from pathway.rules.decision import signed_by_recommendation
from pathway.rules.deviating import to_be_signed
from pathway.rules.preparation import THERAPISTS
from pathway.rules.visits import rebook_in_time

SESSION_RECORDERS = CLINICIANS | {Role.COORDINATOR}


@handle.register
def _(command: cmd.RecordPsychotherapy, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, SESSION_RECORDERS, "The psychotherapy session")
    treatment = past_or_current_treatment(journey, command)
    _may_be_said(journey, treatment, command)
    fell_through = command.outcome is SessionOutcome.NOT_HELD and not command.for_good
    if fell_through and _may_be_made_up(journey, treatment, now):
        yield from _not_held_yet(journey, treatment, command, now)
        return
    psychotherapy = Psychotherapy(
        outcome=command.outcome,
        reason=command.reason,
        stated_by=command.stated_by,
        recommendation=_recommended(command, now),
        from_afar=command.from_afar,
        deviations=tuple(_differs(journey, command)),
        signed=signed(command, now),
    )
    yield ev.PsychotherapyRecorded(at=now, treatment=treatment.number, psychotherapy=psychotherapy)
    yield from close_for_step(journey, command, Step.PSYCHOTHERAPY, treatment.number, now)
    yield from to_be_signed(journey, treatment, psychotherapy.deviations, now)


def _differs(journey: Journey, command: cmd.RecordPsychotherapy) -> Iterator[str]:
    allowed = journey.protocol.steps.psychotherapy.remote_allowed
    if command.outcome.took_place and command.from_afar and not allowed:
        yield "the session was held from afar, which the protocol does not allow"


def _may_be_said(journey: Journey, treatment: Treatment, command: cmd.RecordPsychotherapy) -> None:
    said = treatment.psychotherapy
    if said is not None and (said.outcome.took_place or not command.outcome.took_place):
        raise Refused(Reason.ALREADY, "The psychotherapy session already has its outcome.")
    ended = treatment.infusion_ended_at
    if ended is None or command.happened_at < ended:
        raise Refused(
            Reason.OUT_OF_ORDER, "The psychotherapy session comes after the infusion's end."
        )
    if not command.outcome.took_place and command.reason is None:
        raise Refused(Reason.OUT_OF_ORDER, "A session that was not held needs its reason.")
    if command.recommendation is not None:
        _by_a_therapist(command)
    if command.outcome is SessionOutcome.NOT_REACHED:
        require_tried(journey, treatment.number, Step.PSYCHOTHERAPY)


def _by_a_therapist(command: cmd.RecordPsychotherapy | cmd.RecordRecommendation) -> None:
    if command.stated_by is None:
        require_role(command, THERAPISTS, "Unless stated_by names a therapist, a recommendation")


def _recommended(command: cmd.RecordPsychotherapy, now: datetime) -> Recommendation | None:
    if command.recommendation is None:
        return None
    return Recommendation(
        choice=command.recommendation,
        reason=command.recommendation_reason,
        stated_by=command.stated_by,
        signed=signed(command, now),
    )


def _may_be_made_up(journey: Journey, treatment: Treatment, now: datetime) -> bool:
    due = due_at(journey, treatment, Step.PSYCHOTHERAPY)
    return due is not None and now < due


def _not_held_yet(
    journey: Journey, treatment: Treatment, command: cmd.RecordPsychotherapy, now: datetime
) -> Iterator[ev.Event]:
    """Not held while the window is open: rebook, at once, while there is time (rule 7)."""
    step = Step.PSYCHOTHERAPY
    slot = treatment.appointment(step)
    assert command.reason is not None  # noqa: S101 - asked for above
    yield ev.SessionNotHeld(
        at=now,
        treatment=treatment.number,
        step=step,
        revision=slot.revision if slot else None,
        reason=command.reason,
        stated_by=command.stated_by,
        no_show=command.wish_of is cmd.CancelledBy.PATIENT,
        signed=signed(command, now),
    )
    # Only its lines: it has not taken place, and whoever was paged about it is still needed.
    yield from close_tasks(journey, step, treatment.number, command, now)
    yield from rebook_in_time(journey, treatment, now)


@handle.register
def _(command: cmd.RecordRecommendation, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    _by_a_therapist(command)
    treatment = past_or_current_treatment(journey, command)
    if treatment.psychotherapy is None:
        raise Refused(
            Reason.OUT_OF_ORDER, "Record the psychotherapy session first, then the recommendation."
        )
    recommendation = Recommendation(
        choice=command.recommendation,
        reason=command.reason,
        stated_by=command.stated_by,
        signed=signed(command, now),
    )
    recorded = ev.RecommendationRecorded(
        at=now, treatment=treatment.number, recommendation=recommendation
    )
    yield recorded
    after = apply(journey, recorded)
    yield from signed_by_recommendation(after, treatment.number, command, now)
