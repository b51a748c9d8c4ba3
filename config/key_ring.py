"""The ring of keys: the first writes, every one reads, and a key's id travels with what it sealed.

Each use of a key has a subkey of its own, derived by HKDF (RFC 5869), so that what is sealed for
one use opens for no other. Sealing is AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits.
"""

import base64
import binascii
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import NamedTuple, NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KeyId = NewType("KeyId", str)

KEY_BYTES = 32
_NONCE_BYTES = 12
_ID = re.compile(r"^[a-z0-9][a-z0-9._-]{0,31}$")
_ASK_AGAIN_SECONDS = 5.0


class KeyRingError(Exception):
    """The keys cannot be used; the text says what to do and holds none of them."""


class UnknownKeyError(KeyRingError):
    """Something was sealed by a key that is not in the ring."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"Something was sealed with the key {key_id!r}, which is not among the keys given. "
            "Put it back behind the others: whatever it sealed cannot be read without it."
        )
        self.key_id = key_id


class TamperedError(KeyRingError):
    """What was to be opened was changed, cut, or sealed for something else."""

    def __init__(self) -> None:
        super().__init__("What was to be opened was changed, or was sealed for something else.")


@dataclass(frozen=True)
class Key:
    """One key: 256 bits and the id that names it in what it sealed."""

    id: KeyId
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not _ID.match(self.id):
            raise KeyRingError(
                "A key's id is 1 to 32 small letters, digits, dots and hyphens, as in 2026-11."
            )
        if len(self.secret) != KEY_BYTES:
            raise KeyRingError(f"The key {self.id!r} is not {KEY_BYTES} bytes in base64.")


class SealedBytes(NamedTuple):
    """What was sealed, and by which key."""

    key_id: KeyId
    content: bytes


class KeyRing:
    """Keys by id. `again` reads them anew, where a source can be asked twice.

    A process that meets an unknown id asks its source once more before it refuses, so that a key
    which was added while it runs needs no restart.
    """

    def __init__(
        self, keys: Sequence[Key], again: Callable[[], Sequence[Key]] | None = None
    ) -> None:
        self._again = again
        self._asked = float("-inf")
        self._asking = Lock()
        self._take(keys)

    @property
    def writes(self) -> KeyId:
        """The id of the key that seals."""
        return self._writes

    @property
    def ids(self) -> tuple[KeyId, ...]:
        """Every id, the one that seals first."""
        return tuple(self._keys)

    def subkey(self, key_id: str, use: str) -> bytes:
        """256 bits of one key for one use. Raises UnknownKeyError."""
        if not self.knows(key_id):
            raise UnknownKeyError(key_id)
        return _derived(self._keys[KeyId(key_id)].secret, use)

    def knows(self, key_id: str) -> bool:
        """Whether the key is there; where it is not, the source is asked once more.

        Raises KeyRingError when the source gives no keys any more.
        """
        if key_id not in self._keys:
            # Whoever meets the new key meanwhile waits for the same answer.
            with self._asking:
                if key_id not in self._keys:
                    self._ask_again()
        return key_id in self._keys

    def can_be_had(self, key_id: str) -> bool:
        """The same; False also when the source gives no keys any more."""
        try:
            return self.knows(key_id)
        except KeyRingError:
            return False

    def seal(self, plain: bytes, use: str, bound: bytes) -> SealedBytes:
        """Seal with the key that writes. `bound` must be the same when it is opened."""
        # Read once: the keys may be read anew in another thread.
        key_id, nonce = self._writes, os.urandom(_NONCE_BYTES)
        return SealedBytes(
            key_id, nonce + _cipher(self.subkey(key_id, use)).encrypt(nonce, plain, bound)
        )

    def open(self, sealed: bytes, key_id: str, use: str, bound: bytes) -> bytes:
        """What was sealed. Raises UnknownKeyError or TamperedError.

        The source may be asked, and block for as long as it takes: see `knows`.
        """
        cipher = _cipher(self.subkey(key_id, use))
        try:
            return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
        except (InvalidTag, ValueError):
            raise TamperedError from None

    def _take(self, keys: Sequence[Key]) -> None:
        if not keys:
            raise KeyRingError("There is no key: give one at least, as `ID BASE64`.")
        by_id = {key.id: key for key in keys}
        if len(by_id) != len(keys):
            raise KeyRingError("Two keys have the same id; each needs one of its own.")
        self._keys: Mapping[KeyId, Key] = by_id
        self._writes = keys[0].id

    def _ask_again(self) -> None:
        """At most every few seconds: whoever forges ids must not keep the source busy."""
        if self._again is None or time.monotonic() - self._asked < _ASK_AGAIN_SECONDS:
            return
        self._asked = time.monotonic()
        self._take(self._again())


def keys_in(text: str) -> tuple[Key, ...]:
    """The keys of a text, one in each line as `ID BASE64`; lines that begin with # are skipped.

    Raises KeyRingError, without a word of the text.
    """
    return tuple(_keys(text))


def a_new_key(key_id: str) -> str:
    """A line for a key file, with 256 random bits."""
    return f"{key_id} {base64.b64encode(os.urandom(KEY_BYTES)).decode()}\n"


def _keys(text: str) -> Iterator[Key]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            key_id, secret = line.split()
            yield Key(KeyId(key_id), base64.b64decode(secret, validate=True))
        except (ValueError, binascii.Error):
            raise KeyRingError(
                f"Line {number} of the keys is not `ID BASE64`, as `waymark keys new` prints it."
            ) from None


@cache
def _derived(secret: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"waymark {use}".encode()).derive(secret)


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
