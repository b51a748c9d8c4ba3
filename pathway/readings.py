"""What readings say: the baseline, the worst of them, and episodes that call the room.

An alert sounds once in an episode and again only if it got worse (clinic-life rules 13, 22).
Waymark is not a patient monitor: it looks at what is typed, the bedside alarms stay on.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from pathway.facts import Dissociation, Findings, Vitals
from pathway.journey import Journey, Treatment
from pathway.model import Instant, Model
from pathway.protocol import Alerts, MonitoringRules


class Concern(StrEnum):
    """What a reading can call the room for; seen by clinicians, never in a page."""

    SYSTOLIC_RISE = "systolic_rise"
    DIASTOLIC_RISE = "diastolic_rise"
    SATURATION = "saturation"
    SEDATION = "sedation"
    STOP_SYSTOLIC = "stop_systolic"
    STOP_DIASTOLIC = "stop_diastolic"
    STOP_SATURATION = "stop_saturation"
    STOP_FAST_HEART = "stop_fast_heart"
    STOP_SLOW_HEART = "stop_slow_heart"
    STOP_BREATHING = "stop_breathing"
    PRESSURE_WITH_SYMPTOMS = "pressure_with_symptoms"
    LASTING_DISSOCIATION = "lasting_dissociation"


STOPS = frozenset(c for c in Concern if c.startswith("stop_"))
STOPS_BY_PRESSURE = frozenset({Concern.STOP_SYSTOLIC, Concern.STOP_DIASTOLIC})
_PRESSURE = {Concern.SYSTOLIC_RISE, Concern.DIASTOLIC_RISE, *STOPS_BY_PRESSURE}


class Alarm(Model):
    """One time that a concern called the room: at its first reading, or when it got worse."""

    concern: Concern
    at: Instant
    by: float
    """How bad it was; more is worse."""


def in_order(readings: Sequence[Vitals]) -> tuple[Vitals, ...]:
    return tuple(sorted(readings, key=lambda reading: reading.at))


def baseline(treatment: Treatment) -> Vitals | None:
    """The last reading before the start; the preflight's, while nothing has started."""
    infusion = treatment.infusion
    before = [v for v in in_order(treatment.vitals) if not infusion or v.at <= infusion.started_at]
    if before:
        return before[-1]
    return treatment.preflight.reading if treatment.preflight else None


def standing_alarms(journey: Journey, treatment: Treatment) -> tuple[Alarm, ...]:
    """The alarms of every episode that its latest reading has not ended.

    Episodes begin at the start: what was read before it is the baseline that somebody started
    on, and mutes nothing in the chair (rule 13).
    """
    rules = journey.protocol.steps.monitoring
    before = baseline(treatment)
    open_ones: dict[Concern, tuple[Alarm, ...]] = {}
    for reading in _in_the_chair(treatment):
        for concern, by in _measured(rules, treatment, before, reading):
            so_far = open_ones.get(concern, ())
            if by is None:
                open_ones.pop(concern, None)
            elif not so_far or by >= so_far[-1].by + _worse(rules.alerts, concern):
                open_ones[concern] = (*so_far, Alarm(concern=concern, at=reading.at, by=by))
    return tuple(alarm for concern in Concern for alarm in open_ones.get(concern, ()))


def _in_the_chair(treatment: Treatment) -> tuple[Vitals, ...]:
    infusion, readings = treatment.infusion, in_order(treatment.vitals)
    return tuple(v for v in readings if infusion is None or v.at > infusion.started_at)


def _worse(alerts: Alerts, concern: Concern) -> float:
    """How much worse is worse: a reading that wavers must not call again and again."""
    if concern in _PRESSURE:
        return alerts.worse_by_mmhg
    if concern in {Concern.SATURATION, Concern.STOP_SATURATION}:
        return alerts.worse_by_percent
    return 1


def _measured(
    rules: MonitoringRules, treatment: Treatment, before: Vitals | None, reading: Vitals
) -> Iterator[tuple[Concern, float | None]]:
    """Each concern that this reading speaks about: how bad it is, or None where all is well."""
    yield from _rises(rules.alerts, before, reading)
    yield Concern.SATURATION, _below(reading.spo2_percent, rules.alerts.spo2_below_percent)
    if reading.moaas is not None:
        at_most = rules.alerts.moaas_at_most
        yield Concern.SEDATION, 5 - reading.moaas if reading.moaas <= at_most else None
    yield from _stops(rules, reading)
    pressure = any(by is not None for c, by in _pressures(rules, before, reading) if c in _PRESSURE)
    yield Concern.PRESSURE_WITH_SYMPTOMS, 1 if pressure and reading.symptoms else None
    infusion = treatment.infusion
    if infusion and reading.dissociation is not None:
        lasts = reading.at >= infusion.started_at + rules.minimum_from_start.value
        away = reading.dissociation is not Dissociation.NONE
        yield Concern.LASTING_DISSOCIATION, 1 if lasts and away else None


