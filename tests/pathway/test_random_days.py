"""Whole lives of a clinic's days, each from its seed; between them everything has happened."""

from collections import Counter
from functools import cache

import pytest
from any_life import AnyLife
from clinic_day import ClinicDay
from seeds import first_seed

from pathway.commands import COMMANDS
from pathway.journey import Stage

SEEDS = range(30)
DAYS = 26
WILD = [0.0, 0.1, 0.2, 0.4, 0.7]
MUST_HAPPEN = {
    *(stage.value for stage in Stage),
    "corrected",
    "day_closed",
    "deceased",
    "escalated",
    "hospital",
    "leaving",
    "no_drug_given",
    "paused",
    "phone_in_doubt",
    "proposed",
    "returned",
    "second_treatment",
    "third_treatment",
}
TEXTS = {
    "appointment",
    "appointment_today",
    "appointment_tomorrow",
    "before_visit",
    "feeling_checkin",
    "please_call",
    "support_numbers",
    "welcome",
    "when_we_read",
}
MANY_MORE = 250


@cache
def lived(seed: int) -> AnyLife:
    """A life of some weeks, with the oracle's look at each day's end."""
    print(f"seed {seed}")  # noqa: T201
    life = AnyLife.begin(seed)
    day = ClinicDay(life, wild=WILD[seed % len(WILD)])
    for _ in range(DAYS):
        day.pass_by()
        life.holds()
        if life.driver.journey.over:
            break
    life.rebuilt()
    return life


@pytest.mark.parametrize("seed", SEEDS)
def test_a_life_keeps_every_promise(seed: int) -> None:
    lived(seed)


@pytest.mark.timeout(400)
def test_the_lives_come_everywhere() -> None:
    lives = [lived(seed) for seed in SEEDS]
    came = Counter(name for life in lives for name in life.reached)
    print(f"of {len(lives)} lives: {dict(came)}")  # noqa: T201
    assert not MUST_HAPPEN - set(came), came
    starts = sum(life.oracle.starts_by_plan for life in lives)
    assert starts >= len(lives) / 2, f"{starts} starts with every gate open"
    texts = {template for life in lives for template in life.oracle.texts}
    assert not TEXTS - texts, texts


def test_every_command_is_given_taken_up_and_declined() -> None:
    lives = [lived(seed) for seed in SEEDS]
    names = {command.name for command in COMMANDS}
    given = {name for life in lives for name in life.given}
    taken = {name for life in lives for name in life.taken}
    assert not names - given, f"nobody has given {names - given}"
    assert not names - taken, f"never taken up: {names - taken}"
    declined = {name for life in lives for name in life.declined}
    assert len(declined) > len(names) / 2, "hardly anything is refused"


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_many_more_lives_keep_every_promise() -> None:
    first = first_seed()
    for seed in range(first, first + MANY_MORE):
        lived.__wrapped__(seed)
