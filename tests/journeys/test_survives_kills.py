"""A whole journey on the whole system, while worker, server and database are taken away."""

from datetime import timedelta

import pytest
from real_stand import RealStand
from real_stand_fixtures import nothing_lost_nothing_twice
from two_treatments import end_first_treatment, first_treatment, second_treatment

from records.text_model import TextState
from simulator.faults import FaultKind


@pytest.mark.timeout(300)
async def test_kills_in_its_middle_lose_and_repeat_nothing(whole_system: RealStand) -> None:
    journey = await whole_system.enrolled()
    await whole_system.worker.kill()
    whole_system.network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    day = await first_treatment(journey)
    await whole_system.kill_server()
    whole_system.database.cut()
    await end_first_treatment(journey)
    whole_system.database.mend()
    await whole_system.worker.kill()
    await second_treatment(journey, day + timedelta(days=6))

    assert [f.fired for f in whole_system.network.control.faults()] == [1], "no answer was lost"
    assert whole_system.worker.starts == 3
    await nothing_lost_nothing_twice(whole_system, journey)
    texts = await journey.stored_texts()
    assert [t.state for t in texts].count(TextState.ADOPTED) == 1
    assert TextState.TO_STAFF not in {t.state for t in texts}
