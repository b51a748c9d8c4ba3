"""What a treatment did stands together, where the server keeps groups of events."""

from collections import Counter

from clinic_days import admit_to_programme
from journey_stand import Stand
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

_OURS = (EventType.EVENT_TYPE_TIMER_STARTED, EventType.EVENT_TYPE_MARKER_RECORDED)


async def test_events_are_grouped_by_treatment(stand: Stand, client: Client) -> None:
    journey = await stand.start()
    await admit_to_programme(journey)
    await journey.settled()
    groups: Counter[str] = Counter()
    for event in (await journey.handle.fetch_history()).events:
        named = {marker.label.id for marker in event.event_group_markers if marker.label.id}
        if event.event_type in _OURS:
            assert len(named) == 1, event
        groups.update(named)
    assert set(groups) == {"outside of treatments", "treatment 1"}
