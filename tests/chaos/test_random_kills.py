"""Worker, server, database and answers die at random moments; the seed says which and when."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import pytest
from real_stand import PatientLiveJourney, RealStand
from real_stand_fixtures import nothing_lost_nothing_twice
from two_treatments import end_first_treatment, first_treatment, second_treatment

from records.text_model import TextState
from simulator.faults import FaultKind

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

JOURNEYS = 4


class Killer:
    """A hand that takes one thing away after another, as its seed tells it."""

    def __init__(self, stand: RealStand, seed: int) -> None:
        self._stand = stand
        self._random = random.Random(seed)  # noqa: S311 - repeatable is what it is for
        self.done: Counter[str] = Counter()
        self.stopped = False

    async def run(self) -> None:
        acts: Mapping[str, Callable[[], Awaitable[None]]] = {
            "worker": self._stand.worker.kill,
            "server": self._stand.kill_server,
            "database cut": self._cut,
            "database frozen": self._freeze,
            "answer lost": self._lose_answer,
        }
        names = list(acts)
        while not self.stopped:
            await asyncio.sleep(self._random.uniform(0.2, 2))
            name = self._random.choice(names)
            await acts[name]()
            self.done[name] += 1

    async def _cut(self) -> None:
        self._stand.database.cut()
        await asyncio.sleep(self._random.uniform(0.1, 2))
        self._stand.database.mend()

    async def _freeze(self) -> None:
        self._stand.database.freeze()
        await asyncio.sleep(self._random.uniform(0.1, 2))
        self._stand.database.thaw()

    async def _lose_answer(self) -> None:
        kind = self._random.choice([FaultKind.ACCEPT_THEN_DROP, FaultKind.ACCEPT_THEN_500])
        self._stand.network.control.fault(kind)


async def _live(journey: PatientLiveJourney) -> None:
    day = await first_treatment(journey)
    await end_first_treatment(journey)
    await second_treatment(journey, day + timedelta(days=6))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_journeys_under_random_kills(whole_system: RealStand, seed: int) -> None:
    journeys = [await whole_system.enrolled(f"+1415555013{n}") for n in range(JOURNEYS)]
    killer = Killer(whole_system, seed)
    hand = asyncio.create_task(killer.run())
    try:
        await asyncio.gather(*map(_live, journeys))
    finally:
        # Asked, not cancelled: it must not leave a server dead that it was about to restart.
        killer.stopped = True
        await hand
    to_staff = 0
    for journey in journeys:
        await journey.to(await journey.now() + timedelta(hours=2))
        await nothing_lost_nothing_twice(whole_system, journey)
        states = [text.state for text in await journey.stored_texts()]
        to_staff += states.count(TextState.TO_STAFF)
    fired = sum(fault.fired for fault in whole_system.network.control.faults())
    print(f"seed {seed}: {dict(killer.done)}, answers lost {fired}, to staff {to_staff}")  # noqa: T201
    assert sum(killer.done.values()) >= 5, "too little was killed to prove anything"
