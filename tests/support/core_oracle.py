"""What must hold of any journey, kept apart from the product: its own books, its own clock.

It hears which commands were taken up and which activities were started, and remembers for
itself who may be texted, what stands in the calendar and who owns what.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core_driver import COUNTRY, ZONE, Ran

from pathway import commands as cmd
from pathway import events as ev
from pathway.items import PageAct, TextAct

QUIET_FROM, QUIET_TO = time(21), time(8)
CAP = 1
"""Set in the protocol of these journeys: two are seldom reached in a day."""
BEFORE_A_START = timedelta(minutes=45)
NOT_TWICE_WITHIN = timedelta(hours=1)
GAP = timedelta(hours=24)
NEXT_LOOK = timedelta(hours=4)
MAY_OVERRIDE = {"prescriber", "supervising_clinician", "medical_director"}
ON_PAPER = timedelta(minutes=15)


@dataclass
class Oracle:
    now: datetime
    zone: str | None = ZONE
    clinic: str = ZONE
    reachable: bool = True
    held: bool = False
    over: bool = False
    assessed: bool = False
    consents: bool = False
    prepared: set[int] = field(default_factory=set)
    ends: dict[int, datetime] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    standing: dict[tuple[int, str], datetime] = field(default_factory=dict)
    taken: dict[str, datetime] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    started: set[str] = field(default_factory=set)
    texts: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    starts_by_plan: int = 0

    # What it hears of commands

    def heard(self, command: cmd.Command, now: datetime) -> None:
        self.now = now
        listener = getattr(self, f"_heard_{command.name}", None)
        if listener is not None:
            listener(command)

    def _heard_book(self, command: cmd.Book) -> None:
        self.standing[command.treatment, command.step.value] = command.at
        if command.psychotherapy_at:
            self.standing[command.treatment, "psychotherapy"] = command.psychotherapy_at

    def _heard_move(self, command: cmd.Move) -> None:
        self.standing[command.treatment, command.step.value] = command.at

    def _heard_cancel(self, command: cmd.Cancel) -> None:
        del self.standing[command.treatment, command.step.value]

    def _heard_record_assessment(self, command: cmd.RecordAssessment) -> None:
        self.assessed = command.suitable

    def _heard_record_consent(self, command: cmd.RecordConsent) -> None:
        self.consents = command.given

    def _heard_record_preparation(self, command: cmd.RecordPreparation) -> None:
        self.prepared.add(command.treatment)

    def _heard_end_infusion(self, command: cmd.EndInfusion) -> None:
        self.ends[command.treatment] = command.happened_at

    def _heard_start_infusion(self, command: cmd.StartInfusion) -> None:
        """No infusion without its gates, a recorded override, or its time on paper."""
        if self.now - command.happened_at > ON_PAPER:
            return
        self.starts_by_plan += 1
        assert 0.1 <= command.dose_mg_per_kg <= 1.0, "a dose outside the protocol"
        if command.override and command.role.value in MAY_OVERRIDE:
            return
        assert self.assessed, "an infusion without a suitable assessment"
        assert self.consents, "an infusion without consent"
        assert command.treatment in self.prepared, "an infusion without preparation"
        assert not self.flags, "an infusion under an open safety flag"
        before = [end for number, end in self.ends.items() if number < command.treatment]
        assert all(command.happened_at - end >= GAP for end in before), "too soon after the last"

    def _heard_hold_texts(self, _: cmd.HoldTexts) -> None:
        self.held = True

    def _heard_release_texts(self, _: cmd.ReleaseTexts) -> None:
        self.held = False

    def _heard_change_contact(self, command: cmd.ChangeContact) -> None:
        contact = command.contact
        self.zone = contact.zone
        self.reachable = (
            contact.mobile
            and contact.text_consent
            and not contact.opted_out
            and not contact.phone_shared
        )

    def _heard_acknowledge_escalation(self, command: cmd.AcknowledgeEscalation) -> None:
        latest = self.now + NEXT_LOOK
        self.taken[command.escalation] = min(command.next_look or latest, latest)

    def _heard_report_death(self, _: Any) -> None:
        self.over = True

    def _heard_close(self, _: Any) -> None:
        self.over = True

    # What it hears of events: only what no command tells

    def saw(self, event: ev.Event) -> None:
        match event:
            case ev.EscalationOpened(escalation=escalation):
                if escalation.level == "safety":
                    self.flags.add(escalation.id)
            case ev.EscalationClosed(escalation=closed):
                self.closed.add(closed)
                self.flags.discard(closed)
            case ev.ItemSettled(key=key, at=at, outcome=outcome) if key in self.texts:
                if outcome in {"sent", "in_doubt"}:
                    self.texts[key] = (at, self.texts[key][1])
                else:
                    del self.texts[key]
            case _:
                pass

    # What it says about activities

    def started_one(self, ran: Ran) -> None:
        assert ran.item.key not in self.started, f"{ran.item.key} ran twice"
        self.started.add(ran.item.key)
        assert not self.over, f"{ran.item.key} ran in a journey that is over"
        if isinstance(ran.item.act, TextAct):
            self._text(ran.item.key, ran.item.act, ran.at)
        if isinstance(ran.item.act, PageAct):
            self._page(ran.item.act.escalation, ran.at)

    def _text(self, key: str, act: TextAct, at: datetime) -> None:
        assert self.reachable, f"a text to a patient who takes none: {key}"
        assert not self.held, f"a text during a hold: {key}"
        for zone in (self.zone,) if self.zone else COUNTRY:
            wall = at.astimezone(ZoneInfo(zone)).time()
            assert QUIET_TO <= wall < QUIET_FROM, f"a text at {wall} in {zone}: {key}"
        if act.template == "please_call":
            lately = [t for t, counts in self.texts.values() if not counts]
            assert all(at - t >= NOT_TWICE_WITHIN for t in lately), f"asked twice to call: {key}"
            self.texts[key] = (at, False)
            return
        self.texts[key] = (at, True)
        self._of_the_day(key, at)
        self._speaks_true(key, act, at)

    def _of_the_day(self, key: str, at: datetime) -> None:
        zone = ZoneInfo(self.zone or self.clinic)
        day = at.astimezone(zone).date()
        counted = [t for t, counts in self.texts.values() if counts]
        today = [t for t in counted if t.astimezone(zone).date() == day]
        assert len(today) <= CAP, f"text number {len(today)} of {day}: {key}"

    def _speaks_true(self, key: str, act: TextAct, at: datetime) -> None:
        treatment, step = key.removeprefix("t").split("/")[:2]
        stands = self.standing.get((int(treatment), step))
        assert act.appointment_at == stands, f"it speaks of {act.appointment_at}, not of {stands}"
        assert stands is not None
        assert at <= stands - BEFORE_A_START, f"a text shortly before its appointment: {key}"
        zone = ZoneInfo(self.zone or self.clinic)
        ahead = stands.astimezone(zone).date() - at.astimezone(zone).date()
        said = {"appointment_today": 0, "appointment_tomorrow": 1}.get(act.template.value)
        assert said in {None, ahead.days}, f"it says {act.template} {ahead.days} days ahead"

    def _page(self, escalation: str, at: datetime) -> None:
        assert escalation not in self.closed, f"a page for {escalation}, which is closed"
        looks = self.taken.pop(escalation, at)
        assert at >= looks, f"a page for {escalation} before its owner looks again"
