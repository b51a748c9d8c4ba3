"""What must hold of any journey, kept apart from the product: its own books, its own numbers.

It hears which commands were taken up or refused, which events followed and which activities were
started. It shares types with the product, and no rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import oracle_gates
import oracle_texts
from core_driver import CoreDriver, Ran
from oracle_book import Book, Form, Judged, Named, Said
from oracle_events import note
from oracle_facts import refused
from oracle_gates import MAY_OVERRIDE, NO_CLINICIANS
from oracle_watch import watch

from pathway import commands as cmd
from pathway import events as ev
from pathway.items import AgendaItem, AlertAct, PageAct, TextAct
from pathway.journey import Contact
from pathway.refusals import Refused

NEXT_LOOK = timedelta(hours=4)
ON_PAPER = timedelta(minutes=15)
FLOOR = timedelta(minutes=120)
SHE_COMES_TO = {"preparation", "infusion", "psychotherapy"}
ITEMS = {"phq9": 9, "gad7": 7}
SETS: dict[str, dict[str, Any]] = {
    "hold_texts": {"held": True},
    "release_texts": {"held": False},
    "report_hospital": {"hospital": True},
    "back_from_hospital": {"hospital": False},
    "pause": {"paused": True},
    "resume": {"paused": False, "leaving": False},
    "withdraw": {"paused": False, "leaving": True},
    "transfer_care": {"paused": False, "leaving": True},
    "doubt_phone": {"doubted": True},
    "confirm_phone": {"doubted": False},
    "report_death": {"over": True, "dead": True},
    "close": {"over": True},
}
"""Commands that say no more than that something now holds."""


@dataclass
class Oracle:
    driver: CoreDriver
    cap: int
    """Reminders that may leave in one of her days."""
    book: Book = field(init=False)
    before: ev.Event | None = None
    starts_by_plan: int = 0
    """Starts at which every gate of the oracle's own book stood open."""
    texts: dict[str, int] = field(default_factory=dict)
    """How many left, by template."""

    def __post_init__(self) -> None:
        opened = self.driver.opened
        calendar = opened.calendar
        self.book = Book(opened.at, calendar.zone, calendar.country_zones, opened.contact)
        self.driver.on_start = self.started_one
        self.driver.on_event = self.saw
        self.driver.on_command = self.heard

    def saw(self, event: ev.Event) -> None:
        self.book.now = max(self.book.now, event.at)
        note(self.book, event, self.before)
        self.before = event

    def refused(self, command: cmd.Command, refusal: Refused) -> None:
        self.book.now = self.driver.now
        refused(self.book, command, refusal)

    def holds(self, items: tuple[AgendaItem, ...]) -> None:
        """What holds between any two acts."""
        early = self.book.opened_early
        assert not early, f"treatments {early} opened, and nothing had begun in them"
        watch(self.book, items, self.driver.now, frozenset(self.driver.under_way))

    def heard(self, command: cmd.Command) -> None:
        """A command was taken up."""
        self.book.now = self.driver.now
        for name, value in SETS.get(command.name, {}).items():
            setattr(self.book, name, value)
        listen: Callable[[cmd.Command], None] | None = getattr(self, f"_{command.name}", None)
        if listen is not None:
            listen(command)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.book.clinic)).date()

    # The calendar

    def _book(self, command: cmd.Book | cmd.Move) -> None:
        stands = self.book.cycles[command.treatment].appointments
        assert stands[command.step.value].at == command.at, "not booked as asked"
        if command.psychotherapy_at:
            assert stands["psychotherapy"].at == command.psychotherapy_at

    _move = _book

    def _cancel(self, command: cmd.Cancel) -> None:
        if command.step.value == "assessment":
            assert self.book.assessment_at is None, "cancelled, and still there"
            return
        cycle = self.book.cycles[command.treatment]
        assert command.step.value not in cycle.appointments, "cancelled, and still there"
        if command.step.value == "infusion" and not cycle.started_at:
            assert "psychotherapy" not in cycle.appointments, "a session after no infusion"
        ended = cycle.ended_at
        closes = ended + oracle_gates.WINDOW if ended and not cycle.session_at else None
        if command.step.value == "psychotherapy" and closes and self.driver.now < closes:
            rebook = [t for t in self.driver.journey.tasks if t.line.startswith("Rebook before")]
            assert [t.due for t in rebook] == [closes], "nobody is to make up for the session"

    def _close_day(self, command: cmd.CloseDay) -> None:
        for step, at in oracle_texts.still_to_come(self.book):
            on_it = at > self.driver.now and self._day(at) == command.day
            assert not on_it, f"{step} stands on a closed day"

    # Entering

    def _record_assessment(self, command: cmd.RecordAssessment) -> None:
        book, at = self.book, command.happened_at
        book.assessed = True
        if book.entry is not None and at < book.entry.at:
            return
        found = {name: f.value for name, f in command.findings.items()}
        book.entry = Said(at, command.suitable, found)
        if book.review is not None and book.review.at <= at:
            book.review = None
        book.cleared &= book.found

    def _record_interval_review(self, command: cmd.RecordIntervalReview) -> None:
        book, at = self.book, command.happened_at
        assert book.entry is not None, "a review of nothing"
        if at < book.entry.at:
            return
        found = {name: f.value for name, f in command.findings.items()}
        last = book.review
        if last is None:
            book.review = Said(at, command.suitable, found)
        elif at < last.at:
            book.review = Said(last.at, last.suitable, {**found, **last.found})
        else:
            book.review = Said(at, command.suitable, {**last.found, **found})

    def _record_clearance(self, command: cmd.RecordClearance) -> None:
        assert command.role.value in MAY_OVERRIDE, "cleared by whom?"
        self.book.cleared.add(command.item)

    def _record_consent(self, command: cmd.RecordConsent) -> None:
        before = self.book.consented_at
        if before is None or command.happened_at >= before:
            self.book.consents, self.book.consented_at = command.given, command.happened_at

    # Before and at the start

    def _record_arrival(self, command: cmd.RecordArrival) -> None:
        assert self.book.cycles[command.treatment].came_at, "she came, and nobody has it"

    def _send_home(self, command: cmd.SendHome) -> None:
        assert not self.book.cycles[command.treatment].started_at, "sent home from the chair"

    def _record_preflight(self, command: cmd.RecordPreflight) -> None:
        day = self._day(command.happened_at)
        form = self.book.form
        if form is None or form.day != day:
            form = self.book.form = Form(day)
        form.weighed |= command.weight_kg is not None
        form.answers |= {name: answer.value for name, answer in command.items.items()}
        if command.readings:
            last = max(command.readings, key=lambda r: r.at)
            form.pressures = (last.systolic_mmhg, last.diastolic_mmhg)
            form.pressure_allowed = False
            form.others_stop = oracle_gates.stops(last)
        form.pressure_allowed |= command.pressure_decision is not None
        if command.screen is not None:
            self.book.screened.append((command.treatment, day))
        if command.items.get("urinary_symptoms") == "yes":
            self.book.held_doses.add("urinary_symptoms")

    def _lift_dose_hold(self, command: cmd.LiftDoseHold) -> None:
        self.book.held_doses.discard(command.item)

    def _record_screen(self, command: cmd.RecordScreen) -> None:
        if command.asked_at.value == "preflight":
            self.book.screened.append((self.book.number, self._day(command.happened_at)))

    def _record_scores(self, command: cmd.RecordScores) -> None:
        if command.purpose.value == "24h":
            return
        for name, items in ITEMS.items():
            said = getattr(command, name)
            if said and len([v for v in said.model_dump().values() if v is not None]) == items:
                self.book.scored.setdefault(name, []).append(command.happened_at)

    def _start_infusion(self, command: cmd.StartInfusion) -> None:
        """No infusion without its gates, a recorded override, or its time on paper."""
        protocol = self.driver.journey.protocol
        shut = oracle_gates.shut(self.book, protocol, command)
        possible = oracle_gates.dose_is_possible(protocol, command)
        treatment = self.driver.journey.numbered(command.treatment)
        infusion = treatment.infusion if treatment else None
        assert infusion is not None, "a start that left nothing behind"
        if self.driver.now - command.happened_at > ON_PAPER or command.already_running:
            early = command.treatment in self.book.opened_early
            assert infusion.deviations or not early, "opened out of turn, and nobody is to sign"
            self.book.opened_early.discard(command.treatment)
            seen = infusion.deviations or infusion.overridden
            wrong = shut or not possible
            assert seen or not wrong, f"nobody is to sign that {shut} (dose possible: {possible})"
            return
        self.starts_by_plan += not shut
        assert possible, "a dose outside the protocol, or nobody's second look"
        for_good = oracle_gates.for_good(self.book, protocol)
        assert not for_good, f"an override opened what none may: {for_good}"
        if shut:
            may = command.override is not None and command.role.value in MAY_OVERRIDE
            assert may, f"an infusion although {shut}"
            assert infusion.override == command.override, "an override that is not kept"
            assert infusion.overridden, f"overridden, and nothing says what: {shut}"

    def _record_discharge(self, command: cmd.RecordDischarge) -> None:
        """She has left: that she talks within the day is booked, or somebody's."""
        cycle = self.book.cycles[command.treatment]
        began = cycle.started_at
        if self.book.over or not began or cycle.session_at:
            return
        ends = cycle.ended_at or began + oracle_gates.RUNS_FOR[self.driver.journey.protocol.id]
        calls = [
            c
            for c in self.book.climbs.values()
            if (c.about, c.treatment) == ("not_booked", command.treatment)
        ]
        assert bool(calls) is not oracle_gates.talks_in_time(cycle, ends), (
            f"a session in time is not booked, or nobody need hear it: {calls}"
        )

    # Who owns what

    def _assess_risk(self, command: cmd.AssessRisk) -> None:
        at, book = command.happened_at, self.book
        covers = {
            name: flag
            for name, flag in book.flags.items()
            if not flag.of_her_body and flag.raised_at.replace(second=0, microsecond=0) <= at
        }
        book.flags = {name: f for name, f in book.flags.items() if name not in covers}
        acute = any(flag.tier == "high" for flag in covers.values())
        grave = {"high", "moderate"} if acute else {"high"}
        if book.risk is None or book.risk.at <= at:
            book.risk = Judged(at, command.good_until, command.level.value in grave)
        book.named.append(Named(at, frozenset(q.value for q in command.known), command.item9))
        standing = self.driver.journey.risk
        assert standing is not None, "judged, and nothing stands"
        assert standing.good_until == book.risk.until, "an older judgement took a newer's place"

    def _review_flag(self, command: cmd.ReviewFlag) -> None:
        assert command.role.value in MAY_OVERRIDE, "reviewed by whom?"
        assert self.book.flags.pop(command.flag).of_her_body, "a review that lifts a risk"

    def _report_adverse_event(self, command: cmd.ReportAdverseEvent) -> None:
        """Whoever is said to have died is texted no more, and somebody has to say if it is so."""
        book = self.book
        if book.dead or not command.serious:
            return
        kinds = {flag.kind for flag in book.flags.values()}
        assert "serious_adverse_event" in kinds, "something serious, and nobody is told"
        if "death" in command.serious and not book.over:
            book.held = True
            assert self.driver.journey.hold is not None, "said to be dead, and texts go out"

    def _report_death(self, command: cmd.ReportDeath) -> None:
        """What is called back is begun anew if it was a mistake; but for texts, which have left."""
        ways = self.driver.under_way
        texts = {key for key, each in ways.items() if isinstance(each.item.act, TextAct)}
        self.book.started -= ways.keys() - texts

    def _retract_death(self, command: cmd.RetractDeath) -> None:
        book, journey = self.book, self.driver.journey
        assert command.role.value not in oracle_gates.NO_CLINICIANS, "who says that she lives?"
        assert not book.dead, "she lives, and is dead"
        assert {e.id for e in journey.open_escalations} == set(book.climbs), "lost by a mistake"
        assert not book.held or journey.hold is not None, "texts go out as if nothing had been"

    def _acknowledge_escalation(self, command: cmd.AcknowledgeEscalation) -> None:
        climb = self.book.climbs[command.escalation]
        owned = climb.owned_until
        if not oracle_gates.may_stop(self.book, command.escalation, command.role.value):
            assert climb.taken != (command.by, self.driver.now), "silenced by one who may not"
            return
        assert owned is not None, "taken, and nobody's"
        assert climb.taken == (command.by, self.driver.now), "taken, and somebody else's"
        assert owned <= self.driver.now + NEXT_LOOK, "nobody looks again for hours"

    def _hand_over(self, command: cmd.HandOver) -> None:
        if command.escalation and command.to is None:
            self.book.climbs[command.escalation].owned_until = None

    def _resolve_escalation(self, command: cmd.ResolveEscalation) -> None:
        assert command.escalation not in self.book.climbs, "resolved, and still open"
        climb = self.book.ended[command.escalation]
        prescribes = command.role.value in MAY_OVERRIDE
        assert prescribes or climb.about != "unplanned", "the way around the gates"
        declined = command.outcome.value == "declined"
        assert not declined or climb.step in SHE_COMES_TO, f"declined for her: {climb.step}"
        undecided = climb.step == "decision" or climb.about == "hospital"
        judges = command.role.value not in NO_CLINICIANS
        assert judges or not undecided, f"nobody is asked to decide any more: {climb}"

    def _correct(self, command: cmd.Correct) -> None:
        """Who left before the floor, as the times now stand, did so with a deviation to sign."""
        cycle = self.book.cycles.get(command.treatment)
        treatment = self.driver.journey.numbered(command.treatment)
        left = treatment.discharge if treatment else None
        if cycle is None or left is None or cycle.started_at is None or cycle.left_at is None:
            return
        early = cycle.left_at < cycle.started_at + FLOOR
        assert left.deviations or not early, "left before the floor, and nobody is to sign it"

    # Reaching her

    def _record_reply(self, command: cmd.RecordReply) -> None:
        self.book.wrote.append(self.driver.now)
        self.book.doubted |= command.wrong_number
        if command.wrong_number and not command.crisis:
            self.book.unread.remove(self.driver.now)

    def _handle_messages(self, command: cmd.Command) -> None:
        self.book.unread.clear()

    _answer_messages = _handle_messages

    def _record_delivery_failure(self, command: cmd.RecordDeliveryFailure) -> None:
        if command.text in self.book.failed:
            return
        self.book.failed.add(command.text)
        if command.reason == "opted_out":
            self._opt_out(command)
        self.book.doubted |= command.number_at_fault

    def _record_contact_attempt(self, command: cmd.RecordContactAttempt) -> None:
        wrong = command.outcome.value == "wrong_number" and command.whom.value == "patient"
        self.book.doubted |= wrong
        if command.task.endswith("/message"):
            self.book.unread.clear()

    def _opt_out(self, command: cmd.Command) -> None:
        said = self.book.contact.model_dump()
        if not self.book.contact.opted_out:
            self._told_of_contact(command)
        self._reached_by(Contact.model_validate({**said, "opted_out": True}))

    def _change_contact(self, command: cmd.ChangeContact) -> None:
        if command.contact == self.book.contact:
            return
        said, before = command.contact.model_dump(), self.book.contact
        if not self._told_of_contact(command):
            said["opted_out"] |= before.opted_out
            said["text_consent"] &= before.text_consent
        self._reached_by(Contact.model_validate(said))

    def _reached_by(self, contact: Contact) -> None:
        before = self.book.contact
        agreed = before.text_consent and not before.opted_out
        if contact.text_consent and not contact.opted_out and not agreed:
            self.book.agreements += 1
        self.book.contact = contact

    def _told_of_contact(self, command: cmd.Command) -> bool:
        """Whether nothing of a later moment was known of how to reach her."""
        since, at = self.book.contact_at, command.happened_at
        if since is not None and at < since:
            return False
        self.book.contact_at = at
        return True

    # Activities that begin

    def started_one(self, ran: Ran) -> None:
        key, act, book = ran.item.key, ran.item.act, self.book
        assert key not in book.started, f"{key} ran twice"
        book.started.add(key)
        assert not book.dead, f"{key} ran after her death"
        danger = isinstance(act, (PageAct, AlertAct)) and bool(book.climbs)
        assert not book.over or danger, f"{key} ran in a journey that is over"
        if isinstance(act, TextAct):
            oracle_texts.leaves(book, key, act, ran.at, self.cap)
            self.texts[act.template.value] = self.texts.get(act.template.value, 0) + 1
        if isinstance(act, PageAct) and not act.all_clear:
            assert act.escalation not in book.closed, f"a page for closed {act.escalation}"
            owned = book.climbs[act.escalation].owned_until
            assert owned is None, f"a page for {act.escalation}, which is owned until {owned}"
