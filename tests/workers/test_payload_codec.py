"""Payloads: sealed for one journey, opened by any key of the ring, and never an error of junk."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed import KEYS, RING
from temporalio.api.common.v1 import Payload
from temporalio.converter import WorkflowSerializationContext

from config.key_ring import KeyRing, UnknownKeyError, keys_in
from workers.payload_codec import BOUND_TO, ENCODING, KEY_ID, REFUSED, SealedPayloads

WORDS = b'"she heard her late brother speak"'


def _codec(
    of: str | None = "J-0123456789", *, ring: KeyRing = RING, plain_allowed: bool = False
) -> SealedPayloads:
    codec = SealedPayloads(ring, plain_allowed=plain_allowed)
    return codec if of is None else codec.with_context(WorkflowSerializationContext("waymark", of))


def _json(data: bytes = WORDS) -> Payload:
    return Payload(metadata={ENCODING: b"json/plain"}, data=data)


async def _refused(codec: SealedPayloads, payloads: Sequence[Payload]) -> bool:
    return all(p.metadata[ENCODING] == REFUSED and not p.data for p in await codec.decode(payloads))


@given(st.binary(max_size=5000))
async def test_what_was_sealed_opens_again(data: bytes) -> None:
    assert await _codec().decode(await _codec().encode([_json(data)])) == [_json(data)]


async def test_nothing_can_be_read_and_long_words_are_shortened() -> None:
    (sealed,) = await _codec().encode([_json(WORDS * 100)])
    assert WORDS not in sealed.SerializeToString()
    assert len(sealed.data) < len(WORDS) * 10
    assert sealed.metadata[KEY_ID] == b"tests-2"
    assert sealed.metadata[BOUND_TO] == b"J-0123456789"


async def test_a_payload_of_another_journey_does_not_open() -> None:
    moved = await _codec("J-0000000000").encode([_json()])
    assert await _refused(_codec(), moved)
    moved[0].metadata[BOUND_TO] = b"J-0123456789"
    assert await _refused(_codec(), moved)
    moved[0].metadata[BOUND_TO] = b""
    assert await _refused(_codec(), moved)


async def test_an_endpoint_that_knows_no_journey_opens_what_is_honest_about_its_own() -> None:
    assert await _codec(None).decode(await _codec().encode([_json()])) == [_json()]


@pytest.mark.parametrize("change", ["data", "cut", "empty", "no key"])
async def test_what_was_tampered_with_becomes_unreadable(change: str) -> None:
    (sealed,) = await _codec().encode([_json()])
    match change:
        case "data":
            sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
        case "cut":
            sealed.data = sealed.data[:-3]
        case "empty":
            sealed.data = b""
        case _:
            sealed.metadata[KEY_ID] = b"tests-1"
    assert await _refused(_codec(), [sealed])


async def test_words_in_clear_are_read_by_the_demonstration_alone() -> None:
    assert await _refused(_codec(), [_json()])
    assert await _codec(plain_allowed=True).decode([_json()]) == [_json()]


async def test_a_missing_key_is_an_error_so_that_the_task_waits_for_it() -> None:
    old = KeyRing(keys_in(KEYS.replace(",", "\n").splitlines()[1]))
    sealed = await _codec().encode([_json()])
    with pytest.raises(UnknownKeyError, match="tests-2"):
        await _codec(ring=old).decode(sealed)


async def test_refusals_are_told_by_their_kind() -> None:
    told: list[str] = []
    codec = SealedPayloads(RING, plain_allowed=False, on_refused=told.append)
    ours = codec.with_context(WorkflowSerializationContext("waymark", "J-0123456789"))
    other = codec.with_context(WorkflowSerializationContext("waymark", "J-0000000000"))
    (sealed,) = await other.encode([_json()])
    broken = Payload(metadata=sealed.metadata, data=b"junk")
    await ours.decode([_json(), sealed])
    await other.decode([broken])
    assert told == ["plain", "elsewhere", "tampered"]


async def test_the_runs_of_a_schedule_open_what_the_run_before_has_answered() -> None:
    (sealed,) = await _codec("waymark-watch-2026-11-28T14:46:40Z").encode([_json()])
    assert sealed.metadata[BOUND_TO] == b"waymark-watch"
    for reader in ("waymark-watch-2026-11-28T14:51:40Z", "waymark-watch"):
        assert await _codec(reader).decode([sealed]) == [_json()]
    assert await _refused(_codec("other-watch-2026-11-28T14:51:40Z"), [sealed])


async def test_what_the_server_itself_writes_is_read_and_told_to_nobody() -> None:
    told: list[str] = []
    codec = SealedPayloads(RING, plain_allowed=False, on_refused=told.append)
    said = [_json(b'"ACTIVITY_ID_NOT_STARTED"'), _json(b'"ACTIVITY_ID_UNKNOWN"')]
    assert await codec.decode(said) == said
    assert told == []
