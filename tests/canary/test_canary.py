"""Names, numbers and words that exist nowhere else go through every flow; then all is searched.

The search has tests of its own (test_search.py), and at the end of each run a leak is planted in
each class of places, and is found there.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest
from canary_faults import IN_CLEAR
from canary_flows import every_flow, never_driven
from canary_places import METRICS, PROCESSES, TEXTS, URLS, all_places
from canary_planting import among, plant
from canary_stand import CanaryStand, canary_stand
from needles import Kind, Needles
from places import Found, Place

from local.binary import ServerBinary
from local.demo.stories import STORIES, chosen_stories
from pathway.commands import COMMANDS

SERVERS = frozenset(("histories, as bytes", "histories, as JSON", "the server's files"))
STORIES_OF_THE_CUT = ("NG-2055",)


@pytest.fixture(autouse=True)
def _talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process of the stand logs all that it has to say."""
    monkeypatch.setenv("WAYMARK_LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("WAYMARK_PAGES_APART_SECONDS", "1")


def judged(places: Iterable[Place], needles: Needles) -> list[str]:
    """What stands where it may not."""
    leaks: list[str] = []
    for place in places:
        found = place.search(needles)
        leaks += [str(each) for each in found if not _may_stand(place, each)]
    return leaks


def _may_stand(place: Place, found: Found) -> bool:
    """What strangers put into the server unsealed is there; what staff answer is in a text."""
    needle = found.needle
    if place.name == TEXTS:
        return needle.kind is Kind.WORD and needle.flow.startswith("text out: ")
    return place.name in SERVERS and needle.flow == IN_CLEAR


async def planted_leaks_are_found(stand: CanaryStand) -> None:
    planted = await plant(stand)
    places = await all_places(stand)
    for place in places:
        if place.name in {METRICS, PROCESSES, URLS}:
            among(place, planted)
        assert any(place.search(planted)), f"what was planted in {place.name} was not found"


def figures(stand: CanaryStand, places: Iterable[Place]) -> str:
    each = list(places)
    taken = sum(stand.driven[f"update: {command.name}"] > 0 for command in COMMANDS)
    return (
        f"canary: 0 of {len(stand.needles.given):,} needles found in "
        f"{sum(place.size for place in each):,} bytes of {len(each)} classes of places, "
        f"after {len(stand.driven)} flows driven {sum(stand.driven.values()):,} times; "
        f"{taken} of {len(COMMANDS)} commands were taken up by a journey"
    )


async def _nothing_is_found(stand: CanaryStand) -> None:
    places = await all_places(stand)
    leaks = judged(places, stand.needles)
    assert not leaks, "\n".join(leaks)
    assert never_driven(stand) == []
    print(figures(stand, places))  # noqa: T201
    await planted_leaks_are_found(stand)


@pytest.mark.timeout(400)
async def test_rule_29_nothing_of_a_patient_is_found_outside_the_records(
    server_binary: ServerBinary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with canary_stand(server_binary, tmp_path, Needles(1)) as stand:
        stories = chosen_stories(STORIES_OF_THE_CUT)
        await every_flow(stand, tmp_path, stories, monkeypatch, cut=True)
        await _nothing_is_found(stand)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
async def test_rule_29_nothing_is_found_after_every_story_and_every_fault(
    server_binary: ServerBinary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own_postgres_url: str,
) -> None:
    """On PostgreSQL; the cut above looks into a SQLite file."""
    async with canary_stand(server_binary, tmp_path, Needles(2), own_postgres_url) as stand:
        await every_flow(stand, tmp_path, STORIES, monkeypatch, cut=False)
        await _nothing_is_found(stand)
