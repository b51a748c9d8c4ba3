"""Entries of which there may be several: found by their time, and put in another's place."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar, cast

from pathway import civil
from pathway.facts import Pause, Vitals
from pathway.facts.corrections import (
    Completeness,
    Correctable,
    Entry,
    GivenDose,
    SideEffects,
)
from pathway.facts.safety import SuicideScreen
from pathway.facts.scores import Score
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused

OF_THE_JOURNEY = frozenset({Correctable.SCORES, Correctable.SCREEN})
"""Entries that hang on no treatment."""
MORE_THAN_A_TIME = OF_THE_JOURNEY | {
    Correctable.VITALS,
    Correctable.PAUSE,
    Correctable.DOSE,
    Correctable.COMPLETENESS,
    Correctable.SIDE_EFFECTS,
}
_SAME = timedelta(minutes=1)
"""A time is typed to the minute."""


def named(
    journey: Journey, treatment: Treatment | None, what: Correctable, said_at: datetime | None
) -> Entry:
    """The entry that a correction means.

    Raises:
        Refused: when there is none, or when it is not said which of several.
    """
    entries = tuple(_entries(journey, treatment, what))
    meant = [e for e in entries if said_at is None or abs(time_of(e, treatment) - said_at) < _SAME]
    if len(meant) == 1:
        return meant[0]
    if said_at is not None and (exactly := [e for e in meant if time_of(e, treatment) == said_at]):
        # Two of one instant: the later entry is the one that is looked at.
        return exactly[-1]
    words = what.value.replace("_", " ")
    if not entries:
        where = "" if what in OF_THE_JOURNEY else " in this treatment"
        raise Refused(Reason.NOT_RECORDED, f"No {words} is recorded{where}: record it.")
    zone = journey.calendar.zone
    times = (f"{civil.local(time_of(e, treatment), zone):%d %b %H:%M}" for e in entries[-8:])
    raise Refused(
        Reason.NOT_RECORDED,
        f"Say which entry by the time that it says (said_at). Recorded: {', '.join(times)}.",
    )


def _entries(journey: Journey, treatment: Treatment | None, what: Correctable) -> Iterator[Entry]:
    infusion = treatment.infusion if treatment else None
    match what:
        case Correctable.SCORES:
            yield from journey.scores
        case Correctable.SCREEN:
            yield from journey.screens
        case Correctable.VITALS if treatment:
            yield from treatment.vitals
        case Correctable.PAUSE if infusion:
            yield from infusion.pauses
        case Correctable.DOSE if infusion:
            amounts = (infusion.dose_mg_per_kg, infusion.milligrams, infusion.milligrams_given)
            yield GivenDose(**dict(zip(GivenDose.model_fields, amounts, strict=True)))
        case Correctable.COMPLETENESS if infusion and infusion.complete is not None:
            yield Completeness(
                complete=infusion.complete,
                stopped_for=infusion.stopped_for,
                end_reason=infusion.end_reason,
            )
        case Correctable.SIDE_EFFECTS if (
            treatment and infusion and treatment.side_effects is not None
        ):
            yield SideEffects(side_effects=treatment.side_effects)
        case _:
            return


def time_of(entry: Entry, treatment: Treatment | None) -> datetime:
    """When the entry says that it happened."""
    match entry:
        case Vitals():
            return entry.at
        case Pause():
            return entry.since
        case Score() | SuicideScreen():
            return entry.signed.happened_at
        case GivenDose() | Completeness() | SideEffects():
            assert treatment is not None  # noqa: S101 - they are an infusion's
            infusion = treatment.infusion
            assert infusion is not None  # noqa: S101 - without one nothing of it stands
            ended = isinstance(entry, Completeness) and infusion.ended_at
            return ended or infusion.started_at


def recorder_of(entry: Entry, treatment: Treatment | None) -> str | None:
    """Who recorded it; of a reading, or of side effects, that stands in the journal alone."""
    infusion = treatment.infusion if treatment else None
    match entry:
        case Vitals() | SideEffects():
            return None
        case GivenDose():
            return infusion.start_signed.by if infusion else None
        case Completeness():
            return infusion.end_signed.by if infusion and infusion.end_signed else None
        case _:
            return entry.signed.by


Kind = TypeVar("Kind", bound=Entry)


def put(entries: tuple[Kind, ...], was: Entry, instead: Entry | None) -> tuple[Kind, ...]:
    """The entries with one of them replaced by one of its kind, or without it."""
    place = entries.index(cast("Kind", was))
    new = () if instead is None else (cast("Kind", instead),)
    return (*entries[:place], *new, *entries[place + 1 :])
