"""A bettered sentence changes the wording's hash, and everything else the timing's."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from config.loader import load_protocol
from pathway.protocol import Protocol

SHIPPED = load_protocol()
WORDS = re.compile(
    r"""(?x)
    title
    | drug\..+
    | .+\.(evidence|source|demo|approved_by|approved_at)
    | eligibility\.screening\.\w+\.(asks|door)
    | eligibility\.consent\.says
    | steps\.infusion\.preflight\.asked\.\w+\.asks
    | steps\.\w+\.title
    | steps\.\w+\.nudges\.\d+\.say
    | steps\.\w+\.no_show\.say
    | steps\.decision\.advice\.\d+\.says
    """
)
"""Where words and evidence stand: written out, so that no list of the product is believed."""

Place = tuple[str | int, ...]


def _leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        if isinstance(each, dict | list):
            yield from _leaves(each, (*place, key))
        else:
            yield (*place, key), each


LEAVES = dict(_leaves(SHIPPED.model_dump(mode="json")))


def _others(value: Any) -> Iterator[Any]:
    """Values that might stand there as well; those that may not are refused by the model."""
    match value:
        case bool():
            yield not value
        case int() | float():
            yield from (value + 1, value - 1)
        case str():
            yield from ("11m", "10h", "infusion.end + 11h", "appointment - 11h", "22:00:00")
            yield from ("clinic", "label", "nurse", "prescriber", "no_show", "safety")
            yield from ("caution", "hard_stop", "please_call", "appointment", "no", "yes")
            yield f"{value} (changed)"


def _changed(place: Place) -> Protocol | None:
    for other in _others(LEAVES[place]):
        content = SHIPPED.model_dump(mode="json")
        at: Any = content
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = other
        try:
            changed = Protocol.model_validate(content)
        except ValidationError:
            continue
        if changed != SHIPPED:
            return changed
    return None


def _says(place: Place) -> bool:
    return WORDS.fullmatch(".".join(map(str, place))) is not None


def test_every_kind_of_field_moves_one_hash_alone() -> None:
    kinds: dict[tuple[str, ...], Place] = {}
    for place in LEAVES:
        kinds.setdefault(tuple("" if isinstance(p, int) else p for p in place), place)
    tried = 0
    for place in kinds.values():
        changed = _changed(place)
        if changed is None or place in {("id",), ("version",)}:
            continue
        tried += 1
        assert changed.content_hash != SHIPPED.content_hash, place
        assert (changed.timing_hash == SHIPPED.timing_hash) is _says(place), place
        assert (changed.wording_hash != SHIPPED.wording_hash) is _says(place), place
    assert tried > 200


def test_the_time_between_tries_to_reach_her_is_a_clock() -> None:
    content = SHIPPED.model_dump(mode="json")
    content["texting"]["unreachable"]["apart"] = "2h"
    changed = Protocol.model_validate(content)
    assert changed.timing_hash != SHIPPED.timing_hash
    assert changed.wording_hash == SHIPPED.wording_hash


@pytest.mark.parametrize("changes", [{"id": "another"}, {"version": 2}])
def test_a_new_number_moves_the_content_alone(changes: dict[str, Any]) -> None:
    changed = SHIPPED.model_copy(update=changes)
    assert changed.content_hash != SHIPPED.content_hash
    assert changed.timing_hash == SHIPPED.timing_hash
    assert changed.wording_hash == SHIPPED.wording_hash


def test_an_item_called_like_a_word_is_an_item() -> None:
    content = SHIPPED.model_dump(mode="json")
    asked = content["steps"]["infusion"]["preflight"]["asked"]
    asked["source"] = asked.pop("fasting")
    changed = Protocol.model_validate(content)
    assert changed.timing_hash != SHIPPED.timing_hash


def test_hashes_stay_when_a_protocol_travels() -> None:
    again = Protocol.model_validate_json(SHIPPED.model_dump_json())
    assert (again.content_hash, again.timing_hash, again.wording_hash) == (
        SHIPPED.content_hash,
        SHIPPED.timing_hash,
        SHIPPED.wording_hash,
    )


def test_the_same_duration_written_otherwise_is_the_same_protocol() -> None:
    content = SHIPPED.model_dump(mode="json")
    content["course"]["gap_min"]["value"] = "1440m"
    assert Protocol.model_validate(content).content_hash == SHIPPED.content_hash
