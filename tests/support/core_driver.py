"""Drives the pure core as the workflow's engine does: no Temporal, time only moves forward.

Next due item, falls_due, events; activities are fates that a test chooses. Several activities
may be under way at once, and one whose item leaves the agenda is called back, as in the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from entry_fields import assessed, consenting

from pathway import falling_due as due
from pathway.admit import Events, rehearse
from pathway.agenda import agenda
from pathway.apply import apply, open_journey
from pathway.calendar import Calendar, OpenHours
from pathway.commands import Command
from pathway.events import Event, JourneyOpened
from pathway.items import AgendaItem, AlertAct, LookUpAct, PageAct, TextAct
from pathway.journey import Contact, Journey
from pathway.protocol import Protocol, Template

ZONE = "America/Los_Angeles"
REFERENCE = "J-0123456789"
COUNTRY = ("America/New_York", "America/Chicago", "America/Los_Angeles", "Pacific/Honolulu")
MONDAY = date(2026, 6, 1)
STAFF = {
    "coordinator": "carla",
    "mental_health_professional": "mira",
    "therapist": "theo",
    "nurse": "nadia",
    "prescriber": "priya",
    "on_call_clinician": "omar",
}
STEPS_AT_ONE_INSTANT = 400
"""More items than this at one instant would be a loop without an end."""


@dataclass(frozen=True)
class Fate:
    """What an activity's outcome is, and how long it takes to come."""

    outcome: str
    reason: str = "chosen"
    after: timedelta = timedelta(0)


def kind_fate(item: AgendaItem) -> Fate:
    """Everything goes well: texts leave, pages reach somebody, a look-up finds nothing yet."""
    match item.act:
        case TextAct():
            return Fate("sent")
        case PageAct():
            return Fate("paged")
        case LookUpAct():
            return Fate("none")
        case _:
            return Fate("alerted")


@dataclass(frozen=True)
class Ran:
    """An item that an activity was started for, and the journey as it was just before."""

    item: AgendaItem
    at: datetime
    before: Journey


@dataclass
class UnderWay:
    item: AgendaItem
    fate: Fate
    ready: datetime


def a_calendar(**changes: Any) -> Calendar:
    hours = tuple(OpenHours(weekday=d, opens=time(8), closes=time(18)) for d in range(6))
    return Calendar.model_validate(
        {"zone": ZONE, "country_zones": COUNTRY, "hours": hours, **changes}
    )


