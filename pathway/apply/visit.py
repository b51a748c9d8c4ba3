"""The day of treatment."""

from datetime import datetime, timedelta

from pathway import events as ev
from pathway.apply.base import change, with_treatment
from pathway.facts import SideEffect
from pathway.journey import Journey, Treatment

_LONGEST_STAY = timedelta(hours=24)
"""A leaving further away was that of another visit."""


@change.register
def _(event: ev.PreparationRecorded, journey: Journey) -> Journey:
    return with_treatment(journey, event.treatment, lambda _: {"preparation": event.preparation})


@change.register
def _(event: ev.ArrivalRecorded, journey: Journey) -> Journey:
    return with_treatment(journey, event.treatment, lambda _: {"arrival": event.arrival})


@change.register
def _(event: ev.PreflightRecorded, journey: Journey) -> Journey:
    return with_treatment(journey, event.treatment, lambda _: {"preflight": event.preflight})


@change.register
def _(event: ev.InfusionRecorded, journey: Journey) -> Journey:
    def recorded(treatment: Treatment) -> dict[str, object]:
        begins = treatment.infusion is None
        return {
            "infusion": event.infusion,
            **(_left_since(treatment, event.infusion.started_at) if begins else {}),
        }

    return with_treatment(journey, event.treatment, recorded)


def _left_since(treatment: Treatment, started_at: datetime) -> dict[str, object]:
    """A start entered after she left: that leaving was the end of this stay."""
    until = started_at + _LONGEST_STAY
    leavings = (d for d in treatment.left_unstarted if started_at <= d.signed.happened_at < until)
    left = next(leavings, None)
    if left is None:
        return {}
    others = tuple(d for d in treatment.left_unstarted if d is not left)
    return {"discharge": left, "left_unstarted": others}


@change.register
def _(event: ev.InfusionAborted, journey: Journey) -> Journey:
    # The treatment stands as before its start; the journal keeps what was read meanwhile.
    return with_treatment(
        journey,
        event.treatment,
        lambda t: {
            "aborted": (*t.aborted, event.infusion),
            "infusion": None,
            "preflight": None,
            "vitals": (),
            "side_effects": None,
            "rescue_drugs": None,
            "discharge": None,
            "discharge_signed": (),
        },
    )


@change.register
def _(event: ev.VitalsRecorded, journey: Journey) -> Journey:
    def read(treatment: Treatment) -> dict[str, object]:
        return {
            "vitals": (*treatment.vitals, *event.readings),
            "side_effects": _added(treatment.side_effects, event.side_effects),
            "rescue_drugs": _added(treatment.rescue_drugs, event.rescue_drugs),
        }

    return with_treatment(journey, event.treatment, read)


def _added(before: tuple[str, ...] | None, new: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What was said until now, each once; `none` is an answer, and adds nothing."""
    if new is None:
        return before
    said = (each for each in (*(before or ()), *new) if each.lower() != SideEffect.NONE)
    return tuple(dict.fromkeys(said))


@change.register
def _(event: ev.DischargeSigned, journey: Journey) -> Journey:
    return with_treatment(
        journey,
        event.treatment,
        lambda t: {"discharge_signed": (*t.discharge_signed, event.signed)},
    )


@change.register
def _(event: ev.DischargeRecorded, journey: Journey) -> Journey:
    def left(treatment: Treatment) -> dict[str, object]:
        if treatment.infusion is None:
            return {"left_unstarted": (*treatment.left_unstarted, event.discharge)}
        return {"discharge": event.discharge}

    return with_treatment(journey, event.treatment, left)


@change.register
def _(event: ev.DeviationsSigned, journey: Journey) -> Journey:
    return with_treatment(journey, event.treatment, lambda _: {"deviations_signed": event.signed})
