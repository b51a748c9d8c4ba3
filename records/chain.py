"""The chain over a journey's confirmed rows: what a link covers, and with which key. Pure.

A link covers the one before and what a row said, so that none can be altered, taken out or moved
without the key. What the row said goes in as a hash with a salt: an erasure takes the salt, and
the chain still holds while nobody can guess the words any more.
"""

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import TypeAdapter

from config.key_ring import KeyRing

USE = "journal chain"
NO_LINK = ""
"""Stands before the first link, and before the first anchor."""
_CHECK = "Which key is this?"


class Act(StrEnum):
    """Why a link was made."""

    SEALED = "sealed"
    """History had vouched for the row."""
    REPLACED = "replaced"
    """Other content stands under a number that was sealed; the old content is set aside."""
    REMOVED = "removed"
    """Nothing stands there any more; the old content is set aside."""
    ERASED = "erased"
    """The words of every row sealed before were taken out, with their salts."""


def by_whom(by: str, role: str) -> str:
    """Stands as the kind of an erasure's link."""
    return f"{by} {role}"


@dataclass(frozen=True, slots=True)
class Content:
    """What a row says."""

    kind: str
    at: datetime
    payload: str | None
    """None: it could not be opened."""
    content_hash: str


@dataclass(frozen=True, slots=True)
class Link:
    """One link, as the records keep it."""

    reference: str
    position: int
    act: str
    number: int
    kind: str
    at: datetime
    words: str
    salt: str
    round: int
    key_id: str
    sealed_at: datetime
    link: str = ""


class Head(NamedTuple):
    """Where a journey's chain ends."""

    reference: str
    position: int
    number: int
    link: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """One round of sealing, over the heads that it moved."""

    round: int
    at: datetime
    heads: str
    key_id: str
    key_check: str
    anchor: str = ""


_HEADS: TypeAdapter[tuple[Head, ...]] = TypeAdapter(tuple[Head, ...])


def words_of(ring: KeyRing, key_id: str, salt: str, content: Content) -> str:
    """The hash that stands for what a row says. Raises UnknownKeyError."""
    return _mac(ring, key_id, ["words", salt, content.payload, content.content_hash])


def says(ring: KeyRing, link: Link, content: Content) -> bool:
    """Whether a row says what was sealed, wherever it stands. Raises UnknownKeyError."""
    if (link.kind, link.at) != (content.kind, content.at) or content.payload is None:
        return False
    return hmac.compare_digest(link.words, words_of(ring, link.key_id, link.salt, content))


def link_of(ring: KeyRing, before: str, link: Link) -> str:
    """What makes a link, over the one before. Raises UnknownKeyError."""
    covered = [
        *("link", before, link.reference, link.position, link.act, link.number, link.kind),
        *(_instant(link.at), link.words, link.round, link.key_id, _instant(link.sealed_at)),
    ]
    return _mac(ring, link.key_id, covered)


def anchor_of(ring: KeyRing, before: str, anchor: Anchor) -> str:
    """What makes an anchor, over the one before. Raises UnknownKeyError."""
    covered = ["anchor", before, anchor.round, _instant(anchor.at), anchor.heads]
    return _mac(ring, anchor.key_id, [*covered, anchor.key_id, anchor.key_check])


def key_check(ring: KeyRing, key_id: str) -> str:
    """The same for the same key, and for no other. Raises UnknownKeyError."""
    return _mac(ring, key_id, [_CHECK])[:16]


def written(heads: Iterable[Head]) -> str:
    """Heads as an anchor covers them."""
    return json.dumps([list(head) for head in sorted(heads)], separators=(",", ":"))


def read_heads(text: str) -> tuple[Head, ...]:
    """Raises ValueError for what is none."""
    return _HEADS.validate_json(text)


def _mac(ring: KeyRing, key_id: str, covered: Sequence[object]) -> str:
    # A JSON list: no two lists of fields have one text.
    plain = json.dumps(list(covered), ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(ring.subkey(key_id, USE), plain.encode(), "sha256").hex()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
