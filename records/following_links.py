"""Following one journey's links, from the first to the last that holds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from config.key_ring import KeyRing, UnknownKeyError
from pathway.model import Instant
from records.chain import NO_LINK, Act, Content, Head, Link, link_of
from records.findings import Fault, Finding
from records.sealed_rows import Stored


class Erasing(NamedTuple):
    """By whom and when somebody was erased, as the records say."""

    by_whom: str
    at: Instant


@dataclass
class Evidence:
    """All that the records hold of one journey, read at one moment."""

    reference: str
    links: Sequence[Link]
    """By position."""
    head: Head | None
    rows: Mapping[int, Stored]
    aside: Mapping[int, Sequence[Content]]
    erasure: Erasing | None = None


@dataclass
class Chain:
    """The links that hold, and the first place where they do not."""

    last: dict[int, Link] = field(default_factory=dict)
    """By row, the link that says what stands there."""
    hold: set[int] = field(default_factory=set)
    """Rows that say what their link says."""
    older: list[Link] = field(default_factory=list)
    """Links whose row lost its number since."""
    through: int = 0
    """Rows up to this one are sealed."""
    erased: Link | None = None
    broken: Finding | None = None

    def is_erased(self, link: Link) -> bool:
        """Whether the words under a link were taken out after it was made."""
        return self.erased is not None and link.position < self.erased.position


def followed(evidence: Evidence, ring: KeyRing) -> Chain:
    """Follow the links from the first one to the first that does not hold."""
    chain, before = Chain(), NO_LINK
    for position, link in enumerate(evidence.links, start=1):
        chain.broken = _broken(evidence, chain, ring, before, link, position)
        if chain.broken:
            return chain
        _take(chain, link)
        before = link.link
    chain.broken = _at_its_end(evidence, chain)
    return chain


def _take(chain: Chain, link: Link) -> None:
    if link.act == Act.ERASED:
        chain.erased = link
        return
    if link.number in chain.last:
        chain.older.append(chain.last[link.number])
    chain.last[link.number] = link
    if link.act == Act.SEALED:
        chain.through = link.number


def _broken(
    evidence: Evidence, chain: Chain, ring: KeyRing, before: str, link: Link, position: int
) -> Finding | None:
    number = chain.through + 1 if link.act == Act.SEALED else link.number
    if link.position != position:
        return _gone(evidence, chain.through + 1, Fault.ROW_REMOVED)
    try:
        if link_of(ring, before, link) != link.link:
            return found(evidence, Fault.LINK_ALTERED, number)
    except UnknownKeyError as error:
        return found(evidence, Fault.KEY_UNKNOWN, number, key_id=error.key_id)
    return None


def _at_its_end(evidence: Evidence, chain: Chain) -> Finding | None:
    head, links = evidence.head, evidence.links
    if head is None:
        return found(evidence, Fault.HEAD_ALTERED, chain.through) if links else None
    if head.position > len(links):
        return _gone(evidence, chain.through + 1, Fault.TAIL_REMOVED)
    ends = (len(links), chain.through, links[-1].link) if links else (0, 0, NO_LINK)
    if (head.position, head.number, head.link) != ends:
        return found(evidence, Fault.HEAD_ALTERED, chain.through)
    return None


def _gone(evidence: Evidence, number: int, with_its_row: Fault) -> Finding:
    """A link is missing: alone, or with its row."""
    fault = Fault.LINK_REMOVED if number in evidence.rows else with_its_row
    return found(evidence, fault, number)


def found(evidence: Evidence, fault: Fault, number: int, key_id: str | None = None) -> Finding:
    return Finding(fault=fault, reference=evidence.reference, number=number, key_id=key_id)
