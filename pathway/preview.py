"""What a command would do, before anybody gives it: which dates and texts would move."""

from collections.abc import Iterator
from datetime import datetime

from pathway import dosing
from pathway.admit import rehearse
from pathway.agenda import agenda
from pathway.apply import apply_all
from pathway.commands import COMMANDS, Command, StartInfusion
from pathway.decision_rows import treatment_row
from pathway.journey import Journey
from pathway.model import Instant, Model
from pathway.progress import progress
from pathway.refusals import Refused


class PreviewRequest(Model):
    """A command by its name and fields."""

    command: str
    fields: dict[str, object]


class Moved(Model):
    """One item of the agenda that comes, goes, or changes its time."""

    line: str
    was_at: Instant | None = None
    will_be_at: Instant | None = None


class Figure(Model):
    """One number or word of the decision page that would change; None is not recorded."""

    name: str
    treatment: int | None = None
    was: str | None = None
    will_be: str | None = None


class Preview(Model):
    """The refusal, or what would happen."""

    refused: str | None = None
    happens: tuple[str, ...] = ()
    """The kinds of the events; none where it changes nothing, or its key was answered before."""
    moves: tuple[Moved, ...] = ()
    figures: tuple[Figure, ...] = ()
    """What the decision page would say otherwise."""
    closes: tuple[str, ...] = ()
    """Escalations that would close."""
    dose: str | None = None
    """Of a start: the milligrams of this dose at her weight, as two people confirm them."""


def requested(request: PreviewRequest) -> Command:
    """The command that a request means.

    Raises:
        ValueError: when no command has this name, or its fields do not fit.
    """
    command = next((c for c in COMMANDS if c.name == request.command), None)
    if command is None:
        raise ValueError(f"there is no command {request.command}")
    return command.model_validate(request.fields)


def preview(journey: Journey, command: Command, now: datetime) -> Preview:
    """What this command would do now. Nothing is changed."""
    try:
        happened = rehearse(journey, command, now)
    except Refused as refused:
        return Preview(refused=refused.sentence, dose=_dose(journey, command))
    after = apply_all(journey, happened)
    closed = {e.id for e in journey.open_escalations} - {e.id for e in after.open_escalations}
    return Preview(
        happens=tuple(event.kind for event in happened),
        moves=_moves(journey, after),
        figures=tuple(_figures(journey, after)),
        closes=tuple(e.id for e in journey.open_escalations if e.id in closed),
        dose=_dose(journey, command),
    )


def _dose(journey: Journey, command: Command) -> str | None:
    if not isinstance(command, StartInfusion):
        return None
    treatment = journey.numbered(command.treatment)
    return dosing.shown(journey, treatment, command.dose_mg_per_kg) if treatment else None


def _moves(before: Journey, after: Journey) -> tuple[Moved, ...]:
    was = [(i.line, i.at) for i in agenda(before)]
    will = [(i.line, i.at) for i in agenda(after)]
    gone = [each for each in was if each not in will]
    new = [each for each in will if each not in was]
    moved = []
    for line, at in gone:
        follows = next((each for each in new if each[0] == line), None)
        if follows:
            new.remove(follows)
        moved.append(Moved(line=line, was_at=at, will_be_at=follows[1] if follows else None))
    moved += [Moved(line=line, will_be_at=at) for line, at in new]
    return tuple(sorted(moved, key=lambda m: m.will_be_at or m.was_at or before.opened_at))


def _figures(before: Journey, after: Journey) -> Iterator[Figure]:
    yield from _changed(None, progress(before), progress(after))
    for was in before.treatments:
        will = after.numbered(was.number)
        if will is not None:
            rows = treatment_row(before, was), treatment_row(after, will)
            yield from _changed(was.number, *rows)


def _changed(number: int | None, before: Model, after: Model) -> Iterator[Figure]:
    was, will = dict(_flat(before)), dict(_flat(after))
    for name, value in was.items():
        new = will.get(name)
        if new != value:
            yield Figure(
                name=name,
                treatment=number,
                was=None if value is None else str(value),
                will_be=None if new is None else str(new),
            )


def _flat(model: Model) -> Iterator[tuple[str, object]]:
    """Fields and those inside them, by their own names."""
    for name, value in model:
        if isinstance(value, Model):
            yield from _flat(value)
        else:
            yield name, value
