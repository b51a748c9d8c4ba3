"""What the attempts to reach a patient amount to (rule 5)."""

from collections.abc import Iterable

from pathway.agenda_keys import step_prefix
from pathway.escalation import Escalation
from pathway.facts import Step
from pathway.facts.contact import ContactAttempt, ContactOutcome, ContactWith
from pathway.journey import Journey
from pathway.refusals import Reason, Refused

_SPOKEN_WITH = (ContactOutcome.REACHED, ContactOutcome.CALL_AGAIN)


def unreachable(journey: Journey, attempts: Iterable[ContactAttempt]) -> bool:
    """Whether enough attempts, at times far enough apart, have not reached her."""
    rules = journey.protocol.texting.unreachable
    tried = sorted(
        a.at for a in attempts if a.whom is ContactWith.PATIENT and a.outcome not in _SPOKEN_WITH
    )
    counted = 0
    last = None
    for at in tried:
        if last is None or at - last >= rules.apart:
            counted, last = counted + 1, at
    return counted >= rules.attempts


def about(journey: Journey, name: str) -> tuple[ContactAttempt, ...]:
    """The attempts about a line or an escalation."""
    return tuple(a for a in journey.attempts if a.about == name)


def about_step(journey: Journey, treatment: int, step: Step) -> tuple[ContactAttempt, ...]:
    """The attempts about anything of a step, its escalations too."""
    over = {e.id for e in journey.escalations if e.step is step and e.treatment == treatment}
    prefix = step_prefix(treatment, step)
    return tuple(a for a in journey.attempts if a.about in over or a.about.startswith(prefix))


def attempts_over(journey: Journey, escalation: Escalation) -> tuple[ContactAttempt, ...]:
    """The attempts about an escalation, and about the step that it is over."""
    own = about(journey, escalation.id)
    if escalation.step is None or escalation.treatment is None:
        return own
    return about_step(journey, escalation.treatment, escalation.step)


def require_tried(journey: Journey, treatment: int, step: Step) -> None:
    """Not reached takes several attempts at different times."""
    if not unreachable(journey, about_step(journey, treatment, step)):
        raise too_few(journey)


def too_few(journey: Journey) -> Refused:
    rules = journey.protocol.texting.unreachable
    minutes = int(rules.apart.total_seconds() // 60)
    return Refused(
        Reason.NEEDS_NEXT_STEP,
        f"Say when you try next (next_try): unreachable takes {rules.attempts} attempts "
        f"(record_contact_attempt), at least {minutes} minutes apart.",
    )
