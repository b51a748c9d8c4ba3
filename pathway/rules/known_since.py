"""What is entered after a start and was known before it: a missing entry is no deviation.

An infusion on paper is recorded before the rest of its sheet. What comes after it takes away the
deviations that it answers, and adds those that it brings to light.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.apply import apply_all
from pathway.dosing import wrong_milligrams
from pathway.facts import Infusion
from pathway.journey import Journey
from pathway.preflight import SCORES_MISSING, entered_gates
from pathway.rules.deviating import nothing_to_sign, to_be_signed
from pathway.scores import fresh


def known_since(
    journey: Journey,
    happened: Iterable[ev.Event],
    command: cmd.Command,
    number: int,
    now: datetime,
) -> Iterator[ev.Event]:
    """The infusion with its deviations as they stand with these events, where they differ."""
    after = apply_all(journey, happened)
    treatment = after.numbered(number)
    infusion = treatment.infusion if treatment else None
    if treatment is None or infusion is None or command.happened_at > infusion.started_at:
        return
    was, stands = _against(journey, number, infusion), _against(after, number, infusion)
    # What a prescriber's override covered is covered still.
    kept = [d for d in infusion.deviations if d not in was]
    new = [d for d in stands if d not in infusion.overridden]
    deviations = tuple(dict.fromkeys([*kept, *new]))
    if deviations == infusion.deviations:
        return
    differs = infusion.model_copy(update={"deviations": deviations})
    recorded = ev.InfusionRecorded(at=now, treatment=number, infusion=differs)
    yield recorded
    added = [d for d in deviations if d not in infusion.deviations]
    yield from to_be_signed(after, treatment, added, now)
    yield from nothing_to_sign(apply_all(after, (recorded,)), number, now)


def _against(journey: Journey, number: int, infusion: Infusion) -> list[str]:
    treatment = journey.numbered(number)
    if treatment is None:
        return []
    gates = entered_gates(journey, treatment, infusion.started_at)
    shut = [gate.says for gate in gates if not gate.open]
    return [*wrong_milligrams(journey, treatment, infusion), *shut]


def scores_known(
    journey: Journey, happened: Iterable[ev.Event], at: datetime, now: datetime
) -> Iterator[ev.Event]:
    """Questionnaires of a time before a start, entered after it: they were not missing."""
    journey = apply_all(journey, happened)
    for treatment in journey.treatments:
        infusion = treatment.infusion
        if infusion is None or at > infusion.started_at:
            continue
        if SCORES_MISSING not in infusion.deviations or not fresh(journey, infusion.started_at):
            continue
        left = tuple(d for d in infusion.deviations if d != SCORES_MISSING)
        differs = infusion.model_copy(update={"deviations": left})
        recorded = ev.InfusionRecorded(at=now, treatment=treatment.number, infusion=differs)
        yield recorded
        yield from nothing_to_sign(apply_all(journey, (recorded,)), treatment.number, now)