def clock(day: date, written: str, zone: str = ZONE) -> datetime:
    """What the zone's clock says on a day, as an instant: clock(MONDAY, "13:00")."""
    return datetime.combine(day, time.fromisoformat(written), tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass
class CoreDriver:
    """One journey, and the engine's part played around it."""

    opened: JourneyOpened
    now: datetime
    journey: Journey
    log: list[Event]
    fate: Callable[[AgendaItem], Fate] = kind_fate
    ran: list[Ran] = field(default_factory=list)
    under_way: dict[str, UnderWay] = field(default_factory=dict)
    on_command: Callable[[Command], None] = lambda _: None
    on_event: Callable[[Event], None] = lambda _: None
    on_start: Callable[[Ran], None] = lambda _: None
    _keys: Any = field(default_factory=count)
    _derived: tuple[Journey, tuple[AgendaItem, ...]] | None = None

    @classmethod
    def open(
        cls,
        protocol: Protocol,
        *,
        at: datetime | None = None,
        contact: Contact | None = None,
        calendar: Calendar | None = None,
    ) -> "CoreDriver":
        opened = JourneyOpened(
            at=at or clock(MONDAY, "09:00"),
            reference=REFERENCE,
            protocol=protocol,
            calendar=calendar or a_calendar(),
            contact=contact or Contact(zone=ZONE),
        )
        return cls(opened, opened.at, open_journey(opened), [opened])

    def commit(self, events: Events) -> None:
        for event in events:
            self.journey = apply(self.journey, event)
            self.log.append(event)
            self.on_event(event)

    def built(self, command: type[Command], role: str, **fields: Any) -> Command:
        fields.setdefault("key", f"key-{next(self._keys):06}")
        fields.setdefault("by", STAFF.get(role, "somebody"))
        fields.setdefault("happened_at", self.now)
        return command.model_validate({"role": role, **fields})

    def do(self, command: type[Command], role: str = "coordinator", **fields: Any) -> Events:
        """Give a command now; a refusal is raised."""
        return self.give(self.built(command, role, **fields))

    def give(self, command: Command) -> Events:
        happened = rehearse(self.journey, command, self.now)
        self.commit(happened)
        self.on_command(command)
        self.turn()
        return happened

    def to(self, moment: datetime) -> None:
        """Let time pass, acting on everything that falls due on the way."""
        while (ahead := self._next_instant()) is not None and ahead <= moment:
            self.now = max(self.now, ahead)
            self.turn()
        self.now = max(self.now, moment)
        self.turn()

    def outage(self, until: datetime) -> None:
        """Nothing runs until then; what fell due meanwhile is late."""
        self.now = max(self.now, until)
        self.turn()

    def turn(self) -> None:
        """Drain what is due now: start it, collect what ended, call back what left."""
        for _ in range(STEPS_AT_ONE_INSTANT):
            self._call_back()
            if not (self._collect() or self._start_next()):
                return
        raise AssertionError(f"the agenda does not drain at {self.now}: {self._due()}")

    def agenda(self) -> tuple[AgendaItem, ...]:
        """The agenda as it stands; derived once for each state of the journey."""
        if self._derived is None or self._derived[0] is not self.journey:
            self._derived = (self.journey, agenda(self.journey))
        return self._derived[1]

    def _due(self) -> AgendaItem | None:
        items = (i for i in self.agenda() if i.key not in self.under_way)
        return next((i for i in items if i.at <= self.now), None)

    def _next_instant(self) -> datetime | None:
        items = [i.at for i in self.agenda() if i.key not in self.under_way]
        return min([*items, *(u.ready for u in self.under_way.values())], default=None)

    def _start_next(self) -> bool:
        item = self._due()
        if item is None:
            return False
        before = self.journey
        falls = due.falls_due(self.journey, item, self.now)
        self.commit(falls.events)
        if falls.carry_out:
            self.ran.append(Ran(item, self.now, before))
            self.on_start(self.ran[-1])
            fate = self.fate(item)
            self.under_way[item.key] = UnderWay(item, fate, self.now + fate.after)
        return True

    def _collect(self) -> bool:
        ready = next((u for u in self.under_way.values() if u.ready <= self.now), None)
        if ready is None:
            return False
        del self.under_way[ready.item.key]
        self.commit(self.outcome(ready.item, ready.fate))
        return True

    def _call_back(self) -> None:
        """A text that left the agenda is waited for and withdrawn; anything else is dropped."""
        if not self.under_way:
            return
        wanted = {i.key for i in self.agenda()}
        for key in [k for k in self.under_way if k not in wanted]:
            gone = self.under_way.pop(key)
            if isinstance(gone.item.act, TextAct):
                settled = gone.fate if gone.fate.outcome == "sent" else Fate("withdrawn")
                self.commit(self.outcome(gone.item, settled))

    def outcome(self, item: AgendaItem, fate: Fate) -> Events:
        if fate.outcome == "broken":
            return due.item_broke(self.journey, item, self.now, "KeyError")
        match item.act:
            case TextAct():
                return due.text_ended(self.journey, item, self.now, fate.outcome, fate.reason)
            case PageAct():
                reached = () if fate.outcome == "nobody" else ("omar",)
                return due.page_ended(self.journey, item, self.now, reached)
            case LookUpAct():
                return due.look_up_ended(self.journey, item, self.now, fate.outcome)
            case AlertAct():
                return due.alert_ended(item, self.now)
            case _:
                raise TypeError(item.act.kind)

    # What tests read

    def texts(self, *, opt_in: bool = False) -> list[tuple[str, str]]:
        """Each text that was started, as (template, the patient's wall clock).

        The opt-in text, which every journey begins with, only where it is asked for.
        """
        zone = ZoneInfo(self.journey.contact.zone or ZONE)
        return [
            (ran.item.act.template.value, f"{ran.at.astimezone(zone):%a %H:%M}")
            for ran in self.ran
            if isinstance(ran.item.act, TextAct)
            and (opt_in or ran.item.act.template is not Template.WELCOME)
        ]

    def started_texts(self) -> list[AgendaItem]:
        """The items of the texts that were started, but for the opt-in text."""
        texts = (ran.item for ran in self.ran if isinstance(ran.item.act, TextAct))
        return [item for item in texts if not item.key.startswith("welcome/")]

    def counted(self) -> list[tuple[str, bool]]:
        """Each text that she has or may have, and whether it counts; but for the opt-in text."""
        texts = [(text.key, text.counts) for text in self.journey.texts]
        return [(key, counts) for key, counts in texts if not key.startswith("welcome/")]

    def pages(self) -> list[tuple[str, str]]:
        """Each page that was started, as (person or role, the clinic's wall clock)."""
        return [
            (
                ran.item.act.person or ran.item.act.role.value,
                f"{ran.at.astimezone(ZoneInfo(ZONE)):%a %H:%M}",
            )
            for ran in self.ran
            if isinstance(ran.item.act, PageAct)
        ]

    def agenda_keys(self) -> list[str]:
        return [item.key for item in self.agenda()]

    def outcomes(self, part: str) -> list[tuple[str, str]]:
        """(outcome, reason) of the diary's entries whose key holds this part."""
        return [(d.outcome, d.reason) for d in self.journey.diary if part in d.key]

    def admitted(self) -> "CoreDriver":
        """Assessed and consenting: treatment 1 is open."""
        from pathway import commands as cmd

        self.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
        self.do(cmd.RecordConsent, **consenting())
        return self
