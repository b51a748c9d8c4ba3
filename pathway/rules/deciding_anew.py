"""A decision taken anew between two treatments: what the earlier one had opened follows it."""

from collections.abc import Iterator
from datetime import datetime

from pathway import commands as cmd
from pathway import events as ev
from pathway.anchors import done
from pathway.escalation import Ending
from pathway.facts import Choice, Decision, Step
from pathway.facts.booking import NextVisit
from pathway.facts.status import Pause
from pathway.gates import require_ahead, signed
from pathway.journey import Journey, Treatment
from pathway.protocol import Level
from pathway.refusals import Reason, Refused
from pathway.rules.booking import about_nothing_now
from pathway.rules.closing import close_lines
from pathway.rules.proposals import free_all, shifted
from pathway.rules.visits import book_visit


def require_visit_said(following: Treatment, command: cmd.RecordDecision) -> None:
    """A visit that is booked already is confirmed, moved or freed.

    Raises:
        Refused: when it is not said which, or nothing is booked that could be confirmed.
    """
    if not command.choice.goes_on or command.choice is Choice.PAUSE:
        return
    booked = following.appointment(Step.INFUSION)
    if booked is not None and command.next_visit is None:
        raise Refused(
            Reason.NOT_SAID,
            "The next visit is booked: say whether this confirms, moves or frees it (next_visit).",
        )
    if booked is None and command.next_visit is NextVisit.CONFIRM:
        raise Refused(Reason.NOT_BOOKED, "No visit is booked that this could confirm.")


def follows_anew(
    journey: Journey,
    following: Treatment,
    decision: Decision,
    command: cmd.Command,
    now: datetime,
) -> Iterator[ev.Event]:
    """What an earlier decision opened becomes what this one says: moved, freed, or closed."""
    if not decision.choice.goes_on:
        yield from _closed_again(journey, following, decision, command, now)
        return
    yield ev.OrdersChanged(at=now, treatment=following.number, orders=decision.orders)
    if decision.choice is Choice.PAUSE:
        yield from _called_off(journey, following, tuple(Step), decision, command, now)
        yield from free_all(journey, command, now)
        if journey.pause is None:
            until = decision.pause_until
            pause = Pause(since=now, until=until, reason=decision.reason, signed=decision.signed)
            yield ev.JourneyPaused(at=now, pause=pause)
    elif decision.next_visit is NextVisit.FREE:
        visit = (Step.INFUSION, Step.PSYCHOTHERAPY)
        yield from _called_off(journey, following, visit, decision, command, now)
    elif decision.next_at is not None:
        yield from _moved(journey, following, decision.next_at, command, now)


def _closed_again(
    journey: Journey,
    following: Treatment,
    decision: Decision,
    command: cmd.Command,
    now: datetime,
) -> Iterator[ev.Event]:
    """The course ends where it stood: the treatment that was opened will not take place."""
    number = following.number
    yield from _called_off(journey, following, tuple(Step), decision, command, now)
    for escalation in journey.open_escalations:
        if escalation.treatment == number and escalation.level is not Level.SAFETY:
            yield ev.EscalationClosed(
                at=now,
                escalation=escalation.id,
                outcome=Ending.MOOT,
                by=command.by,
                note=decision.reason,
            )
    yield from close_lines(journey, f"t{number}/", command, now)
    yield from free_all(journey, command, now)
    if journey.pause is not None:
        yield ev.JourneyResumed(at=now, reason=decision.reason, signed=signed(command, now))
        yield from close_lines(journey, "pause/", command, now)
    yield ev.TreatmentFreed(at=now, treatment=number)


def _called_off(
    journey: Journey,
    following: Treatment,
    steps: tuple[Step, ...],
    decision: Decision,
    command: cmd.Command,
    now: datetime,
) -> Iterator[ev.Event]:
    for was in following.appointments:
        if was.step not in steps or done(following, was.step):
            continue
        yield ev.AppointmentCancelled(
            at=now,
            treatment=following.number,
            step=was.step,
            revision=was.revision,
            wish_of=cmd.CancelledBy.CLINIC,
            reason=decision.reason,
            signed=signed(command, now),
        )
        yield from about_nothing_now(journey, following, was, command, now)


def _moved(
    journey: Journey, following: Treatment, at: datetime, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """The visit moves, its sessions and the later proposals by as much."""
    require_ahead(at, now, "The next visit")
    booked = following.appointment(Step.INFUSION)
    if booked is not None and journey.proposals:
        later = shifted(journey, at - booked.at)
        yield ev.VisitsProposed(at=now, visits=later, by=command.by)
        yield from close_lines(journey, "proposals/", command, now)
        journey = journey.model_copy(update={"proposals": later})
    book = cmd.Book(
        key=command.key,
        by=command.by,
        role=command.role,
        happened_at=command.happened_at,
        treatment=following.number,
        step=Step.INFUSION,
        at=at,
    )
    minutes = booked.minutes if booked else book.minutes
    yield from book_visit(journey, following, at, minutes, book, now)
