"""What a prescriber sees before she decides, in the order in which she reads it.

Everything offered is alike: nothing is preselected, nothing is forbidden by advice (rule 16).
"""

import hashlib
from datetime import datetime

from pathway import course_plan
from pathway.anchors import due_at, next_infusion_at
from pathway.decision import decided_on, pending
from pathway.decision_form import AdviceLine, Option, advice, form
from pathway.decision_rows import TreatmentRow, treatment_row
from pathway.demonstration import is_demonstration
from pathway.facts import Answer, Decision, Step
from pathway.facts.booking import NoShow
from pathway.facts.course import Recommendation
from pathway.facts.safety import AdverseEvent, DoseHold, RiskAssessment, SafetyFlag
from pathway.facts.scores import Preference, Score
from pathway.journey import Journey, Treatment
from pathway.model import Instant, Model, PathwayReference
from pathway.progress import Progress, progress
from pathway.protocol import DoseUnit, PhaseName
from pathway.scores import in_order


class CourseSoFar(Model):
    phase: PhaseName
    proposed_phase: PhaseName
    treatments_counted: int
    planned: int
    """A proposal; each decision may differ."""
    dose: float | None
    dose_unit: DoseUnit
    interval_days: int
    goal: str | None
    goal_owed: bool
    review_owed: bool
    partial_owed: bool
    """The prescriber has to say whether a partial infusion counts."""
    milligrams_total: float | None
    """In this journey and those before it; None while any of it was not recorded."""
    lifetime_treatments: int


class Answered(Model):
    """An answer of the preflight, and of when it is."""

    value: Answer
    at: Instant
    reason: str | None = None


class DecisionPage(Model):
    """The whole page. None is what was not recorded: shown in those words, never as 0."""

    reference: PathwayReference
    treatment: int | None
    inputs: str
    """A hash over everything below: a decision may name it, and is refused if it has changed."""
    decide_by: Instant | None
    waiting: tuple[str, ...]
    """What waits on the decision."""
    waiting_at: Instant | None = None
    """When the visit that waits on it is, as proposed or booked."""
    stands: Decision | None = None
    """The decision in force that another may still be taken instead of."""
    pending: bool
    """A decision stands and waits for its second signature."""
    flags: tuple[SafetyFlag, ...]
    """Open ones, and those that a clinician's assessment covers, the open ones first."""
    risk: RiskAssessment | None
    own_words: Preference | None
    recommendation: Recommendation | None
    treatments: tuple[TreatmentRow, ...]
    scores: tuple[Score, ...]
    """The series that the charts draw, oldest first."""
    progress: Progress
    answers: dict[str, Answered | None]
    """The last preflight's answers: urinary symptoms, substance use, medicines, pregnancy."""
    dose_holds: tuple[DoseHold, ...] = ()
    """What holds the next dose until a clinician has looked."""
    no_shows: tuple[NoShow, ...] = ()
    adverse_events: tuple[AdverseEvent, ...]
    course: CourseSoFar
    advice: tuple[AdviceLine, ...]
    form: tuple[Option, ...]
    demonstration: bool = False


def decision_page(journey: Journey, now: datetime) -> DecisionPage:
    """The page as it stands now."""
    treatment = decided_on(journey)
    session = treatment.psychotherapy if treatment else None
    decision = treatment.decision if treatment else None
    return DecisionPage(
        reference=journey.reference,
        treatment=treatment.number if treatment else None,
        inputs=inputs_hash(journey),
        decide_by=due_at(journey, treatment, Step.DECISION) if treatment else None,
        waiting=tuple(_waiting(journey, treatment)) if treatment else (),
        waiting_at=next_infusion_at(journey, treatment) if treatment else None,
        stands=decision if decision and decision.in_force else None,
        pending=pending(treatment),
        flags=tuple(sorted(journey.flags, key=lambda f: not f.open)),
        risk=journey.risk,
        own_words=journey.preference,
        recommendation=session.recommendation if session else None,
        treatments=tuple(treatment_row(journey, t) for t in journey.treatments),
        scores=in_order(journey),
        progress=progress(journey),
        answers=_answers(journey),
        dose_holds=journey.dose_holds,
        no_shows=journey.no_shows,
        adverse_events=journey.adverse_events,
        course=_course(journey, treatment),
        advice=advice(journey, now),
        form=form(journey, treatment),
        demonstration=is_demonstration(journey.protocol),
    )


