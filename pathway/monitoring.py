"""The stay after a start: until when, which readings, and what is missing before she may leave.

"Up to two hours" is the plan, so many minutes from the start the floor; criteria and signatures
are the end (clinic-life rules 13, 14). Pauses do not eat the observation.
"""

from collections.abc import Iterator
from datetime import datetime

from pathway.facts import Dissociation, Infusion, Signature, VisitSummary, Vitals
from pathway.journey import Journey, Treatment
from pathway.moments import Anchor
from pathway.protocol import Blocked, EscortWay, MustHave, ScreenAt
from pathway.readings import baseline, findings, in_order
from pathway.roles import NURSES, PRESCRIBERS, Role
from pathway.safety import blocking


def floor_of(journey: Journey, infusion: Infusion) -> datetime | None:
    """Before this moment nobody signs her off; None while the infusion has no end.

    The later of the minimum from the start and the minimum from the end, the first of them
    prolonged by what the infusion stood still (rule 13).
    """
    if infusion.ended_at is None:
        return None
    rules = journey.protocol.steps.monitoring
    paused = infusion.stood_still(infusion.ended_at)
    from_start = infusion.started_at + rules.minimum_from_start.value + paused
    from_end = rules.minimum_from_end.value
    return max(from_start, infusion.ended_at + from_end) if from_end else from_start


def next_reading_due(journey: Journey, treatment: Treatment) -> datetime | None:
    """When the next reading is due, without its grace; None when she is not in the chair."""
    infusion = treatment.infusion
    if infusion is None or treatment.discharge is not None:
        return None
    rules = journey.protocol.steps.monitoring.vitals
    since = [v.at for v in treatment.vitals if v.at >= infusion.started_at]
    last = max(since, default=infusion.started_at)
    running = infusion.ended_at is None or last < infusion.ended_at
    due = last + (rules.during_every if running else rules.after_every)
    peak = peak_due(journey, infusion)
    return peak if peak is not None and last < peak - rules.grace < peak < due else due


def peak_due(journey: Journey, infusion: Infusion) -> datetime | None:
    """When the blood pressure is expected at its highest, and read."""
    rules = journey.protocol.steps.monitoring.vitals
    if MustHave.PEAK not in rules.must_have:
        return None
    at = {Anchor.INFUSION_START: infusion.started_at, Anchor.INFUSION_END: infusion.ended_at}
    return rules.peak_at.resolve(at, journey.calendar.zone)


def readings_missing(journey: Journey, treatment: Treatment) -> Iterator[str]:
    """Readings that can no longer be taken: they are missing, and hold nobody."""
    rules = journey.protocol.steps.monitoring.vitals
    infusion = treatment.infusion
    if infusion is None:
        return
    if MustHave.BASELINE in rules.must_have and baseline(treatment) is None:
        yield "there is no reading from before the start"
    peak = peak_due(journey, infusion)
    if peak is None:
        return
    # A reading that came with the next regular one still shows the peak.
    latest = peak + rules.after_every + rules.grace
    if not any(peak - rules.grace <= v.at <= latest for v in treatment.vitals):
        yield "there is no reading from the time of the expected peak"


