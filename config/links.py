"""Links that a person taps on her phone: an opaque id and a signature, and nothing else."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_ID_BYTES = 9
_SIGNATURE_BYTES = 16
_ID_LETTERS = 12
_TOKEN = re.compile(r"[A-Za-z0-9_-]{34}")
PATH = "/l/"
TOKEN_LETTERS = 34
"""Twelve of the id, 22 of the signature."""


def link_id(*about: str) -> str:
    """The id of the link about these things: the same for the same things.

    So a send that is tried again carries the link that the first try carried. Whoever guesses an
    id has nothing without its signature.
    """
    digest = hashlib.sha256("\n".join(about).encode()).digest()
    return _letters(digest[:_ID_BYTES])


@dataclass(frozen=True)
class Links:
    """Writes links for one public URL, and reads those that one of the keys has signed."""

    public_url: str
    keys: Sequence[bytes] = field(repr=False)
    """The first one signs; the others are still believed while the key is being changed."""

    def url(self, id_: str) -> str:
        return f"{self.public_url}{PATH}{self.token(id_)}"

    def token(self, id_: str) -> str:
        return id_ + _signature(self.keys[0], id_)

    def id_of(self, token: str) -> str | None:
        """The id, when the whole token is one that we have written."""
        if not _TOKEN.fullmatch(token):
            return None
        id_, given = token[:_ID_LETTERS], token[_ID_LETTERS:]
        # Letters are compared, not bytes: the last letter of a signature has bits to spare.
        signed = [hmac.compare_digest(_signature(key, id_), given) for key in self.keys]
        return id_ if any(signed) else None


def _signature(key: bytes, id_: str) -> str:
    """HMAC-SHA-256, cut to 128 bits so that it fits into a text."""
    return _letters(hmac.digest(key, b"link\n" + id_.encode(), "sha256")[:_SIGNATURE_BYTES])


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
