"""A corrected entry: the fact changes its time or goes, the old one is kept to be read."""

from collections.abc import Iterator
from datetime import datetime

from pathway import events as ev
from pathway.apply.base import change, with_treatment
from pathway.entries import OF_THE_JOURNEY, put
from pathway.facts import Discharge, Infusion, Pause, Signature, Vitals
from pathway.facts.corrections import (
    Completeness,
    Correctable,
    Entry,
    GivenDose,
    SideEffects,
    Superseded,
)
from pathway.facts.safety import SuicideScreen, result_of
from pathway.facts.scores import Score
from pathway.journey import Journey, Treatment
from pathway.known import as_corrected

KEPT = 20
"""Corrected scores and screens that a journey carries along; the journal has them all."""


@change.register
def _(event: ev.EntryCorrected, journey: Journey) -> Journey:
    superseded = event.superseded
    if superseded.what in OF_THE_JOURNEY:
        kept = (*journey.superseded, superseded)[-KEPT:]
        update = {**_of_journey(journey, superseded), "superseded": kept}
        return _known_still(journey.model_copy(update=update), superseded)
    return with_treatment(journey, event.treatment, lambda t: _with_correction(t, event))


def _with_correction(treatment: Treatment, event: ev.EntryCorrected) -> dict[str, object]:
    superseded = event.superseded
    fields = corrected(treatment, superseded)
    infusion = fields.get("infusion", treatment.infusion)
    if event.deviations is not None and isinstance(infusion, Infusion):
        fields["infusion"] = infusion.model_copy(update={"deviations": event.deviations})
    left = fields.get("discharge", treatment.discharge)
    if event.discharge_deviations is not None and isinstance(left, Discharge):
        fields["discharge"] = left.model_copy(update={"deviations": event.discharge_deviations})
    return {**fields, "superseded": (*treatment.superseded, superseded)}


def _of_journey(journey: Journey, superseded: Superseded) -> dict[str, object]:
    assert superseded.was is not None  # noqa: S101 - scores and screens are kept whole
    was, instead = superseded.was, superseded.instead
    if isinstance(was, SuicideScreen):
        fields = {"screens": put(journey.screens, was, instead)}
        return {**fields, "treatments": tuple(_screened(journey, was, instead))}
    scores = put(journey.scores, was, instead)
    latest = next((s.item9 for s in reversed(scores) if s.item9 is not None), None)
    return {"scores": scores, "item9": latest}


def _known_still(journey: Journey, superseded: Superseded) -> Journey:
    """What was known to the assessor follows the entry as it now stands (rules 2, 18)."""
    was = superseded.was
    if journey.risk is None or not isinstance(was, Score | SuicideScreen):
        return journey
    return journey.model_copy(update={"risk": as_corrected(journey, was)})


def _screened(journey: Journey, was: SuicideScreen, instead: Entry | None) -> Iterator[Treatment]:
    """The treatments, with the result of the corrected screen in its own."""
    right = result_of(instead) if isinstance(instead, SuicideScreen) else None
    for treatment in journey.treatments:
        old = result_of(was)
        if treatment.number != was.treatment or old not in treatment.screens:
            yield treatment
            continue
        place = treatment.screens.index(old)
        new = (right,) if right else ()
        screens = (*treatment.screens[:place], *new, *treatment.screens[place + 1 :])
        yield treatment.model_copy(update={"screens": screens})


def corrected(treatment: Treatment, superseded: Superseded) -> dict[str, object]:
    """The fields of a treatment with one entry as it really was, or without it."""
    at = superseded.now_at
    match superseded.what:
        case Correctable.PREPARATION:
            return {"preparation": _at(treatment.preparation, at)}
        case Correctable.ARRIVAL:
            return {"arrival": _at(treatment.arrival, at)}
        case Correctable.DISCHARGE:
            return {"discharge": _at(treatment.discharge, at)}
        case Correctable.PSYCHOTHERAPY:
            return {"psychotherapy": _at(treatment.psychotherapy, at)}
        case Correctable.INFUSION_START:
            return {"infusion": _infusion(treatment, "started_at", at)}
        case Correctable.INFUSION_END:
            return {"infusion": _infusion(treatment, "ended_at", at)}
        case _:
            return _replaced(treatment, superseded)


def _replaced(treatment: Treatment, superseded: Superseded) -> dict[str, object]:
    was, instead, infusion = superseded.was, superseded.instead, treatment.infusion
    match was:
        case Vitals():
            fields: dict[str, object] = {"vitals": put(treatment.vitals, was, instead)}
            preflight = treatment.preflight
            if preflight and preflight.reading == was:
                fields["preflight"] = preflight.model_copy(update={"reading": instead})
            return fields
        case Pause() if infusion:
            pauses = put(infusion.pauses, was, instead)
            return {"infusion": infusion.model_copy(update={"pauses": pauses})}
        case GivenDose() | Completeness() if infusion and instead:
            return {"infusion": infusion.model_copy(update=dict(instead))}
        case SideEffects() if instead:
            return dict(instead)
        case _:
            return {}


def _at(fact: object, at: datetime | None) -> object:
    signed = getattr(fact, "signed", None)
    if at is None or not isinstance(signed, Signature):
        return None
    moved = signed.model_copy(update={"happened_at": at})
    return fact.model_copy(update={"signed": moved})  # type: ignore[attr-defined]


def _infusion(treatment: Treatment, field: str, at: datetime | None) -> object:
    infusion = treatment.infusion
    if infusion is None or (at is None and field == "started_at"):
        return None
    # Without its end it is running again, until the end is recorded.
    gone = {"complete": None, "end_reason": None, "end_signed": None} if at is None else {}
    return infusion.model_copy(update={field: at, **gone})