def missing_before_leaving(
    journey: Journey,
    treatment: Treatment,
    at: datetime,
    *,
    padss: int | None = None,
    pressure_note: bool = False,
    escort: EscortWay | None = None,
    escort_known: bool = False,
    printed_sheet: bool = False,
) -> list[str]:
    """Which criteria of a discharge are not met, by name and without what was found (rule 14)."""
    rules = journey.protocol.steps.monitoring.discharge
    last = _last_reading(journey, treatment, at)
    missing = []
    if last is None:
        missing.append("a reading from just before leaving")
    if rules.moaas > (-1 if last is None or last.moaas is None else last.moaas):
        missing.append("the patient is fully awake (moaas, with the last reading)")
    if padss is None or padss < rules.padss_min:
        missing.append(f"a discharge score (padss) of {rules.padss_min} or more")
    if not (pressure_note or _pressure_is_back(journey, treatment, last)):
        missing.append(
            f"a blood pressure within {rules.blood_pressure_within_percent} % above the baseline, "
            "or a clinician's note (pressure_note)"
        )
    if rules.dissociation_cleared and (not last or last.dissociation is not Dissociation.NONE):
        missing.append("dissociation has gone (dissociation=none, with the last reading)")
    if rules.suicide_screen and not _screened(journey, treatment):
        missing.append("the screen before leaving (record_screen)")
    if escort not in rules.escort or escort is EscortWay.AGAINST_ADVICE:
        missing.append("the way home (escort)")
    elif escort is EscortWay.OTHER_ADULT and not escort_known:
        missing.append(
            "the adult's name in the records, and that the phone was reached (escort_named, "
            "escort_reached)"
        )
    if rules.printed_sheet and not printed_sheet:
        missing.append("the printed sheet, and the numbers told in person (printed_sheet)")
    return [*missing, *blocking(journey, Blocked.DISCHARGE)]


def _last_reading(journey: Journey, treatment: Treatment, at: datetime) -> Vitals | None:
    """The reading before she leaves; an older one says nothing about now."""
    rules = journey.protocol.steps.monitoring.vitals
    if MustHave.DISCHARGE not in rules.must_have:
        return in_order(treatment.vitals)[-1] if treatment.vitals else None
    fresh = rules.after_every + rules.grace
    recent = [v for v in in_order(treatment.vitals) if at - fresh <= v.at <= at + rules.grace]
    return recent[-1] if recent else None


def _pressure_is_back(journey: Journey, treatment: Treatment, last: Vitals | None) -> bool:
    before = baseline(treatment)
    if before is None or last is None:
        return False
    within = 100 + journey.protocol.steps.monitoring.discharge.blood_pressure_within_percent
    return (
        last.systolic_mmhg * 100 <= before.systolic_mmhg * within
        and last.diastolic_mmhg * 100 <= before.diastolic_mmhg * within
    )


def _screened(journey: Journey, treatment: Treatment) -> bool:
    infusion = treatment.infusion
    return infusion is not None and any(
        s.asked_at is ScreenAt.DISCHARGE
        and s.treatment == treatment.number
        and s.signed.happened_at >= infusion.started_at
        for s in journey.screens
    )


def unsigned(journey: Journey, signatures: tuple[Signature, ...]) -> list[Role]:
    """Whose signature on a discharge is missing; nobody signs for two."""
    left = list(signatures)
    missing = []
    # The rarer hand first: a prescriber may sign as a nurse, a nurse never as a prescriber.
    asked = sorted(journey.protocol.steps.monitoring.signed_by, key=lambda r: r not in PRESCRIBERS)
    for role in asked:
        found = next((s for s in left if _may_sign_as(s.role, role)), None)
        if found is None:
            missing.append(role)
        else:
            left = [s for s in left if s.by != found.by]
    return missing


def _may_sign_as(role: Role, asked: Role) -> bool:
    if asked in PRESCRIBERS:
        return role in PRESCRIBERS
    return role in NURSES if asked in NURSES else role is asked


def visit_summary(treatment: Treatment) -> VisitSummary:
    """One treatment in one row, for the decision page; what is missing stays missing."""
    infusion = treatment.infusion
    ran = infusion.ran_for if infusion else None
    return VisitSummary(
        treatment=treatment.number,
        dose_mg_per_kg=infusion.dose_mg_per_kg if infusion else None,
        milligrams=infusion.milligrams if infusion else None,
        milligrams_given=infusion.milligrams_given if infusion else None,
        minutes=round(ran.total_seconds() / 60) if ran is not None else None,
        complete=infusion.complete if infusion else None,
        findings=findings(treatment),
        side_effects=treatment.side_effects,
        rescue_drugs=treatment.rescue_drugs,
    )
