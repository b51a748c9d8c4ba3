"""`correct`: an entry is superseded with a reason, and what hung on it moves (rule 2)."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.apply import apply
from pathway.entries import MORE_THAN_A_TIME
from pathway.facts.corrections import Correctable, Superseded
from pathway.gates import past_or_current_treatment, require_past_moment, require_role, signed
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.rules.correcting import what_follows
from pathway.rules.correcting_entries import (
    ANYBODY,
    MAY_CORRECT,
    another_entry,
    what_it_raises,
    with_deviations,
)

_ORDER = (Correctable.INFUSION_START, Correctable.INFUSION_END, Correctable.DISCHARGE)
"""What comes after what on the day of treatment."""


@handle.register
def _(command: cmd.Correct, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    require_role(command, MAY_CORRECT.get(command.what, ANYBODY), "A correction of this")
    if command.what in MORE_THAN_A_TIME:
        corrected = another_entry(command, journey, now)
    else:
        corrected = _another_time(command, journey, now)
    yield corrected
    after = apply(journey, corrected)
    yield from what_follows(journey, after, command, now)
    yield from what_it_raises(journey, after, command, corrected.superseded, now)


def _another_time(command: cmd.Correct, journey: Journey, now: datetime) -> ev.EntryCorrected:
    treatment = past_or_current_treatment(journey, command)
    said_at, recorded_by = _entry(treatment, command.what)
    if (command.right_time is None) is not command.never_happened:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "Say when it really happened (right_time), or that it never did (never_happened).",
        )
    at = command.right_time
    if at is not None:
        require_past_moment(at, now)
        _in_order(treatment, command.what, at)
    else:
        _nothing_after(treatment, command.what)
    superseded = Superseded(
        what=command.what,
        said_at=said_at,
        recorded_by=recorded_by,
        now_at=at,
        reason=command.reason,
        corrected=signed(command, now),
    )
    return with_deviations(journey, treatment, superseded, now)


def _entry(treatment: Treatment, what: Correctable) -> tuple[datetime, str]:
    """When the entry says it happened, and who recorded it."""
    infusion = treatment.infusion
    match what:
        case Correctable.INFUSION_START if infusion:
            return infusion.started_at, infusion.start_signed.by
        case Correctable.INFUSION_END if infusion and infusion.ended_at and infusion.end_signed:
            return infusion.ended_at, infusion.end_signed.by
        case (
            Correctable.PREPARATION
            | Correctable.ARRIVAL
            | Correctable.DISCHARGE
            | Correctable.PSYCHOTHERAPY
        ):
            fact = getattr(treatment, what.value)
            if fact is not None:
                return fact.signed.happened_at, fact.signed.by
        case _:
            pass
    words = what.value.replace("_", " ")
    raise Refused(Reason.NOT_RECORDED, f"No {words} is recorded in this treatment: record it.")


def _times(treatment: Treatment) -> dict[Correctable, datetime | None]:
    infusion, discharge = treatment.infusion, treatment.discharge
    return {
        Correctable.INFUSION_START: infusion.started_at if infusion else None,
        Correctable.INFUSION_END: infusion.ended_at if infusion else None,
        Correctable.DISCHARGE: discharge.signed.happened_at if discharge else None,
    }


def _in_order(treatment: Treatment, what: Correctable, at: datetime) -> None:
    if what not in _ORDER:
        return
    times = _times(treatment)
    place = _ORDER.index(what)
    for other in _ORDER:
        stands = times[other]
        if stands is None or other is what:
            continue
        if (_ORDER.index(other) < place) is not (stands < at) and stands != at:
            raise Refused(
                Reason.OUT_OF_ORDER,
                f"This does not fit the {other.value.replace('_', ' ')} as it is recorded. Check "
                "the times, and correct that one first if it is wrong.",
            )


def _nothing_after(treatment: Treatment, what: Correctable) -> None:
    """What others hang on goes last."""
    times = _times(treatment)
    later = _ORDER[_ORDER.index(what) + 1 :] if what in _ORDER else ()
    stands = next((other for other in later if times[other] is not None), None)
    if stands or (what in _ORDER and treatment.psychotherapy is not None):
        name = stands.value.replace("_", " ") if stands else "psychotherapy session"
        raise Refused(Reason.OUT_OF_ORDER, f"The {name} hangs on it: correct that one first.")
    if treatment.decision is not None:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "A decision was taken on it: correct its time, or take a new decision instead.",
        )
