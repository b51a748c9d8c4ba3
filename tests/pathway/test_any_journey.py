"""Whole journeys in which anybody may do anything at any time; the oracle watches.

The same journeys are lived each time. To wander further, set derandomize to False.
"""

import random
from datetime import timedelta
from typing import Any

import pytest
from clinic_day import ClinicDay
from core_driver import ZONE, CoreDriver, Fate, a_calendar
from core_oracle import CAP, NEXT_LOOK, Oracle
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import ValidationError

from config.loader import load_protocol
from pathway import commands as cmd
from pathway.agenda import agenda
from pathway.apply import apply_all, open_journey
from pathway.escalation import Ending
from pathway.facts import BOOKABLE, Choice, LeavingBy, SessionOutcome, Step
from pathway.items import AgendaItem, LookUpAct, PageAct, TextAct
from pathway.journey import Contact
from pathway.overview import details, explain, overview
from pathway.refusals import Refused
from pathway.roles import Role

_QUIETLY = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
JOURNEYS = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    print_blob=True,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=_QUIETLY,
)
_SHIPPED = load_protocol()
PROTOCOL = _SHIPPED.model_copy(
    update={"texting": _SHIPPED.texting.model_copy(update={"daily_cap": CAP})}
)
ZONES = [None, "America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Asia/Kolkata"]
FATES: dict[type, list[str]] = {
    TextAct: ["sent", "sent", "sent", "ambiguous", "refused", "withheld", "gave_up", "broken"],
    PageAct: ["paged", "paged", "nobody", "broken"],
    LookUpAct: ["none", "none", "one", "several", "not_posted", "broken"],
}
DELAYS = [timedelta(0), timedelta(0), timedelta(minutes=3), timedelta(minutes=20)]

roles = st.sampled_from(list(Role))
steps = st.sampled_from(sorted(BOOKABLE)) | st.sampled_from(list(Step))
ahead = st.integers(-60, 12 * 24 * 60).map(lambda m: timedelta(minutes=m))
soon = st.integers(1, 15 * 60).map(lambda m: timedelta(minutes=m))
ago = st.sampled_from([0, 0, 0, 1, 14, 16, 60, 600, 3000, -4, -6]).map(
    lambda m: timedelta(minutes=m)
)
doses = st.sampled_from([0.5, 0.5, 0.1, 1.0, 0.01, 4.0])
numbers = st.sampled_from([0, 0, 0, 1, 2, -1])
"""How far the treatment that is named lies from the current one."""


