"""The decision after each treatment, and the second signature that some of them need."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.anchors import next_infusion_at
from pathway.cosigning import cosignature, cosignature_wanted, recommended
from pathway.decision import decided_on, orders, pending, require_interval, require_said
from pathway.decision_page import inputs_hash
from pathway.escalation import StaffTask, TaskKind
from pathway.facts import Choice, Decision, Step
from pathway.facts.booking import NextVisit
from pathway.facts.status import Pause
from pathway.gates import current_treatment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.roles import PRESCRIBERS
from pathway.rules.closing import close_for_step, close_lines
from pathway.rules.deciding_anew import follows_anew, require_visit_said
from pathway.rules.proposals import free_all, take_up


@handle.register
def _(command: cmd.RecordDecision, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, PRESCRIBERS, "The taper decision")
    treatment = _decided_on(journey, command)
    _ready(treatment)
    require_said(journey, treatment, command, now)
    _visit_said(journey, treatment, command)
    decision = _decision(journey, treatment, command, now)
    visit_at = _visit_at(journey, treatment, decision)
    require_interval(journey, treatment, decision.orders, visit_at)
    yield ev.DecisionRecorded(at=now, treatment=treatment.number, decision=decision)
    if decision.in_force:
        yield from _takes_effect(journey, treatment, decision, command, now)
    else:
        yield _to_be_cosigned(journey, treatment, now)


def _decided_on(journey: Journey, command: cmd.AboutTreatment) -> Treatment:
    """The treatment of the decision: the one before too, until the next infusion begins (F12)."""
    anew = decided_on(journey)
    if anew is not None and anew is not journey.treatment and command.treatment == anew.number:
        return anew
    # Overtaken by a visit on paper, before anybody had decided: it is told afterwards.
    named = journey.numbered(command.treatment)
    overtaken = named is not None and named is not journey.treatment
    if named is not None and overtaken and not (named.decision and named.decision.in_force):
        return named
    return current_treatment(journey, command)


def _ready(treatment: Treatment) -> None:
    if treatment.infusion is None and treatment.number > 1:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "This treatment has not begun. Until it does, the last decision may be taken anew: "
            f"decide on treatment {treatment.number - 1}.",
        )
    if treatment.psychotherapy is None:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "The psychotherapy session has no outcome yet: say first whether it was held.",
        )
    if treatment.discharge is None:
        raise Refused(
            Reason.OUT_OF_ORDER, "The patient has not left yet: record the discharge first."
        )


def _visit_said(journey: Journey, treatment: Treatment, command: cmd.RecordDecision) -> None:
    following = journey.numbered(treatment.number + 1)
    if following is not None:
        require_visit_said(following, command)
    proposed = journey.proposal(treatment.number + 1)
    goes_on = command.choice.goes_on and command.choice is not Choice.PAUSE
    if proposed and goes_on and command.next_visit is None:
        raise Refused(
            Reason.NOT_SAID,
            "The next visit is proposed: say whether this confirms, moves or frees it "
            "(next_visit).",
        )
    if command.next_visit is NextVisit.MOVE and command.next_at is None:
        raise Refused(Reason.NOT_SAID, "Say where the next visit moves to (next_at).")


def _visit_at(journey: Journey, treatment: Treatment, decision: Decision) -> datetime | None:
    """When the next visit then is, as far as the decision makes it."""
    if not decision.choice.goes_on or decision.choice is Choice.PAUSE:
        return None
    if decision.next_visit is NextVisit.CONFIRM:
        return next_infusion_at(journey, treatment)
    return None if decision.next_visit is NextVisit.FREE else decision.next_at


def _decision(
    journey: Journey, treatment: Treatment, command: cmd.RecordDecision, now: datetime
) -> Decision:
    shown = inputs_hash(journey)
    if command.inputs is not None and command.inputs != shown:
        raise Refused(
            Reason.STALE_INPUTS,
            "Something on the decision page has changed since you looked. Look at it again.",
        )
    said = ("counts_toward_plan", "review", "pause_until")
    before = treatment.decision
    # The goal of the course stays its goal when a decision is taken anew.
    kept = {
        name: getattr(command, name) or (getattr(before, name) if before else None)
        for name in ("goal", "course_end")
    }
    return Decision(
        choice=command.choice,
        reason=command.reason,
        orders=orders(journey, treatment, command),
        next_visit=command.next_visit,
        next_at=command.next_at,
        inputs=shown,
        needs_cosignature=cosignature_wanted(journey, command.choice),
        cosignature=recommended(journey, treatment, command.choice, command.by),
        signed=signed(command, now),
        **{name: getattr(command, name) for name in said},
        **kept,
    )


def _to_be_cosigned(journey: Journey, treatment: Treatment, now: datetime) -> ev.TaskOpened:
    task = StaffTask(
        key=f"t{treatment.number}/{Step.DECISION}/cosign",
        kind=TaskKind.NUDGE,
        to=journey.protocol.steps.decision.cosigned_by.who,
        line="Sign the decision, or decline: it waits for a second signature",
        opened_at=now,
        treatment=treatment.number,
    )
    return ev.TaskOpened(at=now, task=task)


@handle.register
def _(command: cmd.Cosign, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = _decided_on(journey, command)
    decision = treatment.decision
    if decision is None or decision.in_force:
        raise Refused(Reason.NOT_RECORDED, "No decision waits for a second signature.")
    signature = cosignature(journey, decision, command, now)
    if not command.agrees:
        yield from _declined(journey, treatment, command, now)
        return
    yield ev.DecisionCosigned(at=now, treatment=treatment.number, cosignature=signature)
    yield from _takes_effect(journey, treatment, _still_ahead(decision, now), command, now)


def signed_by_recommendation(
    journey: Journey, number: int, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """A recommendation that says what a waiting decision says is its second signature (rule 9).

    Args:
        journey: as it is with the recommendation recorded.
    """
    treatment = decided_on(journey)
    decision = treatment.decision if treatment and treatment.number == number else None
    if treatment is None or decision is None or decision.in_force:
        return
    signature = recommended(journey, treatment, decision.choice, decision.signed.by)
    if signature is not None:
        yield ev.DecisionCosigned(at=now, treatment=number, cosignature=signature)
        yield from _takes_effect(journey, treatment, _still_ahead(decision, now), command, now)


def _still_ahead(decision: Decision, now: datetime) -> Decision:
    """A visit whose time passed while the signature was waited for is booked anew, by a person."""
    if decision.next_at is None or decision.next_at > now:
        return decision
    return decision.model_copy(update={"next_visit": NextVisit.FREE, "next_at": None})


def falls_unsigned(
    journey: Journey, treatment: Treatment, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """A decision taken anew and not signed when the infusion begins: the earlier one stood."""
    before = journey.numbered(treatment.number - 1)
    if before is not None and pending(before):
        reason = "The infusion began before it was signed"
        by = signed(command, now)
        yield ev.CosignatureDeclined(at=now, treatment=before.number, reason=reason, signed=by)
        yield from close_lines(journey, f"t{before.number}/{Step.DECISION}/", command, now)


def _declined(
    journey: Journey, treatment: Treatment, command: cmd.Cosign, now: datetime
) -> Iterator[ev.Event]:
    if command.reason is None:
        raise Refused(Reason.NOT_SAID, "Say why you decline to sign it (reason).")
    yield ev.CosignatureDeclined(
        at=now, treatment=treatment.number, reason=command.reason, signed=signed(command, now)
    )
    prefix = f"t{treatment.number}/{Step.DECISION}"
    yield from close_lines(journey, f"{prefix}/cosign", command, now)
    task = StaffTask(
        key=f"{prefix}/declined/{journey.events}",
        kind=TaskKind.NUDGE,
        to=journey.protocol.steps.decision.owner,
        line="Decide anew: the second signature was declined",
        opened_at=now,
        treatment=treatment.number,
    )
    yield ev.TaskOpened(at=now, task=task)


def _takes_effect(
    journey: Journey,
    treatment: Treatment,
    decision: Decision,
    command: cmd.Command,
    now: datetime,
) -> Iterator[ev.Event]:
    """The decision is in force: the next treatment opens, the course pauses, or it ends."""
    yield from close_for_step(journey, command, Step.DECISION, treatment.number, now)
    number = treatment.number + 1
    following = journey.numbered(number)
    if following is not None:
        # What a visit on paper has begun already, no decision plans anew.
        if following.infusion is None:
            yield from follows_anew(journey, following, decision, command, now)
        return
    if not decision.choice.goes_on:
        yield from free_all(journey, command, now)
        return
    yield ev.TreatmentOpened(at=now, number=number, orders=decision.orders)
    if decision.choice is Choice.PAUSE:
        yield from free_all(journey, command, now)
        yield from _pauses(journey, decision, now)
    elif decision.next_visit is not None or decision.next_at is not None:
        how = decision.next_visit or NextVisit.MOVE
        yield from take_up(journey, command, number, how, now, at=decision.next_at)


def _pauses(journey: Journey, decision: Decision, now: datetime) -> Iterator[ev.Event]:
    if journey.pause is None:
        pause = Pause(
            since=now, until=decision.pause_until, reason=decision.reason, signed=decision.signed
        )
        yield ev.JourneyPaused(at=now, pause=pause)
