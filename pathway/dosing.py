"""The dose of a start: bounds in the protocol's unit, milligrams, and who confirmed them.

And how long it ran, once it has ended.
"""

import math
from collections.abc import Iterator

from pathway import commands as cmd
from pathway.facts import Infusion
from pathway.journey import Journey, Treatment
from pathway.preflight import ordered_dose
from pathway.protocol import Dose, DoseUnit

_SAME = 1e-6
"""Milligrams are decimal fractions: two that print alike must compare alike."""


def milligrams_of(dose: Dose, mg_per_kg: float, weight_kg: float) -> float:
    """Milligrams as they are shown and drawn up: rounded, a half upwards."""
    return math.floor(mg_per_kg * weight_kg / dose.rounding_mg + 0.5) * dose.rounding_mg


def dose_problems(
    journey: Journey, treatment: Treatment, command: cmd.StartInfusion
) -> Iterator[str]:
    """Why this dose may not be given, in words (rule 12)."""
    dose = journey.protocol.course.dose
    yield from _bounds(dose, command)
    yield from _milligrams(journey, treatment, command)
    if journey.protocol.steps.infusion.dose_check == "two_people":
        if command.confirmed_by is None:
            yield "the milligrams are not confirmed by a second person (confirmed_by)"
        elif command.confirmed_by == command.by:
            yield "the milligrams are confirmed by a second person, not by the one who starts"


def entered_dose_problems(
    journey: Journey, treatment: Treatment, infusion: Infusion
) -> Iterator[str]:
    """The same of an infusion as it is entered, after a correction too."""
    as_started = cmd.StartInfusion(
        key="as-entered",
        by=infusion.start_signed.by,
        role=infusion.start_signed.role,
        happened_at=infusion.started_at,
        treatment=treatment.number,
        dose_mg_per_kg=infusion.dose_mg_per_kg,
        milligrams=infusion.milligrams,
        confirmed_by=infusion.confirmed_by,
    )
    yield from dose_problems(journey, treatment, as_started)


def _given(dose: Dose, command: cmd.StartInfusion) -> float | None:
    return command.dose_mg_per_kg if dose.unit is DoseUnit.MG_PER_KG else command.milligrams


def _bounds(dose: Dose, command: cmd.StartInfusion) -> Iterator[str]:
    given, unit = _given(dose, command), dose.unit.replace("_per_", "/")
    if given is None:
        yield f"the dose is missing, in {unit}"
        return
    low, high = dose.min.value, dose.max.value
    if (low and given < low) or (high and given > high):
        yield f"the protocol allows {low} to {high} {unit}"
    elif dose.choices and given not in dose.choices:
        yield f"there are doses of {', '.join(f'{c:g}' for c in dose.choices)} {unit}"


def _milligrams(
    journey: Journey, treatment: Treatment, command: cmd.StartInfusion
) -> Iterator[str]:
    dose = journey.protocol.course.dose
    if dose.unit is DoseUnit.MG:
        if command.dose_mg_per_kg is not None:
            yield "this protocol has no dose by weight: give milligrams alone"
        return
    if command.milligrams is None:
        right = computed(journey, treatment, command.dose_mg_per_kg)
        be = "they are shown" if right is None else f"at the weight recorded today {right:g} mg"
        yield f"the milligrams are missing: {be}, and confirmed by two people"
        return
    yield from wrong_milligrams(journey, treatment, command)


def wrong_milligrams(
    journey: Journey, treatment: Treatment, given: cmd.StartInfusion | Infusion
) -> Iterator[str]:
    """That the milligrams are not those of her weight; without it nothing can be compared."""
    right = computed(journey, treatment, given.dose_mg_per_kg)
    if right is None or given.milligrams is None:
        return
    if abs(right - given.milligrams) > _SAME:
        yield (
            f"{given.dose_mg_per_kg:g} mg/kg at the weight recorded today are {right:g} mg, not "
            f"{given.milligrams:g} mg"
        )


def computed(journey: Journey, treatment: Treatment, mg_per_kg: float | None) -> float | None:
    """The milligrams of a dose at her weight of the preflight, where both are known."""
    dose = journey.protocol.course.dose
    weight = treatment.preflight.weight_kg if treatment.preflight else None
    if dose.unit is DoseUnit.MG or weight is None or mg_per_kg is None:
        return None
    return milligrams_of(dose, mg_per_kg, weight)


def shown(journey: Journey, treatment: Treatment, mg_per_kg: float | None = None) -> str | None:
    """The sum that two people confirm, with her weight in kilograms and pounds (rule 12).

    Args:
        mg_per_kg: another dose than the one that is ordered, or the first.
    """
    dose = journey.protocol.course.dose
    wanted = mg_per_kg or ordered_dose(journey, treatment) or dose.start.value
    right = computed(journey, treatment, wanted)
    preflight = treatment.preflight
    if right is None or preflight is None:
        return None
    kg, lb = preflight.weight_kg, preflight.weight_lb
    return f"{wanted:g} mg/kg x {kg:g} kg ({lb:g} lb) = {right:g} mg"


def not_as_ordered(
    journey: Journey, treatment: Treatment, command: cmd.StartInfusion
) -> Iterator[str]:
    """A gate: another dose than the decision ordered needs a prescriber's word."""
    ordered = ordered_dose(journey, treatment)
    given = _given(journey.protocol.course.dose, command)
    if ordered is not None and given is not None and abs(ordered - given) > _SAME:
        yield "the dose is not the one that the last decision ordered"


def unusual_time(journey: Journey, ended: Infusion) -> Iterator[str]:
    """What is unusual about how an infusion ended: too much, too short or too long.

    Pauses do not count.
    """
    given, drawn_up = ended.milligrams_given, ended.milligrams
    if given is not None and drawn_up is not None and given > drawn_up:
        yield f"{given:g} mg were given, and {drawn_up:g} mg were drawn up"
    allowed = journey.protocol.steps.infusion.allowed
    ran = ended.ran_for
    if not ended.complete or ran is None or allowed.shortest <= ran <= allowed.longest:
        return
    minutes, low, high = (
        round(span.total_seconds() / 60) for span in (ran, allowed.shortest, allowed.longest)
    )
    yield f"it ran for {minutes} minutes; the protocol allows {low} to {high}"
