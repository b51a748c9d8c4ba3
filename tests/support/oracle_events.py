"""The oracle writes events down, and looks whether the steps come in their order."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import oracle_risk
from oracle_book import Book, Buried, Climb, Cycle, Flag, Stands

from pathway import events as ev
from pathway.facts import Appointment, Discharge, Infusion
from pathway.facts.corrections import Superseded
from pathway.facts.decision import Orders
from pathway.facts.safety import SuicideScreen
from pathway.facts.scores import Score

A_STAY = timedelta(hours=24)
_CHECK_IN = re.compile(r"t(\d+)/checkin/(.*)")


def note(book: Book, event: ev.Event, before: ev.Event | None) -> None:
    match event:
        case ev.ReturnedToTreatment():
            book.returned = True
        case ev.JourneyPaused():
            book.paused = True
        case ev.JourneyResumed():
            # By a command, or by a decision taken instead of one that paused.
            book.paused = False
        case ev.JourneyEnded():
            _ends(book)
        case ev.EntryCorrected(treatment=number, superseded=superseded):
            if superseded.was is not None:
                _entry_corrected(book, superseded)
            else:
                _corrected(book.cycles[number], superseded)
        case _:
            _of_what_was_due(book, event)
            _of_her_risk(book, event)
            _of_the_course(book, event)
            _of_the_calendar(book, event)
            _comes(book, event)
            _of_a_treatment(book, event)
            _of_an_escalation(book, event, before)


def _of_what_was_due(book: Book, event: ev.Event) -> None:
    match event:
        case ev.ItemSettled(key=key, at=at, outcome=outcome):
            if about := _CHECK_IN.match(key):
                came = book.asked_after if about[2].startswith("text") else book.missed_answers
                came.add(int(about[1]))
            if key in book.texts and outcome in {"sent", "in_doubt"}:
                book.texts[key].at = at
            elif key in book.texts:
                del book.texts[key]
        case ev.ReplyReceived(means=None):
            book.unread.append(event.at)
        case ev.MoodReported(answer=answer):
            if about := _CHECK_IN.match(answer.asked_by):
                book.felt.add(int(about[1]))
        case _:
            pass


def _of_her_risk(book: Book, event: ev.Event) -> None:
    match event:
        case ev.FlagRaised(flag=flag):
            oracle_risk.raised(book, flag)
            if flag.assessed_at is None:
                book.flags[flag.id] = Flag(
                    flag.raised_at, flag.kind.value, flag.tier.value, flag.escalation
                )
        case ev.ScreenRecorded(screen=screen):
            book.asked.append(oracle_risk.asked(screen))
        case ev.ScoresRecorded(score=score) if score.item9 is not None:
            book.item9.append(score.item9)
        case _:
            pass


def _of_the_course(book: Book, event: ev.Event) -> None:
    match event:
        case ev.TreatmentOpened(number=number, at=at, orders=orders):
            _opens(book, number, at)
            book.cycles[number].ordered_days = (
                orders.interval_days if orders.interval_said else None
            )
        case ev.OrdersChanged(treatment=number, orders=orders):
            assert number == book.number, "orders for what is not open"
            book.cycles[number].ordered_days = (
                orders.interval_days if orders.interval_said else None
            )
        case ev.TreatmentFreed(treatment=number):
            gone = book.cycles.pop(number)
            assert not gone.started_at, "freed, and it had begun"
            assert book.course_over, "freed, and the course goes on"
            book.form = None
        case _:
            pass


def _ordered(orders: Orders) -> int | None:
    return orders.interval_days if orders.interval_said else None


def _of_the_calendar(book: Book, event: ev.Event) -> None:
    match event:
        case ev.AssessmentBooked(appointment=appointment):
            book.assessment_at = _stands(appointment) if appointment else None
        case ev.AssessmentCancelled():
            book.assessment_at = None
        case ev.AppointmentBooked(treatment=number, appointment=appointment):
            book.cycles[number].appointments[appointment.step.value] = _stands(appointment)
        case ev.AppointmentCancelled() | ev.SessionNotHeld():
            book.cycles[event.treatment].appointments.pop(event.step.value, None)
        case _:
            pass


def _stands(appointment: Appointment) -> Stands:
    a = appointment
    return Stands(a.at, a.minutes, a.revision, a.booked_at)


def _opens(book: Book, number: int, at: datetime) -> None:
    assert number == book.number + 1, f"treatment {number} after {book.number}"
    before = book.cycle
    if before is not None:
        assert before.left_at, f"treatment {number} before she has left"
        goes_on = book.returned or not book.course_over
        if not (before.session_at and before.in_force and goes_on):
            book.opened_early.add(number)
    book.returned, book.form = False, None
    book.cycles[number] = Cycle(opened_at=at)


def _ends(book: Book) -> None:
    assert not book.climbs, f"ended while {sorted(book.climbs)} is open"
    assert not book.flags, f"ended, and nobody has looked at {sorted(book.flags)}"
    for number, cycle in book.cycles.items():
        assert not cycle.ended_at or cycle.session_at, f"ended: no session after {number}"
        assert not cycle.started_at or cycle.left_at, f"ended, and {number} has not left"


def _comes(book: Book, event: ev.Event) -> None:
    if isinstance(event, ev.ArrivalRecorded):
        book.cycles[event.treatment].came_at = event.arrival.signed.happened_at


def _of_a_treatment(book: Book, event: ev.Event) -> None:
    match event:
        case ev.PreparationRecorded(treatment=number, preparation=preparation):
            book.cycles[number].prepared_at = preparation.signed.happened_at
        case ev.InfusionRecorded(treatment=number, infusion=infusion):
            _infusion(book.cycles[number], infusion)
        case ev.InfusionAborted(treatment=number):
            cycle = book.cycles[number]
            cycle.started_at = cycle.ended_at = cycle.left_at = None
            book.form = None
        case ev.DischargeRecorded(treatment=number, discharge=discharge):
            _leaves(book, book.cycles[number], discharge)
        case ev.PsychotherapyRecorded(treatment=number, psychotherapy=session):
            cycle = book.cycles[number]
            # That an emergency took it away may be known before the end is entered from paper.
            given_up = session.outcome.value == "not_held" and cycle.started_at
            assert cycle.ended_at or given_up, "a session after no infusion"
            cycle.session_at = session.signed.happened_at
            cycle.talked = session.outcome.value in {"held", "held_late"}
        case ev.DecisionRecorded(treatment=number, decision=decision):
            cycle = book.cycles[number]
            assert cycle.session_at, "a decision without the session's outcome"
            assert cycle.left_at, "a decision before she has left"
            if cycle.in_force and cycle.decided:
                cycle.stood.append(cycle.decided)
            cycle.decided, cycle.in_force = decision.choice.value, decision.in_force
        case ev.DecisionCosigned(treatment=number):
            assert book.cycles[number].decided, "a signature under nothing"
            book.cycles[number].in_force = True
        case ev.CosignatureDeclined(treatment=number):
            cycle = book.cycles[number]
            cycle.decided = cycle.stood.pop() if cycle.stood else None
            cycle.in_force = cycle.decided is not None
        case _:
            pass


def _leaves(book: Book, cycle: Cycle, discharge: Discharge) -> None:
    at = discharge.signed.happened_at
    signed_off = discharge.way.value == "signed_off"
    assert cycle.started_at or not signed_off, "signed off, and never began"
    assert signed_off or discharge.deviations, "nobody is to sign how she left"
    if cycle.started_at:
        cycle.left_at = at
    else:
        cycle.walked_out.append(at)
    if discharge.way.value == "transferred" and cycle is book.cycle:
        book.hospital = True


def _infusion(cycle: Cycle, infusion: Infusion) -> None:
    ended = infusion.ended_at
    if cycle.started_at is None:
        gone = [a for a in cycle.walked_out if timedelta(0) <= a - infusion.started_at < A_STAY]
        cycle.left_at = gone[0] if gone else None
        cycle.walked_out = [a for a in cycle.walked_out if a not in gone[:1]]
    assert ended is None or ended >= infusion.started_at, "it ends before it begins"
    cycle.started_at, cycle.ended_at = infusion.started_at, ended


_FIELDS = {
    "arrival": "came_at",
    "preparation": "prepared_at",
    "infusion_start": "started_at",
    "infusion_end": "ended_at",
    "discharge": "left_at",
    "psychotherapy": "session_at",
}


def _corrected(cycle: Cycle, superseded: Superseded) -> None:
    setattr(cycle, _FIELDS[superseded.what.value], superseded.now_at)


def _entry_corrected(book: Book, superseded: Superseded) -> None:
    """Questionnaires and screens count for when and how they really were."""
    was, instead = superseded.was, superseded.instead
    for entry, gone in ((was, True), (instead, False)):
        if isinstance(entry, SuicideScreen):
            _put(book.asked, oracle_risk.asked(entry), gone=gone)
        if isinstance(entry, Score) and entry.item9 is not None:
            _put(book.item9, entry.item9, gone=gone)
        if isinstance(entry, SuicideScreen) and entry.asked_at.value == "preflight":
            day = entry.signed.happened_at.astimezone(ZoneInfo(book.clinic)).date()
            _put(book.screened, (entry.treatment or 0, day), gone=gone)
        if isinstance(entry, Score) and entry.purpose.value != "24h":
            totals = {"phq9": entry.phq9, "gad7": entry.gad7}
            for name, total in totals.items():
                if total is not None:
                    _put(book.scored.setdefault(name, []), entry.signed.happened_at, gone=gone)


def _put(entries: list[Any], entry: object, *, gone: bool) -> None:
    (entries.remove if gone else entries.append)(entry)


def _of_an_escalation(book: Book, event: ev.Event, before: ev.Event | None) -> None:
    match event:
        case ev.EscalationOpened(escalation=e):
            step = e.step.value if e.step else None
            cycle = book.cycles.get(e.treatment or 0)
            session = cycle.appointments.get("psychotherapy") if cycle else None
            stood = session.revision if session else None
            grave = e.level.value == "safety" or e.ladder.value == "urgent_call"
            book.climbs[e.id] = Climb(
                step, e.about, e.treatment, e.ladder.value, stood, grave, event.at
            )
        case ev.EscalationAcknowledged(escalation=name, acknowledgement=taken):
            book.climbs[name].owned_until = taken.next_look
            book.climbs[name].taken = (taken.by, event.at)
        case ev.EscalationRaisedAgain(escalation=name):
            owned = book.climbs[name].owned_until
            by_itself = isinstance(before, ev.ItemSettled) and before.outcome == "raised_again"
            assert not by_itself or owned is None or event.at >= owned, f"{name}: too early"
            book.climbs[name].owned_until = None
        case ev.EscalationClosed(escalation=name, outcome=outcome, good_until=until):
            climb = book.ended[name] = book.climbs.pop(name)
            book.closed.add(name)
            if climb.step == "psychotherapy" and climb.about is None and climb.treatment:
                waits = until if outcome.value == "assessed" else None
                book.spoken_for[climb.treatment, climb.revision] = waits
            if climb.ladder == "inbox" and climb.about is None and climb.opened_at:
                book.unread = [at for at in book.unread if at > climb.opened_at]
        case ev.DeathReported():
            book.buried = Buried(dict(book.climbs), dict(book.flags), book.over)
            book.closed |= set(book.climbs)
            book.climbs.clear()
            book.flags.clear()
        case ev.DeathRetracted():
            buried, book.buried = book.buried, None
            assert buried is not None, "brought back to life, and had not died"
            book.climbs, book.flags = dict(buried.climbs), dict(buried.flags)
            book.closed -= set(book.climbs)
            book.dead, book.over = False, buried.over
            book.held = book.held or not buried.over
        case _:
            pass
