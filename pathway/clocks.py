"""Everything of a journey that is booked or running: what a pause must not pass over in silence."""

from collections.abc import Iterator, Mapping

from pathway.anchors import done, due_at
from pathway.facts import Appointment, Step
from pathway.facts.booking import Proposal
from pathway.facts.status import ClockAnswer
from pathway.journey import Journey, Treatment
from pathway.model import Instant, Model
from pathway.refusals import Reason, Refused

ANY = tuple(ClockAnswer)
RUNS_ON = (ClockAnswer.KEEP,)
"""A window that already runs ends by what a person records of it, never by a pause."""


class Clock(Model):
    key: str
    line: str
    at: Instant | None
    answers: tuple[ClockAnswer, ...]
    treatment: int | None = None
    appointment: Appointment | None = None
    proposal: Proposal | None = None


def open_clocks(journey: Journey) -> tuple[Clock, ...]:
    """Appointments that stand and windows that run, in the order of the programme."""
    return tuple(_clocks(journey))


def _clocks(journey: Journey) -> Iterator[Clock]:
    if journey.assessment_booked and journey.assessment is None:
        booked = journey.assessment_booked
        yield Clock(
            key="assessment", line="the assessment", at=booked.at, answers=ANY, appointment=booked
        )
    treatment = journey.treatment
    if treatment is None or journey.course_over:
        return
    for booked in treatment.appointments:
        if not done(treatment, booked.step):
            yield Clock(
                key=f"t{treatment.number}/{booked.step}",
                line=f"the {booked.step} appointment",
                at=booked.at,
                answers=ANY,
                treatment=treatment.number,
                appointment=booked,
            )
    yield from _running(journey, treatment)
    for proposal in journey.proposals:
        yield Clock(
            key=f"t{proposal.treatment}/proposed",
            line="a proposed visit",
            at=proposal.at,
            answers=ANY,
            treatment=proposal.treatment,
            proposal=proposal,
        )


def _running(journey: Journey, treatment: Treatment) -> Iterator[Clock]:
    if treatment.infusion is None:
        return
    waiting = {
        Step.MONITORING: "the patient has not left yet",
        Step.PSYCHOTHERAPY: "the window for psychotherapy",
        Step.DECISION: "the decision is owed",
    }
    for step, line in waiting.items():
        if not done(treatment, step):
            yield Clock(
                key=f"t{treatment.number}/{step}/due",
                line=line,
                at=due_at(journey, treatment, step),
                answers=RUNS_ON,
                treatment=treatment.number,
            )


def unanswered(clocks: tuple[Clock, ...], answers: Mapping[str, ClockAnswer]) -> tuple[Clock, ...]:
    return tuple(clock for clock in clocks if clock.key not in answers)


def require_sense(clocks: tuple[Clock, ...], answers: Mapping[str, ClockAnswer]) -> None:
    """Refuse an answer to what does not run, or one that it cannot have."""
    open_ones = {clock.key: clock for clock in clocks}
    for key, answer in answers.items():
        clock = open_ones.get(key)
        if clock is None:
            listed = ", ".join(open_ones) or "nothing"
            raise Refused(Reason.CLOCKS, f"Nothing is open under this name; open are: {listed}.")
        if answer not in clock.answers:
            allowed = ", ".join(clock.answers)
            raise Refused(
                Reason.CLOCKS,
                f"{key} ({clock.line}) can only be: {allowed}. Record what came of it first, "
                "if it shall end.",
            )


def require_answers(clocks: tuple[Clock, ...], answers: Mapping[str, ClockAnswer]) -> None:
    """Refuse a plan that says nothing of something open, and list what it must speak of."""
    missing = unanswered(clocks, answers)
    if missing:
        listed = "; ".join(f"{c.key} ({c.line}): {' or '.join(c.answers)}" for c in missing)
        raise Refused(Reason.CLOCKS, f"Say what becomes of each of these (clocks): {listed}.")
