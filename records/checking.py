"""One journey's journal beside its chain: what was altered, removed, moved or put in. Pure.

A row that lost its number to other content is no fault as long as what was sealed stands, word for
word, among what was set aside: a reset or a mending leaves that behind, and both are counted. Nor
is a row whose words an erasure took out, where a link says that it did.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from config.key_ring import KeyRing, UnknownKeyError
from pathway.model import Instant, Model
from records.chain import NO_LINK, Act, Content, Head, Link, link_of, says
from records.erasing import GONE, NO_WORDS
from records.sealed_rows import Stored


class Fault(StrEnum):
    """What is wrong with what was sealed."""

    ROW_ALTERED = "row_altered"
    ROW_REMOVED = "row_removed"
    ROW_INSERTED = "row_inserted"
    ROWS_REORDERED = "rows_reordered"
    SET_ASIDE_ALTERED = "set_aside_altered"
    """Content that was sealed and then replaced is kept nowhere any more."""
    ERASURE_ALTERED = "erasure_altered"
    LINK_ALTERED = "link_altered"
    LINK_REMOVED = "link_removed"
    TAIL_REMOVED = "tail_removed"
    HEAD_ALTERED = "head_altered"
    ANCHOR_ALTERED = "anchor_altered"
    ANCHOR_REMOVED = "anchor_removed"
    OUTSIDE_DIFFERS = "outside_differs"
    """The anchor that was kept outside is another than the one in the records."""
    KEY_UNKNOWN = "key_unknown"
    KEY_WRONG = "key_wrong"


class Finding(Model):
    """One thing that is not as it was sealed; of a journey the first one."""

    fault: Fault
    reference: str | None = None
    """As it stands there: whoever alters rows may write what is none."""
    number: int | None = None
    """The number of the journal's row."""
    round: int | None = None
    key_id: str | None = None


class Counted(Model):
    """Rows of the journal, by how far they are protected."""

    sealed: int = 0
    waiting: int = 0
    """Confirmed, and not sealed yet."""
    provisional: int = 0
    replaced: int = 0
    """Sealed, and then lost their number to other content: look at the history of the journey."""
    erased: int = 0
    """Sealed, and then emptied of their words by an erasure."""

    @property
    def all(self) -> int:
        return self.sealed + self.waiting + self.provisional

    def __add__(self, other: "Counted") -> "Counted":
        names = type(self).model_fields
        return Counted(**{name: getattr(self, name) + getattr(other, name) for name in names})


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
class _Chain:
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


def check(evidence: Evidence, ring: KeyRing) -> tuple[Finding | None, Counted]:
    """The first fault of a journey by the number of its row, and what its rows are."""
    chain = _followed(evidence, ring)
    for number in chain.last.keys() & evidence.rows.keys():
        if says(ring, chain.last[number], evidence.rows[number].content):
            chain.hold.add(number)
    rows = next(_faults(evidence, chain, ring), None)
    faults = [each for each in (rows, chain.broken) if each]
    first = min(faults, key=lambda each: each.number or 0, default=None)
    return first, _counted(evidence, chain)


def _followed(evidence: Evidence, ring: KeyRing) -> _Chain:
    """Follow the links from the first one to the first that does not hold."""
    chain, before = _Chain(), NO_LINK
    for position, link in enumerate(evidence.links, start=1):
        chain.broken = _broken(evidence, chain, ring, before, link, position)
        if chain.broken:
            return chain
        _take(chain, link)
        before = link.link
    chain.broken = _at_its_end(evidence, chain)
    return chain


def _take(chain: _Chain, link: Link) -> None:
    if link.act == Act.ERASED:
        chain.erased = link
        return
    if link.number in chain.last:
        chain.older.append(chain.last[link.number])
    chain.last[link.number] = link
    if link.act == Act.SEALED:
        chain.through = link.number


def _broken(
    evidence: Evidence, chain: _Chain, ring: KeyRing, before: str, link: Link, position: int
) -> Finding | None:
    number = chain.through + 1 if link.act == Act.SEALED else link.number
    if link.position != position:
        return _gone(evidence, chain.through + 1, Fault.LINK_REMOVED)
    try:
        if link_of(ring, before, link) != link.link:
            return _finding(evidence, Fault.LINK_ALTERED, number)
    except UnknownKeyError as error:
        return _finding(evidence, Fault.KEY_UNKNOWN, number, key_id=error.key_id)
    return None


def _at_its_end(evidence: Evidence, chain: _Chain) -> Finding | None:
    head, links = evidence.head, evidence.links
    if head is None:
        return _finding(evidence, Fault.HEAD_ALTERED, chain.through) if links else None
    if head.position > len(links):
        return _gone(evidence, chain.through + 1, Fault.TAIL_REMOVED)
    ends = (len(links), chain.through, links[-1].link) if links else (0, 0, NO_LINK)
    if (head.position, head.number, head.link) != ends:
        return _finding(evidence, Fault.HEAD_ALTERED, chain.through)
    return None


