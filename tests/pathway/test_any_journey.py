"""Whole journeys in which anybody may do anything at any time; the oracle watches.

The same journeys are lived each time. `make chaos` wanders further, from
where it is told or from a place of its own.
"""

from collections import Counter
from datetime import timedelta

import pytest
from any_command import MAKERS
from any_life import AnyLife
from clinic_day import ClinicDay
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from seeds import first_seed

from pathway import commands as cmd
from pathway.journey import Stage
from pathway.roles import Role

_QUIETLY = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
JOURNEYS = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    print_blob=True,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=_QUIETLY,
)
MANY_MORE = settings(JOURNEYS, max_examples=200, stateful_step_count=60, derandomize=False)

commands = st.sampled_from(cmd.COMMANDS)
roles = st.none() | st.sampled_from(list(Role))
"""None is whoever usually does it."""
soon = st.integers(1, 15 * 60).map(lambda m: timedelta(minutes=m))


class AnyJourney(RuleBasedStateMachine):
    """One patient, a clinic full of people, and the engine."""

    reached: Counter[str]

    @initialize(born=st.integers(0, 2**32))
    def opens(self, born: int) -> None:
        self.life = AnyLife.begin(born)
        # What is due as it begins.
        self.life.driver.turn()

    @property
    def ended(self) -> bool:
        return self.life.driver.journey.over

    @rule(passes=soon)
    def time_passes(self, passes: timedelta) -> None:
        self.life.driver.to(self.life.driver.now + passes)

    @rule(passes=soon)
    def the_worker_is_down(self, passes: timedelta) -> None:
        self.life.driver.outage(self.life.driver.now + passes)

    @precondition(lambda self: not self.ended)
    @rule()
    def a_day_passes(self) -> None:
        ClinicDay(self.life, wild=0).pass_by()

    @precondition(lambda self: not self.ended)
    @rule()
    def another_day_passes(self) -> None:
        ClinicDay(self.life, wild=0.1).pass_by()

    @precondition(lambda self: not self.ended)
    @rule()
    def a_bad_day_passes(self) -> None:
        ClinicDay(self.life, wild=0.6).pass_by()

    @rule(command=commands, role=roles)
    def somebody_does(self, command: type[cmd.Command], role: Role | None) -> None:
        if command in {cmd.Close, cmd.ReportDeath} and len(self.life.driver.log) < _YOUNG:
            return
        self.life.do_any(command, role)

    @invariant()
    def all_promises_are_kept(self) -> None:
        if hasattr(self, "life"):
            self.life.holds()

    def teardown(self) -> None:
        if hasattr(self, "life"):
            self.life.rebuilt()
            self.reached.update(self.life.reached)


_YOUNG = 400
"""Events before which nobody ends a journey that has hardly begun."""


def _lived(how_many: settings, start: int | None = None) -> None:
    AnyJourney.reached = Counter()
    machine = AnyJourney if start is None else seed(start)(AnyJourney)
    run_state_machine_as_test(machine, settings=how_many)
    print(f"reached: {dict(AnyJourney.reached)}")  # noqa: T201
    missing = {stage.value for stage in Stage} - set(AnyJourney.reached)
    assert not missing, f"no journey has come to {missing}: {AnyJourney.reached}"


def test_every_command_there_is_can_be_given() -> None:
    assert set(MAKERS) == set(cmd.COMMANDS)


@pytest.mark.timeout(400)
def test_any_journey_keeps_every_promise() -> None:
    _lived(JOURNEYS)


@pytest.mark.chaos
def test_any_of_many_more_journeys_keeps_every_promise() -> None:
    start = first_seed()
    print(f"seed {start}")  # noqa: T201
    _lived(MANY_MORE, start)