class AnyJourney(RuleBasedStateMachine):
    """One patient, a clinic full of people, and the engine."""

    @initialize(
        zone=st.sampled_from(ZONES),
        clinic=st.sampled_from([ZONE, "Pacific/Honolulu"]),
        seed=st.integers(0, 2**16),
        assessed=st.booleans(),
    )
    def opens(self, zone: str | None, clinic: str, seed: int, assessed: bool) -> None:
        calendar = a_calendar(zone=clinic)
        self.driver = CoreDriver.open(PROTOCOL, contact=Contact(zone=zone), calendar=calendar)
        self.oracle = Oracle(now=self.driver.now, zone=zone, clinic=clinic)
        self.chance = random.Random(seed)  # noqa: S311 - outcomes, not secrets
        self.driver.fate = self._fate
        self.driver.on_start = self.oracle.started_one
        self.driver.on_event = self.oracle.saw
        self.driver.on_command = lambda command: self.oracle.heard(command, self.driver.now)
        if assessed:
            self.driver.admitted()

    def _fate(self, item: AgendaItem) -> Fate:
        outcome = self.chance.choice(FATES.get(type(item.act), ["alerted"]))
        reason = self.chance.choice(["chosen", "texts_held"])
        return Fate(outcome, reason, self.chance.choice(DELAYS))

    def do(self, command: type[cmd.Command], role: Role, **fields: Any) -> None:
        before = self.driver.journey
        try:
            self.driver.do(command, role, **fields)
        except ValidationError:
            assert self.driver.journey is before
        except Refused:
            assert self.driver.journey is before, "a refusal changed something"

    @property
    def number(self) -> int:
        treatment = self.driver.journey.treatment
        return treatment.number if treatment else 1

    def revision(self, step: Step) -> int:
        treatment = self.driver.journey.treatment
        return treatment.revision(step) if treatment else 0

    # Time

    @rule(passes=soon)
    def time_passes(self, passes: timedelta) -> None:
        self.driver.to(self.driver.now + passes)

    @rule(passes=soon)
    def the_worker_is_down(self, passes: timedelta) -> None:
        self.driver.outage(self.driver.now + passes)

    @rule(seed=st.integers(0, 2**32))
    def a_day_passes(self, seed: int) -> None:
        # No two days are alike, even where Hypothesis repeats itself.
        chance = random.Random(seed * 7919 + len(self.driver.log))  # noqa: S311
        ClinicDay(self.driver, self.do, chance).pass_by()

    @rule(seed=st.integers(0, 2**32))
    def another_day_passes(self, seed: int) -> None:
        self.a_day_passes(seed)

    # Plans

    @rule(step=steps, at=ahead, guess=st.sampled_from([0, 0, 0, 1]), slot=soon | st.none())
    def somebody_books(self, step: Step, at: timedelta, guess: int, slot: timedelta | None) -> None:
        when = self.driver.now + at
        self.do(
            cmd.Book,
            Role.COORDINATOR,
            treatment=self.number,
            step=step,
            at=when,
            replaces=self.revision(step) + guess,
            psychotherapy_at=when + slot if slot and step is Step.INFUSION else None,
            seen_by="omar" if slot else None,
        )

    @rule(step=steps, at=ahead, guess=st.sampled_from([0, 0, 1]))
    def somebody_moves(self, step: Step, at: timedelta, guess: int) -> None:
        when = self.driver.now + at
        revision = self.revision(step) + guess
        fields = {"treatment": self.number, "step": step, "revision": revision, "at": when}
        self.do(cmd.Move, Role.COORDINATOR, seen_by="omar", **fields)

    @rule(step=steps, by=st.sampled_from(["patient", "clinic"]))
    def somebody_cancels(self, step: Step, by: str) -> None:
        revision = self.revision(step) or 1
        fields = {"treatment": self.number, "step": step, "revision": revision, "wish_of": by}
        self.do(cmd.Cancel, Role.COORDINATOR, reason="asked for", **fields)

    # Anything, by anybody

    @rule(role=roles, off=numbers, ago=ago, kind=st.integers(0, 6), data=st.data())
    def somebody_records(
        self, role: Role, off: int, ago: timedelta, kind: int, data: st.DataObject
    ) -> None:
        records: list[tuple[type[cmd.Command], dict[str, st.SearchStrategy[Any]]]] = [
            (cmd.RecordPreparation, {}),
            (
                cmd.StartInfusion,
                {"dose_mg_per_kg": doses, "override": st.none() | st.just("asked")},
            ),
            (cmd.EndInfusion, {"complete": st.booleans(), "reason": st.none() | st.just("faint")}),
            (cmd.RecordDischarge, {"way": st.sampled_from(list(LeavingBy))}),
            (
                cmd.RecordPsychotherapy,
                {
                    "outcome": st.sampled_from(list(SessionOutcome)),
                    "reason": st.none() | st.just("said so"),
                },
            ),
            (
                cmd.RecordDecision,
                {"choice": st.sampled_from(list(Choice)), "reason": st.just("judged")},
            ),
            (cmd.RecordVitals, {"readings": st.just([_reading(self.driver)])}),
        ]
        command, fields = records[kind]
        drawn = {name: data.draw(strategy) for name, strategy in fields.items()}
        happened = self.driver.now - ago
        self.do(command, role, treatment=self.number + off, happened_at=happened, **drawn)

    @rule(role=roles, suitable=st.booleans(), given_=st.booleans(), which=st.booleans())
    def somebody_admits(self, role: Role, suitable: bool, given_: bool, which: bool) -> None:
        if which:
            self.do(cmd.RecordAssessment, role, suitable=suitable, reason="judged")
        else:
            self.do(cmd.RecordConsent, role, given=given_)

    # Escalations

    @precondition(lambda self: len(self.driver.journey.open_escalations) < 3)
    @rule(role=roles, tier=st.sampled_from(list(cmd.FlagTier)))
    def somebody_raises_a_flag(self, role: Role, tier: cmd.FlagTier) -> None:
        self.do(cmd.RaiseFlag, role, tier=tier)

    @rule(pick=st.integers(0, 5), look=ahead | st.none(), role=roles)
    def somebody_acknowledges(self, pick: int, look: timedelta | None, role: Role) -> None:
        at = self.driver.now + look if look else None
        self.do(cmd.AcknowledgeEscalation, role, escalation=self._escalation(pick), next_look=at)

    @rule(pick=st.integers(0, 5), outcome=st.sampled_from(list(Ending)), until=ahead | st.none())
    def somebody_resolves(self, pick: int, outcome: Ending, until: timedelta | None) -> None:
        good = self.driver.now + until if until else None
        fields = {"escalation": self._escalation(pick), "outcome": outcome, "good_until": good}
        self.do(cmd.ResolveEscalation, Role.PRESCRIBER, note="spoken", **fields)

    @rule(pick=st.integers(0, 5), to=st.sampled_from(["omar", "nadia"]))
    def somebody_hands_over(self, pick: int, to: str) -> None:
        self.do(cmd.HandOver, Role.NURSE, escalation=self._escalation(pick), to=to, note="shift")

    def _escalation(self, pick: int) -> str:
        stands = self.driver.journey.open_escalations
        return stands[pick % len(stands)].id if stands and pick < 5 else f"e{pick}"

    @precondition(lambda self: self.driver.journey.tasks)
    @rule(pick=st.integers(0, 9), reached=st.booleans(), again=ahead | st.none())
    def somebody_tries_to_reach_her(
        self, pick: int, reached: bool, again: timedelta | None
    ) -> None:
        task = self.driver.journey.tasks[pick % len(self.driver.journey.tasks)]
        at = self.driver.now + again if again else None
        fields = {"task": task.key, "reached": reached, "next_try": at}
        self.do(cmd.RecordContactAttempt, Role.COORDINATOR, note="tried", **fields)

    # Contact, and the end

    @rule(hold=st.booleans(), role=roles)
    def somebody_holds_or_releases(self, hold: bool, role: Role) -> None:
        self.do(cmd.HoldTexts if hold else cmd.ReleaseTexts, role, reason="asked")

    @rule(zone=st.sampled_from([*ZONES, "Mars/Base"]), no=st.integers(0, 12))
    def her_contact_changes(self, zone: str | None, no: int) -> None:
        contact = {
            "zone": zone,
            "mobile": no != 1,
            "opted_out": no == 2,
            "phone_shared": no == 3,
            "text_consent": no != 4,
        }
        self.do(cmd.ChangeContact, Role.COORDINATOR, contact=contact)

    @precondition(lambda self: len(self.driver.log) > 60)
    @rule(how=st.integers(0, 19))
    def it_may_end(self, how: int) -> None:
        if how == 0:
            self.do(cmd.ReportDeath, Role.NURSE)
        if how == 1:
            self.do(cmd.Close, Role.COORDINATOR, outcome="completed", reason="all done")

    # What always holds

    @invariant()
    def the_agenda_is_in_order(self) -> None:
        journey = self.driver.journey
        items = agenda(journey)
        keys = [item.key for item in items]
        assert len(keys) == len(set(keys)), "two items of one key"
        assert list(items) == sorted(items, key=lambda item: (item.at, item.key))
        assert not set(keys) & set(journey.settled), "a settled key is due again"
        finished = self.oracle.started - set(self.driver.under_way)
        assert not set(keys) & finished, "what has run is due again"
        due = [item.key for item in items if item.at <= self.driver.now]
        assert set(due) <= set(self.driver.under_way), "due, and nobody does it"

    @invariant()
    def a_moved_appointment_leaves_nothing_behind(self) -> None:
        for item in agenda(self.driver.journey):
            if isinstance(item.act, TextAct) and item.act.appointment_at:
                assert item.act.appointment_at in self.oracle.standing.values(), item.key

    @invariant()
    def every_open_escalation_goes_on(self) -> None:
        keys = [item.key for item in agenda(self.driver.journey)]
        for escalation in self.driver.journey.open_escalations:
            assert escalation.id not in self.oracle.closed
            own = [key for key in keys if key.startswith(f"{escalation.id}/")]
            if escalation.acknowledged is None:
                assert own, f"{escalation.id} climbs no further"
                continue
            assert escalation.owner
            assert escalation.acknowledged.next_look <= escalation.acknowledged.at + NEXT_LOOK
            looks = f"{escalation.id}/r{escalation.round}/look-again"
            assert looks in own, f"nobody looks again at {escalation.id}"

    @invariant()
    def something_comes_or_somebody_is_asked(self) -> None:
        journey = self.driver.journey
        seen = overview(journey)
        assert explain(journey).past == journey.diary
        assert details(journey)
        assert len({row.key for row in seen.owed}) == len(seen.owed), "two lines of one key"
        if journey.over:
            assert (agenda(journey), seen.owed, seen.waits_for) == ((), (), None)
            assert (journey.open_escalations, journey.tasks, journey.doubtful) == ((), (), ())
        else:
            assert seen.owed
            assert seen.waits_for is not None

    def teardown(self) -> None:
        """Its events alone make it again."""
        if hasattr(self, "driver"):
            opened, *rest = self.driver.log
            assert apply_all(open_journey(self.driver.opened), rest) == self.driver.journey
            assert opened is self.driver.opened


def _reading(driver: CoreDriver) -> dict[str, Any]:
    rates = {"systolic_mmhg": 120, "diastolic_mmhg": 80, "heart_rate": 60, "spo2_percent": 98}
    return {"at": driver.now, **rates}


AnyJourney.TestCase.settings = JOURNEYS
TestAnyJourney = pytest.mark.timeout(150)(AnyJourney.TestCase)