def _gone(evidence: Evidence, number: int, otherwise: Fault) -> Finding:
    """A link is missing: with its row, or without."""
    alone = number in evidence.rows
    if otherwise is Fault.TAIL_REMOVED and alone:
        return _finding(evidence, Fault.LINK_REMOVED, number)
    fault = otherwise if alone or otherwise is Fault.TAIL_REMOVED else Fault.ROW_REMOVED
    return _finding(evidence, fault, number)


def _faults(evidence: Evidence, chain: _Chain, ring: KeyRing) -> Iterator[Finding]:
    """What is wrong with rows, by number."""
    lost = {link.number for link in chain.older if not _kept(evidence, chain, ring, link)}
    for number in sorted({*chain.last, *(n for n in evidence.rows if n < 1)}):
        fault = _of_row(evidence, chain, ring, number)
        if fault is None and number in lost:
            fault = Fault.SET_ASIDE_ALTERED
        if fault:
            yield _finding(evidence, fault, number)
    if chain.erased and not _vouched(chain.erased, evidence.erasure):
        yield _finding(evidence, Fault.ERASURE_ALTERED, chain.erased.number)


def _of_row(evidence: Evidence, chain: _Chain, ring: KeyRing, number: int) -> Fault | None:
    link, row = chain.last.get(number), evidence.rows.get(number)
    if link is None:
        return Fault.ROW_INSERTED
    if link.act == Act.REMOVED:
        return None
    if row is not None and chain.is_erased(link):
        return None if _emptied(link, row) else Fault.ROW_ALTERED
    if row is not None and number in chain.hold and not row.provisional:
        return None
    if _is_aside(evidence, chain, ring, link):
        return None
    return _kind_of(evidence, chain, ring, number) if row else Fault.ROW_REMOVED


def _kind_of(evidence: Evidence, chain: _Chain, ring: KeyRing, number: int) -> Fault:
    """How a row comes to say something else than its link."""
    row, link = evidence.rows[number], chain.last[number]
    if number in chain.hold:
        return Fault.ROW_ALTERED  # marked as provisional again
    after = evidence.rows.get(number + 1)
    comes_later = after is not None and says(ring, link, after.content)
    others = (each for each in chain.last.values() if each is not link)
    stands = next((each for each in others if says(ring, each, row.content)), None)
    if stands is None:
        return Fault.ROW_INSERTED if comes_later else Fault.ROW_ALTERED
    closed_up = stands.number == number + 1 and not comes_later
    if closed_up and (after is None or not says(ring, stands, after.content)):
        return Fault.ROW_REMOVED
    return Fault.ROWS_REORDERED


def _is_aside(evidence: Evidence, chain: _Chain, ring: KeyRing, link: Link) -> bool:
    there = evidence.aside.get(link.number, ())
    if chain.is_erased(link):
        return any(
            (each.kind, each.at, each.payload) == (link.kind, link.at, NO_WORDS) for each in there
        )
    return any(says(ring, link, each) for each in there)


def _kept(evidence: Evidence, chain: _Chain, ring: KeyRing, link: Link) -> bool:
    """Whether content that lost its number still stands somewhere; it may have come back."""
    if link.act == Act.REMOVED or _is_aside(evidence, chain, ring, link):
        return True
    row = evidence.rows.get(link.number)
    return row is not None and says(ring, link, row.content)


def _emptied(link: Link, row: Stored) -> bool:
    content = row.content
    framed = (content.kind, content.at, row.provisional) == (link.kind, link.at, False)
    return framed and (content.payload, content.content_hash) == (NO_WORDS, GONE)


def _vouched(link: Link, erasure: Erasing | None) -> bool:
    return erasure is not None and (link.kind, link.at) == (erasure.by_whom, erasure.at)


def _counted(evidence: Evidence, chain: _Chain) -> Counted:
    rows = evidence.rows.values()
    gone = {number for number, link in chain.last.items() if chain.is_erased(link)}
    sealed = sum(1 for row in rows if row.number in chain.hold | gone and not row.provisional)
    provisional = sum(1 for row in rows if row.provisional)
    return Counted(
        sealed=sealed,
        provisional=provisional,
        waiting=len(rows) - sealed - provisional,
        replaced=len({link.number for link in chain.older}),
        erased=len(gone),
    )


def _finding(evidence: Evidence, fault: Fault, number: int, key_id: str | None = None) -> Finding:
    return Finding(fault=fault, reference=evidence.reference, number=number, key_id=key_id)
