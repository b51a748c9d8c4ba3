"""Paused, in hospital, leaving; and back."""

from pathway import events as ev
from pathway.apply.base import change
from pathway.journey import Journey


@change.register
def _(event: ev.HospitalReported, journey: Journey) -> Journey:
    return journey.model_copy(update={"hospital": event.stay})


@change.register
def _(event: ev.HospitalLeft, journey: Journey) -> Journey:
    return journey.model_copy(update={"hospital": None})


@change.register
def _(event: ev.JourneyPaused, journey: Journey) -> Journey:
    return journey.model_copy(update={"pause": event.pause})


@change.register
def _(event: ev.JourneyResumed, journey: Journey) -> Journey:
    return journey.model_copy(update={"pause": None, "leaving": None})


@change.register
def _(event: ev.LeavingRecorded, journey: Journey) -> Journey:
    # What waited for the end of the pause will not come any more.
    return journey.model_copy(update={"leaving": event.leaving, "pause": None})
