"""One patient's life in the pure core: driver, oracle, chance, and what was reached."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from any_command import RIGHT_ROLES, ZONES, AnyCommand
from core_driver import ZONE, CoreDriver, Fate, a_calendar
from core_oracle import Oracle
from pydantic import ValidationError

from config.loader import load_protocol, shipped_protocol
from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.apply import apply_all, open_journey
from pathway.items import AgendaItem, LookUpAct, PageAct, TextAct
from pathway.journey import Contact
from pathway.overview import details, explain, overview
from pathway.protocol import Protocol
from pathway.refusals import Refused
from pathway.roles import Role

FATES: dict[type, list[str]] = {
    TextAct: [*12 * ["sent"], "ambiguous", "refused", "withheld", "gave_up", "broken"],
    PageAct: [*20 * ["paged"], "nobody", "nobody", "broken"],
    LookUpAct: ["none", "none", "one", "one", "several", "not_posted", "broken"],
}
DELAYS = [timedelta(0), timedelta(0), timedelta(minutes=3), timedelta(minutes=20)]
CLINICS = [ZONE, ZONE, "Pacific/Honolulu", "Asia/Kolkata"]
BEGINNINGS = [
    date(2026, 6, 1),
    date(2026, 3, 2),
    date(2026, 10, 26),
    date(2026, 3, 30),
    date(2026, 12, 21),
]
"""Summer; before either change of the clocks here, and in the south; before a year ends."""


def _capped(name: str, cap: int) -> Protocol:
    shipped = load_protocol(shipped_protocol(name))
    texting = shipped.texting.model_copy(update={"daily_cap": cap})
    return shipped.model_copy(update={"texting": texting})


PROTOCOLS = [(_capped(name, cap), cap) for name in ("ketamine-iv", "esketamine") for cap in (2, 1)]


@dataclass
class AnyLife:
    driver: CoreDriver
    oracle: Oracle
    chance: random.Random
    given: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    declined: Counter[str] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, seed: int) -> "AnyLife":
        """A journey of this seed, wherever and whenever chance puts it."""
        chance = random.Random(seed)  # noqa: S311 - lives, not secrets
        protocol, cap = chance.choice(PROTOCOLS)
        day = chance.choice(BEGINNINGS)
        closed = tuple(day + timedelta(days=chance.randint(1, 20)) for _ in range(2))
        calendar = a_calendar(zone=chance.choice(CLINICS), closed=closed)
        at = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        contact = Contact(zone=chance.choice(ZONES))
        driver = CoreDriver.open(protocol, at=at, contact=contact, calendar=calendar)
        life = cls(driver, Oracle(driver, cap), chance)
        driver.fate = life._fate
        return life

    def _fate(self, item: AgendaItem) -> Fate:
        outcome = self.chance.choice(FATES.get(type(item.act), ["alerted"]))
        return Fate(
            outcome, self.chance.choice(["chosen", "texts_held"]), self.chance.choice(DELAYS)
        )

    def do(self, command: type[cmd.Command], role: Role | str, **fields: Any) -> bool:
        """Give a command; the oracle hears what came of it. Whether it was taken up."""
        before = self.driver.journey
        self.given[command.name] += 1
        try:
            built = self.driver.built(command, role, **fields)
        except ValidationError:
            return False
        try:
            self.driver.give(built)
        except Refused as refusal:
            assert self.driver.journey is before, "a refusal changed something"
            self.declined[command.name] += 1
            self.oracle.refused(built, refusal)
            return False
        self.taken[command.name] += 1
        self.look()
        return True

    def do_any(self, command: type[cmd.Command], role: Role | None = None) -> bool:
        """Some command of this kind, sane or not."""
        fields = AnyCommand(self.driver, self.chance).fields(command)
        usual = RIGHT_ROLES.get(command, Role.PRESCRIBER)
        return self.do(command, role or usual, **fields)

    def look(self) -> None:
        """What has been reached, for the count at the end."""
        journey = self.driver.journey
        self.reached.add(journey.stage.value)
        marks = {
            "second_treatment": len(journey.treatments) > 1,
            "third_treatment": len(journey.treatments) > 2,
            "paused": journey.pause,
            "hospital": journey.hospital,
            "leaving": journey.leaving,
            "returned": journey.returns,
            "deceased": journey.deceased_at,
            "corrected": any(t.superseded for t in journey.treatments),
            "no_drug_given": any(t.aborted for t in journey.treatments),
            "escalated": journey.escalations_opened,
            "day_closed": journey.messages.closed,
            "phone_in_doubt": journey.messages.phone_doubt,
            "proposed": journey.proposals,
        }
        self.reached |= {name for name, holds in marks.items() if holds}

    def holds(self) -> None:
        """What must hold between any two acts."""
        journey = self.driver.journey
        items = agenda(journey)
        assert items == self.driver.agenda(), "derived twice, and not the same"
        self.oracle.holds(items)
        seen = overview(journey)
        assert explain(journey).past == journey.diary
        assert details(journey)
        assert len({row.key for row in seen.owed}) == len(seen.owed), "two lines of one key"
        if journey.over:
            assert (journey.tasks, journey.doubtful, seen.waits_for) == ((), (), None)
            dangers = [e.id for e in journey.open_escalations]
            assert not (dangers and journey.deceased_at), "a danger after her death"
            assert [row.escalation for row in seen.owed if row.escalation] == dangers
            assert all(row.group == "danger" for row in seen.owed)
            flagged = journey.deceased_at is None and any(f.open for f in journey.flags)
            danger = bool(dangers) or flagged
            assert bool(items) is danger, "at work for nothing, or a danger that is nobody's"
            assert bool(seen.owed) is danger, "on the list for nothing, or not in view"
            return
        assert items or seen.owed, "an open journey that nothing and nobody moves"
        assert all(row.role and row.role is not Role.PATIENT for row in seen.owed)
        assert seen.waits_for is not None

    def rebuilt(self) -> None:
        """Its events alone make it again."""
        _, *rest = self.driver.log
        assert apply_all(open_journey(self.driver.opened), rest) == self.driver.journey
