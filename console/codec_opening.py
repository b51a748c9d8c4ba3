"""Opening payloads one by one: one that does not open says why, and holds up no other."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from temporalio.api.common.v1 import Payload

from config.key_ring import KeyRing, KeyRingError, UnknownKeyError
from records.decodes import Outcome
from workers.payload_codec import (
    ENCODING,
    SealedPayloads,
    bound_to_of,
    is_sealed,
    key_id_of,
)

_REFERENCE: Final = re.compile(r"^J-[0-9A-Z]{10}$")
_KEY: Final = re.compile(r"^[a-z0-9][a-z0-9._-]{0,31}$")
_SAYS: Final = {
    Outcome.CHANGED: "it was changed, or was sealed for another journey",
    Outcome.RESTRICTED: "the record is restricted; the privacy officer or an auditor may see it",
    Outcome.ERASED: "the patient was erased",
}


@dataclass(frozen=True)
class Opened:
    """A payload as it goes back, and what came of it."""

    payload: Payload
    reference: str
    outcome: Outcome | None
    """None for one in clear: it goes back as it came, since the browser has it already."""


def journeys_of(payloads: Sequence[Payload]) -> frozenset[str]:
    """For whom they say that they are sealed."""
    return frozenset(bound_to_of(payload) for payload in payloads if is_sealed(payload))


async def open_all(
    ring: KeyRing, payloads: Sequence[Payload], closed: Mapping[str, Outcome]
) -> list[Opened]:
    """Open them, in order, but for those of journeys that are `closed`."""
    return [await _open(ring, payload, closed) for payload in payloads]


async def _open(ring: KeyRing, payload: Payload, closed: Mapping[str, Outcome]) -> Opened:
    if not is_sealed(payload):
        return Opened(payload, "", None)
    # A payload that lies about its journey does not open.
    if why := closed.get(bound_to_of(payload)):
        return _not_opened(payload, why, _SAYS[why])
    refused: list[str] = []
    codec = SealedPayloads(ring, plain_allowed=False, on_refused=refused.append)
    try:
        (opened,) = await codec.decode([payload])
    except UnknownKeyError:
        return _not_opened(payload, Outcome.NO_KEY, _key_is_missing(payload))
    except KeyRingError:
        return _not_opened(payload, Outcome.NO_KEY, "the keys cannot be had")
    if refused:
        return _not_opened(payload, Outcome.CHANGED, _SAYS[Outcome.CHANGED])
    return Opened(opened, bound_to_of(payload), Outcome.OPENED)


def _not_opened(payload: Payload, outcome: Outcome, why: str) -> Opened:
    """Its reference is only what it says of itself: anything else than one is not kept."""
    said = json.dumps(f"cannot be opened: {why}").encode()
    claimed = bound_to_of(payload)
    reference = claimed if _REFERENCE.match(claimed) else ""
    return Opened(Payload(metadata={ENCODING: b"json/plain"}, data=said), reference, outcome)


def _key_is_missing(payload: Payload) -> str:
    key_id = key_id_of(payload)
    named = f"the key {key_id}" if _KEY.match(key_id) else "a key"
    return f"it was sealed with {named}, which is not among the keys"
