"""What names a person or tells of her is sealed cell by cell, and found by a keyed hash.

    enc1:<key id>:<base64 of nonce and ciphertext>
    mac1:<key id>:<base64 of an HMAC-SHA256>

The seal vouches for the column as well as for the words: a cell that was moved to another column
does not open there.
"""

import base64
import binascii
import hashlib
import hmac
import re
from typing import Final

from sqlalchemy import Dialect

from config.key_ring import KeyId, KeyRing, TamperedError, UnknownKeyError
from records.errors import MissingKeyError, NoKeysError, UnreadableError

SEALED, HASHED = "enc1", "mac1"
_KEY_ID = re.compile(r"^[a-z0-9._-]{1,32}$")
"""What names a key, and may therefore stand in an error."""
_FIELD, _LOOKUP = "records field", "records lookup"
_SEALS: Final = "waymark_seals"


class Digest(str):
    """A keyed hash as it stands in the database."""

    __slots__ = ()


class Seals:
    """Seals and hashes single cells with a ring of keys."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring

    def seal(self, column: str, words: str) -> str:
        """Words as they are stored in `column`, named as table.column."""
        key_id, sealed = self.ring.seal(words.encode(), _FIELD, column.encode())
        return f"{SEALED}:{key_id}:{base64.b64encode(sealed).decode()}"

    def open(self, column: str, stored: str) -> str:
        """The words of a cell.

        Raises MissingKeyError, without asking the source of the keys again: that may block. Raises
        UnreadableError for a cell in clear, and for one that was changed or moved.
        """
        form, _, rest = stored.partition(":")
        key_id, _, sealed = rest.partition(":")
        if form != SEALED or not _KEY_ID.match(key_id):
            raise UnreadableError(column, "is not sealed")
        if key_id not in self.ring.ids:
            raise MissingKeyError(column, key_id)
        try:
            content = base64.b64decode(sealed, validate=True)
            return self.ring.open(content, key_id, _FIELD, column.encode()).decode()
        except UnknownKeyError:
            raise MissingKeyError(column, key_id) from None
        except (TamperedError, binascii.Error, ValueError):
            raise UnreadableError(column, "was changed, or was sealed for another column") from None

    def digest(self, what: str, value: str, key_id: KeyId | None = None) -> Digest:
        """The keyed hash of a value, by the key that writes if none is named.

        Args:
            what: the kind of value, as `phone`: equal values of two kinds have two hashes.
            value: what is to be found again.
            key_id: one of the ring.
        """
        key_id = key_id or self.ring.writes
        key = self.ring.subkey(key_id, _LOOKUP)
        mac = hmac.digest(key, f"{what}\0{value}".encode(), hashlib.sha256)
        return Digest(f"{HASHED}:{key_id}:{base64.b64encode(mac).decode()}")

    def digests(self, what: str, value: str) -> list[Digest]:
        """Its hash under every key: which one wrote the row that is looked for, nobody knows."""
        return [self.digest(what, value, key_id) for key_id in self.ring.ids]


def give_seals(dialect: Dialect, seals: Seals) -> None:
    """Let every cell that passes through this engine's dialect be sealed and opened by these."""
    setattr(dialect, _SEALS, seals)


def seals_of(dialect: Dialect) -> Seals:
    """The seals of an engine. Raises NoKeysError where it was opened without any."""
    seals = getattr(dialect, _SEALS, None)
    if not isinstance(seals, Seals):
        raise NoKeysError
    return seals