def inputs_hash(journey: Journey) -> str:
    """Sixteen hexadecimal digits over what a decision is taken on; time alone changes nothing."""
    inputs = (
        journey.treatments,
        journey.scores,
        journey.screens,
        journey.flags,
        journey.risk,
        journey.preference,
        journey.adverse_events,
        journey.dose_holds,
        journey.protocol.content_hash,
    )
    digest = hashlib.sha256()
    for each in inputs:
        parts = each if isinstance(each, tuple) else (each,)
        for part in parts:
            written = part if isinstance(part, str | None) else part.model_dump_json()
            digest.update(f"{written}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()[:16]


def _waiting(journey: Journey, treatment: Treatment) -> list[str]:
    following = journey.numbered(treatment.number + 1)
    if following is not None:
        booked = following.appointment(Step.INFUSION)
        visit = "The visit booked" if booked else "No visit is booked"
        return [f"{visit} for treatment {following.number}"]
    proposed = journey.proposal(treatment.number + 1)
    if proposed is None:
        return ["No visit is proposed after it"]
    return [f"The visit proposed for treatment {proposed.treatment}"]


def _answers(journey: Journey) -> dict[str, Answered | None]:
    """What was last answered to each question of the preflight; None was never answered."""
    asked = journey.protocol.steps.infusion.preflight.asked
    said: dict[str, Answered | None] = dict.fromkeys(asked)
    for sheet in (t.preflight for t in journey.treatments if t.preflight):
        at = sheet.signed.happened_at
        for item, answer in sheet.answers.items():
            if item in said:
                said[item] = Answered(value=answer, at=at, reason=sheet.reasons.get(item))
    return said


def _course(journey: Journey, treatment: Treatment | None) -> CourseSoFar:
    rules = journey.protocol.course
    first = rules.phases[0]
    gap = course_plan.interval(journey, treatment) if treatment else first.gap
    lifetime, milligrams = _lifetime(journey)
    infusion = treatment.infusion if treatment else None
    partial = infusion is not None and infusion.complete is False
    return CourseSoFar(
        phase=course_plan.phase_of(journey, treatment).name if treatment else first.name,
        proposed_phase=(
            course_plan.proposed_phase(journey, treatment).name if treatment else first.name
        ),
        treatments_counted=course_plan.counted(journey),
        planned=rules.planned_treatments.value,
        dose=course_plan.dose(journey, treatment) if treatment else None,
        dose_unit=rules.dose.unit,
        interval_days=gap.days,
        goal=course_plan.goal_of(journey),
        goal_owed=course_plan.goal_owed(journey),
        review_owed=bool(
            treatment and course_plan.review_due(journey, treatment, counts_here=True)
        ),
        partial_owed=partial,
        milligrams_total=milligrams,
        lifetime_treatments=lifetime,
    )


def _lifetime(journey: Journey) -> tuple[int, float | None]:
    """Treatments and milligrams in this journey and those it is linked to (rule 15)."""
    given = [t for t in journey.treatments if t.infusion and t.infusion.ended_at]
    amounts = [visit.visit.milligrams_given for visit in (treatment_row(journey, t) for t in given)]
    linked = journey.linked
    amounts += [linked.milligrams] if linked else []
    known = [amount for amount in amounts if amount is not None]
    total = sum(known) if len(known) == len(amounts) else None
    return len(given) + (linked.treatments if linked else 0), total
