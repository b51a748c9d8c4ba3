"""Fingerprints of a protocol: what it does and what it says are told apart.

A site that betters a sentence or adds a source can so show that no clock of anybody moves.
"""

import hashlib
import json
from collections.abc import Mapping

from pydantic import BaseModel

from pathway.protocol.sourced import Group

_WORDS = (
    *("title", "drug", "asks", "door", "say", "says"),
    *("evidence", "source", "demo", "approved_by", "approved_at", "why"),
)


def for_readers(model: BaseModel, name: str) -> bool:
    """Whether a field of a model holds words or evidence: no rule looks at those."""
    # `apart` is a duration elsewhere: of tries to reach her.
    return name in _WORDS or (name == "apart" and isinstance(model, Group))


def digest(content: object) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no spaces, nothing escaped."""
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def without_words(protocol: BaseModel) -> object:
    return _drop(protocol, _unnamed(protocol))


def words_alone(protocol: BaseModel) -> object:
    return _keep(protocol, _unnamed(protocol))


def _unnamed(protocol: BaseModel) -> object:
    # A new number for a bettered sentence moves no clock either.
    return protocol.model_dump(mode="json", exclude={"id", "version"})


def _drop(value: object, dumped: object) -> object:
    """The dump of a value without its words; keys that people gave to items are no words."""
    if isinstance(value, BaseModel) and isinstance(dumped, Mapping):
        names = [name for name in dumped if not for_readers(value, name)]
        return {name: _drop(getattr(value, name), dumped[name]) for name in names}
    if isinstance(value, Mapping) and isinstance(dumped, Mapping):
        return {key: _drop(inner, dumped[key]) for key, inner in value.items()}
    if isinstance(value, tuple) and isinstance(dumped, list):
        return [_drop(inner, there) for inner, there in zip(value, dumped, strict=True)]
    return dumped


def _keep(value: object, dumped: object) -> object:
    """The words alone, each at its place; None where there are none."""
    if isinstance(value, BaseModel) and isinstance(dumped, Mapping):
        kept = {
            name: there if for_readers(value, name) else _keep(getattr(value, name), there)
            for name, there in dumped.items()
        }
        return {name: each for name, each in kept.items() if each is not None}
    if isinstance(value, Mapping) and isinstance(dumped, Mapping):
        return {key: _keep(inner, dumped[key]) for key, inner in value.items()}
    if isinstance(value, tuple) and isinstance(dumped, list):
        return [_keep(inner, there) for inner, there in zip(value, dumped, strict=True)]
    return None
