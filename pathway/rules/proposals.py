"""Visits proposed on day one, and what a decision makes of the next of them (rule 8)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathway import civil
from pathway import commands as cmd
from pathway import events as ev
from pathway.admit import handle
from pathway.facts import Step
from pathway.facts.booking import NextVisit, PlannedVisit, Proposal
from pathway.gates import current_treatment, require_ahead, require_open_day
from pathway.journey import Journey, Treatment
from pathway.refusals import Reason, Refused
from pathway.rules.closing import close_lines
from pathway.rules.visits import book_visit, booked, look
from pathway.slots import in_window, offers, someone_sees_her, visit_slots


@handle.register
def _(command: cmd.ProposeVisits, journey: Journey, now: datetime) -> Iterator[ev.Event]:
    treatment = current_treatment(journey, command)
    visits = command.visits or tuple(planned(journey, treatment, now))
    before = _begins(treatment)
    for number, visit in enumerate(visits, start=treatment.number + 1):
        _may_be_proposed(journey, visit, number, before, now)
        before = visit.at
    proposals = tuple(_proposal(journey, visit) for visit in visits)
    yield ev.VisitsProposed(at=now, visits=proposals, by=command.by)
    yield from close_lines(journey, "proposals/", command, now)


def _proposal(journey: Journey, visit: PlannedVisit) -> Proposal:
    standing = journey.proposal(visit.treatment)
    same = standing is not None and standing.at == visit.at
    revision = standing.revision if standing and same else journey.events + 1
    return Proposal.model_validate({**visit.model_dump(exclude={"revision"}), "revision": revision})


def _begins(treatment: Treatment) -> datetime | None:
    booked_for = treatment.appointment(Step.INFUSION)
    if treatment.infusion:
        return treatment.infusion.started_at
    return booked_for.at if booked_for else None


def _may_be_proposed(
    journey: Journey, visit: PlannedVisit, number: int, before: datetime | None, now: datetime
) -> None:
    if visit.treatment != number:
        raise Refused(
            Reason.OUT_OF_ORDER,
            f"Name the visits to come in order, without a gap: treatment {number} is next.",
        )
    require_ahead(visit.at, now, f"The visit of treatment {number}")
    require_open_day(journey, visit.at, f"The visit of treatment {number}")
    gap = journey.protocol.course.gap_min.value + journey.protocol.steps.infusion.planned.value
    if before is not None and visit.at - before < gap:
        raise Refused(
            Reason.OUT_OF_ORDER, f"The visit of treatment {number} comes too soon after the last."
        )
    if visit.seen_by is not None:
        return
    slot = visit.psychotherapy_at
    fits = slot is None or in_window(journey, visit.at, slot)
    if not (fits and someone_sees_her(journey, visit.at, slot)):
        raise Refused(
            Reason.NO_STAFFED_HOUR,
            f"After the visit of treatment {number} nobody is at work in time to hold "
            f"psychotherapy. {offers(journey, visit.at, now)}",
        )


def planned(journey: Journey, treatment: Treatment, now: datetime) -> Iterator[PlannedVisit]:
    """The visits to come as the protocol proposes them, each on a day that has a slot for it."""
    at = _begins(treatment)
    if at is None:
        raise Refused(
            Reason.NOT_BOOKED, "Book this treatment's visit first, or name the visits (visits)."
        )
    last = journey.protocol.course.planned_treatments.value
    for number in range(treatment.number + 1, last + 1):
        wanted = _later(journey, at, _gap(journey, number))
        found = _first_from(journey, wanted, now)
        if found is None:
            raise Refused(
                Reason.NO_STAFFED_HOUR,
                f"No day near the visit of treatment {number} would do. Name the visits (visits).",
            )
        at, slot = found
        yield PlannedVisit(treatment=number, at=at, psychotherapy_at=slot)


def _first_from(
    journey: Journey, wanted: datetime, now: datetime
) -> tuple[datetime, datetime] | None:
    found = (v for v in visit_slots(journey, wanted, now) if v[0] >= wanted)
    return next(found, None)


def _gap(journey: Journey, number: int) -> timedelta:
    """The gap of the phase that a treatment falls into by its number."""
    phases = journey.protocol.course.phases
    left = number
    for phase in phases:
        if phase.treatments is None or left <= phase.treatments:
            return phase.gap
        left -= phase.treatments
    return phases[-1].gap


def _later(journey: Journey, at: datetime, gap: timedelta) -> datetime:
    """So many days on at the same clock time, also where the clocks change in between."""
    local = civil.local(at, journey.calendar.zone)
    return civil.instant(local.date() + gap, local.time(), journey.calendar.zone)


def take_up(
    journey: Journey,
    command: cmd.Command,
    number: int,
    how: NextVisit,
    now: datetime,
    *,
    at: datetime | None = None,
    psychotherapy_at: datetime | None = None,
    seen_by: str | None = None,
) -> Iterator[ev.Event]:
    """What a decision makes of the visit that was proposed for the treatment it opens.

    To be yielded right after that treatment's `TreatmentOpened`. A moved visit takes its
    sessions and all later proposals along by as much.

    Args:
        number: of the treatment that opens.
        at: for `MOVE`, and for a visit that was never proposed: when its infusion begins.

    Raises:
        Refused: when its time has passed, or nobody could see her in the window after it.
    """
    proposal = journey.proposal(number)
    rest = tuple(p for p in journey.proposals if p.treatment > number)
    if how is NextVisit.FREE:
        yield from _keeping(journey, rest, command, now)
        return
    begins = at if how is NextVisit.MOVE else proposal.at if proposal else None
    if begins is None:
        raise Refused(Reason.NOT_BOOKED, "No visit is proposed: say when the next one is.")
    require_ahead(begins, now, "The next visit")
    shift = begins - proposal.at if proposal else timedelta(0)
    later = _shifted(journey, rest, shift)
    without = journey.model_copy(update={"proposals": later})
    yield from _keeping(journey, later, command, now)
    yield from _still_fit(without, number, now)
    plan = _moved(proposal, shift) if proposal else None
    slot = psychotherapy_at or (plan.psychotherapy_at if plan else None)
    book = cmd.Book(
        key=command.key,
        by=command.by,
        role=command.role,
        happened_at=command.happened_at,
        treatment=number,
        step=Step.INFUSION,
        at=begins,
        psychotherapy_at=slot,
        seen_by=seen_by or (plan.seen_by if plan else None),
    )
    opened = Treatment(number=number, opened_at=now)
    yield from book_visit(without, opened, begins, book.minutes, book, now)
    if plan and plan.preparation_at and plan.preparation_at > now:
        session = plan.preparation_at
        yield from booked(without, opened, Step.PREPARATION, session, book.minutes, book, now)


def _still_fit(journey: Journey, number: int, now: datetime) -> Iterator[ev.Event]:
    """Later visits that moved onto a day without anybody to see her are a person's to look at."""
    for each in journey.proposals:
        if each.seen_by or someone_sees_her(journey, each.at, each.psychotherapy_at):
            continue
        key = f"proposals/{each.treatment}/r{each.revision}/no-slot"
        line = "Look at the proposed visits: nobody could see the patient after one of them"
        yield look(key, line, number, each.at, now)


