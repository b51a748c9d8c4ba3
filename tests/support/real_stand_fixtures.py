"""The whole system as a fixture, and the oracle that all who kill parts of it share."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from journal_reading import event_of, rebuilt
from network_fixtures import a_network
from real_stand import PatientLiveJourney, RealStand, real_stand

from pathway.events import ItemSettled
from pathway.overview import overview
from records.text_model import TextState
from simulator.background import BackgroundNetwork

TEXTS_OF_THE_STORY = 16
"""Seven for each of the two visits, and one that asks her to call."""


@pytest.fixture
def phones(tmp_path: Path) -> Iterator[BackgroundNetwork]:
    with a_network(tmp_path / "phones") as opened:
        yield opened


@pytest.fixture
async def whole_system(
    private_server: Callable[..., Any],
    own_postgres_url: str,
    phones: BackgroundNetwork,
    tmp_path: Path,
) -> AsyncIterator[RealStand]:
    async with real_stand(private_server, own_postgres_url, phones, tmp_path) as opened:
        yield opened


async def nothing_lost_nothing_twice(stand: RealStand, journey: PatientLiveJourney) -> None:
    """Phones, records, journal and journey tell the same story."""
    received = {text.sid: text.body for text in stand.network.control.ledger(journey.phone)}
    stored = await journey.stored_texts()
    # Each text that a phone has got belongs to one intent, and each intent to one text.
    gone = {str(t.sid) for t in stored if t.state in {TextState.SENT, TextState.ADOPTED}}
    assert gone <= received.keys(), "a text that is said to have gone did not arrive"
    # Two texts of the same words, both in doubt, cannot be told apart: a person has them.
    unclaimed = Counter(body for sid, body in received.items() if sid not in gone)
    to_staff = Counter(t.body for t in stored if t.state is TextState.TO_STAFF and t.posted_at)
    states = [(t.intent, t.state, t.reason, t.body) for t in stored]
    assert unclaimed <= to_staff, f"a text arrived that nobody knows of: {unclaimed}, {states}"
    seen = await journey.overview()
    rows = await journey.journal(seen.events)
    assert [row.number for row in rows] == list(range(1, seen.events + 1))
    assert overview(rebuilt(rows)) == await journey.overview()
    told = [event for event in map(event_of, rows) if isinstance(event, ItemSettled)]
    keys = [event.key for event in told]
    assert len(set(keys)) == len(keys), "an agenda item ran twice"
    texts = [event for event in told if event.line.startswith("text: ")]
    assert len(texts) == TEXTS_OF_THE_STORY, "a reminder was neither sent nor accounted for"
    assert len([e for e in texts if e.outcome in {"sent", "in_doubt"}]) == len(
        [t for t in stored if t.posted_at is not None]
    )
