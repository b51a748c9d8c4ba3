"""Screens, flags, assessments; texts on hold, and a death."""

from collections.abc import Collection
from datetime import datetime

from pathway import events as ev
from pathway.apply.base import change, said_before, with_treatment
from pathway.escalation import Ending
from pathway.facts.safety import result_of
from pathway.journey import Journey, JourneyEnd, PutAway

SCREENS_KEPT = 12
"""Screens a journey carries along; older ones are in the journal."""
FLAGS_KEPT = 20


@change.register
def _(event: ev.ScreenRecorded, journey: Journey) -> Journey:
    screen = event.screen
    screens = (*journey.screens, screen)[-SCREENS_KEPT:]
    changed = journey.model_copy(update={"screens": screens})
    if screen.treatment is None:
        return changed
    # Its result stays with its treatment, however many screens there were since.
    return with_treatment(
        changed, screen.treatment, lambda t: {"screens": (*t.screens, result_of(screen))}
    )


@change.register
def _(event: ev.FlagRaised, journey: Journey) -> Journey:
    closed = tuple(f for f in journey.flags if not f.open)[-FLAGS_KEPT:]
    standing = tuple(f for f in journey.flags if f.open)
    return journey.model_copy(
        update={
            "flags": (*closed, *standing, event.flag),
            "flags_raised": journey.flags_raised + 1,
        }
    )


@change.register
def _(event: ev.RiskAssessed, journey: Journey) -> Journey:
    every = [f.id for f in journey.flags] if event.lifts is None else event.lifts
    standing = journey.risk
    # What is entered late takes nothing from what was said since.
    newer = standing is None or said_before(standing.signed, event.assessment.signed)
    return _lifted(journey, every, event.at).model_copy(
        update={"risk": event.assessment if newer else standing}
    )


@change.register
def _(event: ev.FlagReviewed, journey: Journey) -> Journey:
    return _lifted(journey, (event.flag,), event.at)


def _lifted(journey: Journey, names: Collection[str], at: datetime) -> Journey:
    assessed = {"assessed_at": at}
    flags = tuple(
        f.model_copy(update=assessed) if f.open and f.id in names else f for f in journey.flags
    )
    return journey.model_copy(update={"flags": flags})


@change.register
def _(event: ev.AdverseEventReported, journey: Journey) -> Journey:
    return journey.model_copy(
        update={"adverse_events": (*journey.adverse_events, event.adverse_event)}
    )


@change.register
def _(event: ev.DoseHeld, journey: Journey) -> Journey:
    return journey.model_copy(update={"dose_holds": (*journey.dose_holds, event.hold)})


@change.register
def _(event: ev.DoseHoldLifted, journey: Journey) -> Journey:
    left = tuple(h for h in journey.dose_holds if h.item != event.item)
    return journey.model_copy(update={"dose_holds": left})


@change.register
def _(event: ev.DisclosureRecorded, journey: Journey) -> Journey:
    # It stands in the journal, which is where a privacy officer looks; no rule needs it.
    return journey


@change.register
def _(event: ev.TextsHeld, journey: Journey) -> Journey:
    return journey.model_copy(update={"hold": event.hold})


@change.register
def _(event: ev.TextsReleased, journey: Journey) -> Journey:
    return journey.model_copy(update={"hold": None})


@change.register
def _(event: ev.DeathReported, journey: Journey) -> Journey:
    # Death alone closes everything, as moot: nobody is called, nothing is sent.
    closed = {"closed": Ending.MOOT, "closed_at": event.at, "closed_by": event.signed.by}
    return journey.model_copy(
        update={
            "deceased_at": event.at,
            "put_away": PutAway(
                escalations=tuple(e.id for e in journey.open_escalations),
                tasks=journey.tasks,
                doubtful=journey.doubtful,
                end=journey.end,
            ),
            "escalations": tuple(
                e.model_copy(update=closed) if e.open else e for e in journey.escalations
            ),
            "tasks": (),
            "doubtful": (),
            "end": JourneyEnd(outcome="deceased", at=event.at),
        }
    )


@change.register
def _(event: ev.DeathRetracted, journey: Journey) -> Journey:
    # It was another patient: what was put away is there again, and late where its time went by.
    before = journey.put_away or PutAway()
    opened = {"closed": None, "closed_at": None, "closed_by": None}
    return journey.model_copy(
        update={
            "deceased_at": None,
            "put_away": None,
            "escalations": tuple(
                e.model_copy(update=opened) if e.id in before.escalations else e
                for e in journey.escalations
            ),
            "tasks": (*before.tasks, *journey.tasks),
            "doubtful": before.doubtful,
            "end": before.end,
        }
    )
