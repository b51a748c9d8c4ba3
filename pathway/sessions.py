"""What holds of the sessions around an infusion: prepared, booked, closed (rules 8 to 10)."""

from datetime import datetime, timedelta

from pathway.anchors import appointment_end, due_at, window_closes
from pathway.facts import Psychotherapy, SessionOutcome, Step
from pathway.facts.corrections import Correctable
from pathway.gates import ON_PAPER
from pathway.journey import Journey, Treatment


def prepared(journey: Journey, treatment: Treatment, begins: datetime) -> bool:
    """Whether a preparation is still good for an infusion that begins then (rule 10).

    It was held since the infusion before, and not after this one's start.
    """
    rules = journey.protocol.steps.preparation
    if not rules.required.value:
        return True
    held = treatment.preparation
    if held is None:
        return False
    at = held.signed.happened_at
    last = last_infusion_at(journey, treatment)
    since = last is None or at > last
    return since and timedelta(0) <= begins - at <= rules.valid_for.value


def last_infusion_at(journey: Journey, treatment: Treatment) -> datetime | None:
    """When the infusion before this treatment began, or None before the first."""
    starts = (
        t.infusion.started_at
        for t in journey.treatments
        if t.infusion and t.number < treatment.number
    )
    return max(starts, default=None)


def psychotherapy_closed(journey: Journey) -> bool:
    """Whether each psychotherapy of the treatments before this one has its outcome (rule 7)."""
    return all(
        t.psychotherapy is not None or t.infusion_ended_at is None for t in journey.treatments[:-1]
    )


def held_in_time(journey: Journey, treatment: Treatment) -> bool | None:
    """Whether the session took place inside its window, as their times now stand (rule 2).

    None until its outcome is recorded.
    """
    session = treatment.psychotherapy
    if session is None:
        return None
    due = due_at(journey, treatment, Step.PSYCHOTHERAPY)
    if not session.outcome.took_place or due is None:
        return session.outcome is SessionOutcome.HELD
    if session.ended_at <= due:
        return True
    # Entered late with the time of entry: the slot says when it took place.
    ends = appointment_end(treatment, Step.PSYCHOTHERAPY)
    return ends is not None and ends <= due and not _time_said(treatment, session)


def _time_said(treatment: Treatment, session: Psychotherapy) -> bool:
    """Whether somebody gave the session's time, rather than that of her entry."""
    corrected = any(s.what is Correctable.PSYCHOTHERAPY for s in treatment.superseded)
    return corrected or session.signed.recorded_at - session.ended_at > ON_PAPER


def session_outcome(journey: Journey, treatment: Treatment) -> SessionOutcome | None:
    """How the session ended: as it was said, and held or held late as the times now say."""
    session = treatment.psychotherapy
    if session is None or not session.outcome.took_place:
        return session.outcome if session else None
    in_time = held_in_time(journey, treatment)
    return SessionOutcome.HELD if in_time else SessionOutcome.HELD_LATE


def psychotherapy_booked(journey: Journey, treatment: Treatment, begins: datetime | None) -> bool:
    """Whether a slot stands inside the window of an infusion that begins then (rule 8).

    Args:
        begins: None while no visit is booked: a slot waits for one.
    """
    if begins is None:
        return treatment.appointment(Step.PSYCHOTHERAPY) is not None
    return _slot_in_window(journey, treatment, begins + _planned(journey))


def slot_owed(journey: Journey, treatment: Treatment) -> bool:
    """Whether her session has no slot inside the window of what was begun (rule 14).

    It is the window of the infusion's actual end, and of its planned one until that is recorded.
    """
    infusion = treatment.infusion
    if infusion is None or treatment.psychotherapy is not None:
        return False
    ends = infusion.ended_at or infusion.started_at + _planned(journey)
    return not _slot_in_window(journey, treatment, ends)


def _planned(journey: Journey) -> timedelta:
    return journey.protocol.steps.infusion.planned.value


def _slot_in_window(journey: Journey, treatment: Treatment, infusion_ends: datetime) -> bool:
    slot = treatment.appointment(Step.PSYCHOTHERAPY)
    closes = window_closes(journey, infusion_ends)
    return slot is not None and slot.at >= infusion_ends and (closes is None or slot.at < closes)


def as_owed(journey: Journey, treatment: Treatment) -> Treatment:
    """The treatment as its agenda sees it: a preparation that has run out is owed anew.

    A visit moved by more than a preparation's validity asks for another; the session that was
    held, and its appointment, are then no longer what is waited for (rule 10).
    """
    booked = treatment.appointment(Step.INFUSION)
    held = treatment.preparation
    if held is None or treatment.infusion or booked is None:
        return treatment
    if prepared(journey, treatment, booked.at):
        return treatment
    still_ahead = tuple(
        a
        for a in treatment.appointments
        if a.step is not Step.PREPARATION or a.booked_at >= held.signed.recorded_at
    )
    return treatment.model_copy(update={"preparation": None, "appointments": still_ahead})
