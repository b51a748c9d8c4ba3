"""What Temporal keeps is compressed, then sealed; only who holds the ring of keys can read it.

A payload says in clear which key sealed it and for which journey, and both are part of what its
seal vouches for: a payload that was moved to another journey does not open there. The reference is
no secret, it is the workflow's id; with it a codec endpoint can say whose payloads it opened.

What does not open becomes a payload that no converter can read, instead of an error here: an error
would fail the whole workflow task, again and again, and anybody who may send a signal could stop a
patient's journey with a line of junk. So a signal is dropped and an update refused, as with any
other payload that does not fit. A key that is missing is another matter: the task fails and is
tried again until the key is back, and nothing is lost.
"""

import asyncio
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Self

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from config.key_ring import KeyRing, TamperedError, UnknownKeyError

ENCODING: Final = "encoding"
SEALED: Final = b"binary/encrypted"
REFUSED: Final = b"waymark/refused"
KEY_ID: Final = "encryption-key-id"
BOUND_TO: Final = "encryption-bound-to"

USE: Final = "temporal payload"
_COMPRESSED, _AS_IT_IS = b"z", b"-"
_RUN_OF_A_SCHEDULE = re.compile(r"-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")
"""What a schedule adds to the id of its workflow. It hands each run what the run before it
answered, so that to the seal they are one workflow."""
_OF_THE_SERVER = frozenset({b'"ACTIVITY_ID_NOT_STARTED"', b'"ACTIVITY_ID_UNKNOWN"'})
"""What the server itself writes, when an activity is cancelled that waits to be tried again."""
_WORTH_COMPRESSING = 256
"""Bytes: what is shorter gains nothing."""


class SealedPayloads(PayloadCodec, WithSerializationContext):
    """Seals every payload, and opens what any key of the ring has sealed."""

    def __init__(
        self,
        ring: KeyRing,
        *,
        plain_allowed: bool,
        on_refused: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        """Make a codec.

        Args:
            ring: the keys.
            plain_allowed: whether payloads in clear are read; never where patients are real.
            on_refused: told `plain`, `tampered` or `elsewhere` for each payload that is refused,
                and `unknown_key` for each that waits for its key.
        """
        self._ring = ring
        self._plain_allowed = plain_allowed
        self._on_refused = on_refused
        self._bound_to: str | None = None

    def with_context(self, context: SerializationContext) -> Self:
        """The same codec, for the payloads of one workflow."""
        bound = type(self)(
            self._ring, plain_allowed=self._plain_allowed, on_refused=self._on_refused
        )
        bound._bound_to = _workflow_of(context)
        return bound

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal them with the key that writes."""
        return [self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open them. Raises UnknownKeyError."""
        await self._find_keys(payloads)
        return [self._opened(payload) for payload in payloads]

    async def _find_keys(self, payloads: Iterable[Payload]) -> None:
        """Asks for keys that are not there in a thread: a key manager may take its time."""
        for key_id in {key_id_of(payload) for payload in payloads if is_sealed(payload)}:
            if key_id not in self._ring.ids:
                await asyncio.to_thread(self._ring.knows, key_id)

    def _sealed(self, payload: Payload) -> Payload:
        plain = payload.SerializeToString()
        short = zlib.compress(plain, level=1) if len(plain) >= _WORTH_COMPRESSING else plain
        packed = _COMPRESSED + short if len(short) < len(plain) else _AS_IT_IS + plain
        bound_to = self._bound_to or ""
        key_id, content = self._ring.seal(packed, USE, bound_to.encode())
        sealed = Payload(data=content)
        sealed.metadata[ENCODING] = SEALED
        sealed.metadata[KEY_ID] = key_id.encode()
        sealed.metadata[BOUND_TO] = bound_to.encode()
        return sealed

    def _opened(self, payload: Payload) -> Payload:
        if not is_sealed(payload):
            known = self._plain_allowed or payload.data in _OF_THE_SERVER
            return payload if known else self._refused("plain")
        bound_to = bound_to_of(payload)
        if bound_to and self._bound_to and bound_to != self._bound_to:
            return self._refused("elsewhere")
        try:
            packed = self._ring.open(payload.data, key_id_of(payload), USE, bound_to.encode())
            return _unpacked(packed)
        except UnknownKeyError:
            self._on_refused("unknown_key")
            raise
        except (TamperedError, ValueError, zlib.error):
            return self._refused("tampered")

    def _refused(self, reason: str) -> Payload:
        self._on_refused(reason)
        return Payload(metadata={ENCODING: REFUSED})


def is_sealed(payload: Payload) -> bool:
    """Whether a payload says that it is sealed."""
    return payload.metadata.get(ENCODING) == SEALED


def key_id_of(payload: Payload) -> str:
    """The key that it says it was sealed with."""
    return _text(payload, KEY_ID)


def bound_to_of(payload: Payload) -> str:
    """The workflow that it says it was sealed for; empty where it is for any."""
    return _text(payload, BOUND_TO)


def _workflow_of(context: SerializationContext) -> str | None:
    if isinstance(context, WorkflowSerializationContext | ActivitySerializationContext):
        return _RUN_OF_A_SCHEDULE.sub("", context.workflow_id or "") or None
    return None


def _unpacked(packed: bytes) -> Payload:
    how, content = packed[:1], packed[1:]
    return Payload.FromString(zlib.decompress(content) if how == _COMPRESSED else content)


def _text(payload: Payload, name: str) -> str:
    return payload.metadata.get(name, b"").decode(errors="replace")