def _pressures(
    rules: MonitoringRules, before: Vitals | None, reading: Vitals
) -> Iterator[tuple[Concern, float | None]]:
    yield from _rises(rules.alerts, before, reading)
    yield from _stops(rules, reading)


def _rises(
    alerts: Alerts, before: Vitals | None, reading: Vitals
) -> Iterator[tuple[Concern, float | None]]:
    if before is None or reading.at <= before.at:
        return
    systolic = reading.systolic_mmhg - before.systolic_mmhg
    diastolic = reading.diastolic_mmhg - before.diastolic_mmhg
    yield Concern.SYSTOLIC_RISE, systolic if systolic >= alerts.systolic_rise_mmhg else None
    yield Concern.DIASTOLIC_RISE, diastolic if diastolic >= alerts.diastolic_rise_mmhg else None


def _stops(rules: MonitoringRules, reading: Vitals) -> Iterator[tuple[Concern, float | None]]:
    """The site's absolute limits; one that is not set never speaks."""
    limits = rules.stop_review
    heart, breathing = reading.heart_rate, reading.breathing_rate
    yield (
        Concern.STOP_SYSTOLIC,
        _above(reading.systolic_mmhg, limits.systolic_above_mmhg.value),
    )
    yield (
        Concern.STOP_DIASTOLIC,
        _above(reading.diastolic_mmhg, limits.diastolic_above_mmhg.value),
    )
    yield Concern.STOP_SATURATION, _below(reading.spo2_percent, limits.spo2_below_percent.value)
    yield Concern.STOP_FAST_HEART, _above(heart, limits.heart_rate_above.value)
    yield Concern.STOP_SLOW_HEART, _below(heart, limits.heart_rate_below.value)
    if breathing is not None:
        yield Concern.STOP_BREATHING, _below(breathing, limits.breathing_rate_below.value)


def stops_reached(rules: MonitoringRules, reading: Vitals) -> tuple[Concern, ...]:
    """The site's limits for stopping that this reading alone is past."""
    return tuple(concern for concern, by in _stops(rules, reading) if by is not None)


def _above(value: float, limit: float | None) -> float | None:
    return value - limit if limit is not None and value > limit else None


def _below(value: float, limit: float | None) -> float | None:
    return limit - value if limit is not None and value < limit else None


def findings(treatment: Treatment) -> Findings:
    """What all readings of a treatment come to, those that are no longer carried included."""
    kept, readings = treatment.findings, in_order(treatment.vitals)
    if not readings:
        return kept
    before = baseline(treatment)
    after = [v for v in readings if before is None or v.at > before.at] or list(readings)
    return Findings(
        readings=kept.readings + len(readings),
        baseline_systolic_mmhg=before.systolic_mmhg if before else kept.baseline_systolic_mmhg,
        baseline_diastolic_mmhg=before.diastolic_mmhg if before else kept.baseline_diastolic_mmhg,
        peak_systolic_mmhg=_most(kept.peak_systolic_mmhg, *(v.systolic_mmhg for v in after)),
        peak_diastolic_mmhg=_most(kept.peak_diastolic_mmhg, *(v.diastolic_mmhg for v in after)),
        lowest_spo2_percent=_least(kept.lowest_spo2_percent, *(v.spo2_percent for v in readings)),
        deepest_moaas=_least(kept.deepest_moaas, *(v.moaas for v in readings)),
        dissociation_minutes=_most(kept.dissociation_minutes, *_dissociated(treatment, readings)),
    )


def _dissociated(treatment: Treatment, readings: Sequence[Vitals]) -> Iterator[int]:
    if treatment.infusion is None:
        return
    for reading in readings:
        if reading.dissociation is Dissociation.NONE:
            yield 0
        elif reading.dissociation is not None:
            yield minutes_between(treatment.infusion.started_at, reading.at)


def minutes_between(since: datetime, until: datetime) -> int:
    return max(0, round((until - since).total_seconds() / 60))


def _most(*values: int | None) -> int | None:
    return max((v for v in values if v is not None), default=None)


def _least(*values: int | None) -> int | None:
    return min((v for v in values if v is not None), default=None)
