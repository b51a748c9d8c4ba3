"""A corrected entry that is more than a time: a reading, a pause, a dose, scores, a screen."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pathway import commands as cmd
from pathway import events as ev
from pathway.apply import apply
from pathway.dosing import entered_dose_problems, unusual_time
from pathway.entries import OF_THE_JOURNEY, named, recorder_of, time_of
from pathway.facts import Infusion, Pause, SideEffect, Vitals
from pathway.facts.corrections import (
    Completeness,
    Correctable,
    Entry,
    GivenDose,
    SideEffects,
    Superseded,
)
from pathway.facts.safety import SuicideScreen
from pathway.facts.scores import Score
from pathway.follow_up import relapse_line
from pathway.gates import past_or_current_treatment, require_past_moment, signed
from pathway.journey import Journey, Treatment
from pathway.protocol import Tier
from pathway.readings import standing_alarms
from pathway.refusals import Reason, Refused
from pathway.roles import CLINICIANS, NURSES, Role
from pathway.rules.deviating import deviations_changed
from pathway.rules.known_since import scores_known
from pathway.rules.left_otherwise import by_its_times
from pathway.rules.monitoring import alarmed
from pathway.safety import flagged, in_the_chair, is_known, item9, tier_of
from pathway.scoring import gad7_total, phq9_total

ANYBODY = CLINICIANS | {Role.COORDINATOR}
MAY_CORRECT = {
    Correctable.VITALS: CLINICIANS,
    Correctable.SCREEN: CLINICIANS,
    Correctable.PAUSE: NURSES,
    Correctable.DOSE: NURSES,
    Correctable.COMPLETENESS: NURSES,
    Correctable.SIDE_EFFECTS: CLINICIANS,
}
"""Who records it may correct it."""


def another_entry(command: cmd.Correct, journey: Journey, now: datetime) -> ev.EntryCorrected:
    """The correction of an entry that is more than a time, kept whole beside the right one."""
    treatment = journey.numbered(command.treatment)
    if command.what not in OF_THE_JOURNEY:
        treatment = past_or_current_treatment(journey, command)
    was = named(journey, treatment, command.what, command.said_at)
    instead = None if command.never_happened else _instead(command, was)
    _may_stand(command, treatment, was, instead)
    at = time_of(instead, treatment) if instead else None
    if at is not None:
        require_past_moment(at, now)
    superseded = Superseded(
        what=command.what,
        said_at=time_of(was, treatment),
        recorded_by=recorder_of(was, treatment),
        now_at=at,
        was=was,
        instead=instead,
        reason=command.reason,
        corrected=signed(command, now),
    )
    if treatment is None or command.what in OF_THE_JOURNEY:
        return ev.EntryCorrected(
            at=now,
            treatment=command.treatment,
            superseded=superseded,
            phq9=command.phq9,
            gad7=command.gad7,
        )
    return with_deviations(journey, treatment, superseded, now)


def with_deviations(
    journey: Journey, treatment: Treatment, superseded: Superseded, now: datetime
) -> ev.EntryCorrected:
    """The correction, and how infusion and leaving then differ from the protocol."""
    corrected = ev.EntryCorrected(at=now, treatment=treatment.number, superseded=superseded)
    after = apply(journey, corrected).numbered(treatment.number)
    if after is None or after.infusion is None or treatment.infusion is None:
        return corrected
    before = list(_differs(journey, treatment, treatment.infusion))
    kept = [d for d in treatment.infusion.deviations if d not in before]
    found = (*kept, *_differs(journey, after, after.infusion))
    changed = {} if found == treatment.infusion.deviations else {"deviations": found}
    left = _leaving_differs(journey, treatment, after)
    return corrected.model_copy(update={**changed, "discharge_deviations": left})


def _leaving_differs(
    journey: Journey, before: Treatment, after: Treatment
) -> tuple[str, ...] | None:
    """How her leaving differs by the corrected times, None where that is as it was.

    What has become of her since, a flag that is open now, is none of the correction's.
    """
    was, left = before.discharge, after.discharge
    if was is None or left is None:
        return None
    then = by_its_times(journey, before, was)
    now = by_its_times(journey, after, left)
    kept = [d for d in was.deviations if d in now or d not in then]
    new = [d for d in now if d not in then and d not in kept]
    found = (*kept, *new)
    return None if found == was.deviations else found


def _differs(journey: Journey, treatment: Treatment, infusion: Infusion) -> Iterator[str]:
    yield from entered_dose_problems(journey, treatment, infusion)
    yield from unusual_time(journey, infusion)


def _instead(command: cmd.Correct, was: Entry) -> Entry:
    said = _said(command, was)
    if not said:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "Say what it really was, when it really happened (right_time), or that it never did "
            "(never_happened).",
        )
    return was.model_copy(update=said)


def _said(command: cmd.Correct, was: Entry) -> dict[str, Any]:
    """What the correction says otherwise, by the fields of the entry."""
    at = command.right_time
    match was:
        case Vitals():
            return _reading(command, was)
        case Pause():
            return _given(since=at, until=command.pause_until)
        case GivenDose():
            return _amounts(command, was)
        case Completeness():
            return _completeness(command)
        case SideEffects():
            return {} if command.side_effects is None else _side_effects(command.side_effects)
        case Score():
            return _given(
                phq9=phq9_total(command.phq9) if command.phq9 else None,
                gad7=gad7_total(command.gad7) if command.gad7 else None,
                item9=command.phq9.self_harm if command.phq9 else None,
                mood=command.mood,
                signed=was.signed.model_copy(update={"happened_at": at}) if at else None,
            )
        case SuicideScreen():
            signature = was.signed.model_copy(update={"happened_at": at}) if at else None
            return _given(answers=command.answers, signed=signature)


def _given(**fields: object) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _reading(command: cmd.Correct, was: Vitals) -> dict[str, Any]:
    if not command.readings:
        return _given(at=command.right_time)
    if len(command.readings) > 1:
        raise Refused(Reason.OUT_OF_ORDER, "One reading is corrected at a time: say what it was.")
    (reading,) = command.readings
    # Typed without a time of its own, a reading says when the command was given.
    said = was.at if reading.at == command.happened_at else reading.at
    return {**dict(reading), "at": command.right_time or said}


def _amounts(command: cmd.Correct, was: GivenDose) -> dict[str, Any]:
    said = _given(**{name: getattr(command, name) for name in GivenDose.model_fields})
    whole = was.milligrams is not None and was.milligrams_given == was.milligrams
    if whole and "milligrams" in said:
        # All of it was given, and still is.
        said.setdefault("milligrams_given", said["milligrams"])
    return said


def _completeness(command: cmd.Correct) -> dict[str, Any]:
    said = _given(stopped_for=command.stopped_for, end_reason=command.end_reason)
    if command.complete:
        # Nothing stopped it.
        return {"complete": True, "stopped_for": None, "end_reason": None}
    return said if command.complete is None else {"complete": False, **said}


def _side_effects(said: tuple[SideEffect, ...]) -> dict[str, Any]:
    seen = tuple(dict.fromkeys(each for each in said if each is not SideEffect.NONE))
    return {"side_effects": seen}


def _may_stand(
    command: cmd.Correct, treatment: Treatment | None, was: Entry, instead: Entry | None
) -> None:
    infusion = treatment.infusion if treatment else None
    if isinstance(was, GivenDose | Completeness | SideEffects) and command.never_happened:
        raise Refused(
            Reason.OUT_OF_ORDER,
            "No infusion is without its dose and its end: say what it really was, or correct the "
            "start or the end.",
        )
    if isinstance(instead, Completeness):
        _ends_as(instead)
    if isinstance(instead, GivenDose) and (instead.milligrams_given or 0) > (
        instead.milligrams or instead.milligrams_given or 0
    ):
        raise Refused(Reason.DOSE, "More was given than was drawn up. Check the milligrams.")
    if isinstance(instead, Pause) and infusion is not None:
        _pause_fits(infusion, was, instead)


def _ends_as(instead: Completeness) -> None:
    if instead.complete and instead.stopped_for:
        raise Refused(
            Reason.OUT_OF_ORDER, "A complete infusion was not stopped: say that it was partial."
        )
    if not instead.complete and instead.end_reason is None:
        raise Refused(Reason.OUT_OF_ORDER, "A partial infusion needs its reason (end_reason).")


def _pause_fits(infusion: Infusion, was: Entry, instead: Pause) -> None:
    latest = infusion.ended_at or instead.until or instead.since
    ends = instead.until or latest
    fits = infusion.started_at <= instead.since <= ends <= latest
    others = (p for p in infusion.pauses if p != was)
    if not fits or any(instead.since < (p.until or latest) and p.since < ends for p in others):
        raise Refused(
            Reason.OUT_OF_ORDER,
            "A pause lies between the start and the end, and outside the other pauses. Check the "
            "times.",
        )


def what_it_raises(
    before: Journey, after: Journey, command: cmd.Correct, superseded: Superseded, now: datetime
) -> Iterator[ev.Event]:
    """What the right entry would have raised, where it is graver than the wrong one.

    A flag that the wrong one raised stays: that takes a clinician's assessment (rule 18).
    """
    was, instead, by = superseded.was, superseded.instead, signed(command, now)
    yield from deviations_changed(before, after, command, now)
    match superseded.what:
        case Correctable.SCORES if isinstance(was, Score):
            value = instead.item9 if isinstance(instead, Score) else None
            if value is not None and value > (was.item9 or 0):
                yield from item9(before, value, by, now, remote=was.remote)
            yield from relapse_line(before, after, now)
            if isinstance(instead, Score):
                yield from scores_known(after, (), instead.signed.happened_at, now)
        case Correctable.SCREEN if isinstance(was, SuicideScreen):
            if isinstance(instead, SuicideScreen) and _graver((before, was), (after, instead)):
                yield from flagged(after, instead, by, now)
        case Correctable.VITALS | Correctable.INFUSION_START:
            yield from _alarms(before, after, command, now)
        case _:
            pass


def _graver(was: tuple[Journey, SuicideScreen], instead: tuple[Journey, SuicideScreen]) -> bool:
    """Whether the right one is of a higher tier, or of the same and new to the last assessment."""
    return _gravity(*instead) > _gravity(*was)


def _gravity(journey: Journey, screen: SuicideScreen) -> tuple[int, bool]:
    order = (None, *Tier)
    return order.index(tier_of(journey, screen)), not is_known(journey, screen)


def _alarms(
    before: Journey, after: Journey, command: cmd.Correct, now: datetime
) -> Iterator[ev.Event]:
    was, read = before.numbered(command.treatment), after.numbered(command.treatment)
    if was is None or read is None or read is not after.treatment or not in_the_chair(after):
        return
    known = {(a.concern, a.by) for a in standing_alarms(before, was)}
    new = [a for a in standing_alarms(after, read) if (a.concern, a.by) not in known]
    yield from alarmed(after, read, new, signed(command, now), now)
