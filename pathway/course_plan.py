"""Where the course stands and what it proposes next: phase, dose, interval, date (rules 11, 15).

All of it is a proposal. A decision says what is done, and may differ from each.
"""

from datetime import datetime, timedelta

from pathway import civil
from pathway.journey import Journey, Treatment
from pathway.protocol import DoseUnit, Phase

_LOOK_AHEAD_DAYS = 31
"""A clinic that is closed for longer cannot be planned around: then the bare date is shown."""


def counts(treatment: Treatment) -> bool:
    """Whether it counts toward the plan; of a partial infusion the prescriber says (rule 11)."""
    infusion = treatment.infusion
    if infusion is None or infusion.ended_at is None or infusion.no_drug_given:
        return False
    if infusion.complete is not False:
        return True
    return bool(treatment.decision and treatment.decision.counts_toward_plan)


def of_course(journey: Journey) -> tuple[Treatment, ...]:
    """The treatments of the present course, an open one among them."""
    return tuple(t for t in journey.treatments if t.number >= journey.course_from)


def counted(journey: Journey) -> int:
    """How many treatments of the present course count toward its plan."""
    return sum(map(counts, of_course(journey)))


def phase_of(journey: Journey, treatment: Treatment) -> Phase:
    """The phase that a treatment belongs to; the first, where no decision said another."""
    phases = journey.protocol.course.phases
    return next((p for p in phases if p.name is treatment.orders.phase), phases[0])


def proposed_phase(journey: Journey, treatment: Treatment) -> Phase:
    """The phase of the treatment after this one: the next, once this one has had its number.

    An optional phase is never proposed: somebody has to want it.
    """
    present = phase_of(journey, treatment)
    phases = journey.protocol.course.phases
    following = phases[phases.index(present) + 1 :]
    same = (t for t in of_course(journey) if phase_of(journey, t) is present)
    over = present.treatments is not None and sum(map(counts, same)) >= present.treatments
    return following[0] if over and following and not following[0].optional else present


def interval(journey: Journey, treatment: Treatment) -> timedelta:
    """The interval in use: as ordered, else as the treatment's phase proposes."""
    ordered = treatment.orders.interval_days
    return timedelta(days=ordered) if ordered else phase_of(journey, treatment).gap


def dose(journey: Journey, treatment: Treatment) -> float | None:
    """The dose in use, in the protocol's unit: as given, else as ordered, else as given before."""
    if treatment.infusion is not None:
        per_kg = journey.protocol.course.dose.unit is DoseUnit.MG_PER_KG
        return treatment.infusion.dose_mg_per_kg if per_kg else treatment.infusion.milligrams
    before = journey.numbered(treatment.number - 1)
    return treatment.orders.dose or (dose(journey, before) if before else None)


def proposed_at(journey: Journey, treatment: Treatment, gap: timedelta) -> datetime | None:
    """When the next infusion would be: so many days on at the same clock time, on a staffed day.

    None before this treatment's infusion.
    """
    if treatment.infusion is None:
        return None
    zone = journey.calendar.zone
    last = civil.local(treatment.infusion.started_at, zone)
    days = [last.date() + gap + timedelta(days=ahead) for ahead in range(_LOOK_AHEAD_DAYS)]
    staffed = next((day for day in days if journey.calendar.bookable(day)), days[0])
    return civil.instant(staffed, last.time(), zone)


def days_after(journey: Journey, treatment: Treatment, at: datetime) -> int | None:
    """How many of the clinic's days lie between this treatment's infusion and a moment."""
    if treatment.infusion is None:
        return None
    zone = journey.calendar.zone
    began = civil.local(treatment.infusion.started_at, zone)
    return (civil.local(at, zone).date() - began.date()).days


def too_early(journey: Journey, treatment: Treatment, begins: datetime) -> bool:
    """Whether it would begin before the interval that a prescriber has said has passed."""
    orders = treatment.orders
    ordered = orders.interval_days if orders.interval_said else None
    before = journey.numbered(treatment.number - 1)
    days = days_after(journey, before, begins) if before else None
    return ordered is not None and days is not None and days < ordered


def review_due(journey: Journey, treatment: Treatment, *, counts_here: bool | None) -> bool:
    """Whether a hard review is asked for after this treatment.

    Args:
        counts_here: what the decision itself says of a partial infusion.
    """
    others = sum(counts(t) for t in of_course(journey) if t.number != treatment.number)
    infusion = treatment.infusion
    if infusion is None or infusion.no_drug_given:
        return False
    here = infusion.complete is not False or bool(counts_here)
    return here and others + 1 in journey.protocol.course.reviews.after


def goal_of(journey: Journey) -> str | None:
    """The goal of the present course, once a decision has given it."""
    decisions = (t.decision for t in of_course(journey))
    return next((d.goal for d in decisions if d and d.goal), None)


def goal_owed(journey: Journey) -> bool:
    """Whether the first decision, which this one is then, must give a goal and an end."""
    asked = journey.protocol.course.goal_and_end == "first_decision"
    return asked and goal_of(journey) is None