def free_all(journey: Journey, command: cmd.Command, now: datetime) -> Iterator[ev.Event]:
    """The course is over, or paused without dates: no visit is proposed any more."""
    yield from _keeping(journey, (), command, now)


def keep_from(
    journey: Journey, number: int, command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    """A treatment opened without a decision: what was proposed for it stands for nothing."""
    left = tuple(p for p in journey.proposals if p.treatment >= number)
    yield from _keeping(journey, left, command, now)


def _keeping(
    journey: Journey, left: tuple[Proposal, ...], command: cmd.Command, now: datetime
) -> Iterator[ev.Event]:
    if left != journey.proposals:
        yield ev.VisitsProposed(at=now, visits=left, by=command.by)
        yield from close_lines(journey, "proposals/", command, now)


def shifted(journey: Journey, by: timedelta) -> tuple[Proposal, ...]:
    """All proposals, later by as much: for a course that pauses and resumes."""
    return _shifted(journey, journey.proposals, by)


def _shifted(
    journey: Journey, proposals: tuple[Proposal, ...], by: timedelta
) -> tuple[Proposal, ...]:
    if not by:
        return proposals
    revision = {"revision": journey.events + 1}
    return tuple(_moved(p, by).model_copy(update=revision) for p in proposals)


def _moved(proposal: Proposal, by: timedelta) -> Proposal:
    times = ("at", "psychotherapy_at", "preparation_at")
    return proposal.model_copy(
        update={t: v + by for t in times if (v := getattr(proposal, t)) is not None}
    )
