"""One journey's journal beside its chain: what was altered, removed, moved or put in. Pure.

A row that lost its number to other content is no fault as long as what was sealed stands, word for
word, among what was set aside: a reset or a mending leaves that behind, and both are counted. Nor
is a row whose words an erasure took out, where a link says that it did.
"""

from collections.abc import Iterator
from typing import NamedTuple

from config.key_ring import KeyRing
from records.chain import Act, Link, says
from records.erasing import GONE, NO_WORDS
from records.findings import Counted, Fault, Finding, Replaced
from records.following_links import Chain, Erasing, Evidence, followed, found
from records.sealed_rows import Stored


class Checked(NamedTuple):
    """What one journey was found to be."""

    finding: Finding | None
    """The first fault, by the number of its row."""
    replaced: tuple[Replaced, ...]
    counted: Counted


def check(evidence: Evidence, ring: KeyRing) -> Checked:
    """Follow the links of a journey, and look at each row that they are about."""
    chain = followed(evidence, ring)
    for number in chain.last.keys() & evidence.rows.keys():
        if says(ring, chain.last[number], evidence.rows[number].content):
            chain.hold.add(number)
    rows = next(_faults(evidence, chain, ring), None)
    faults = [each for each in (rows, chain.broken) if each]
    first = min(faults, key=lambda each: each.number or 0, default=None)
    numbers = _replaced(evidence, chain, ring)
    replaced = tuple(Replaced(reference=evidence.reference, number=number) for number in numbers)
    return Checked(first, replaced, _counted(evidence, chain, len(replaced)))


def _replaced(evidence: Evidence, chain: Chain, ring: KeyRing) -> list[int]:
    """Also those for which there is no link yet that says so."""
    since = {link.number for link in chain.older}
    gone = {number for number, link in chain.last.items() if link.act == Act.REMOVED}
    unlike = chain.last.keys() - chain.hold - gone
    aside = {n for n in unlike if _is_aside(evidence, chain, ring, chain.last[n])}
    return sorted(since | gone | aside)


def _faults(evidence: Evidence, chain: Chain, ring: KeyRing) -> Iterator[Finding]:
    """What is wrong with rows, by number."""
    lost = {link.number for link in chain.older if not _kept(evidence, chain, ring, link)}
    for number in sorted({*chain.last, *(n for n in evidence.rows if n < 1)}):
        fault = _of_row(evidence, chain, ring, number)
        if fault is None and number in lost:
            fault = Fault.SET_ASIDE_ALTERED
        if fault:
            yield found(evidence, fault, number)
    if chain.erased and not _vouched(chain.erased, evidence.erasure):
        yield found(evidence, Fault.ERASURE_ALTERED, chain.erased.number)


def _of_row(evidence: Evidence, chain: Chain, ring: KeyRing, number: int) -> Fault | None:
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


def _kind_of(evidence: Evidence, chain: Chain, ring: KeyRing, number: int) -> Fault:
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


def _is_aside(evidence: Evidence, chain: Chain, ring: KeyRing, link: Link) -> bool:
    there = evidence.aside.get(link.number, ())
    if chain.is_erased(link):
        return any(
            (each.kind, each.at, each.payload) == (link.kind, link.at, NO_WORDS) for each in there
        )
    return any(says(ring, link, each) for each in there)


def _kept(evidence: Evidence, chain: Chain, ring: KeyRing, link: Link) -> bool:
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


def _counted(evidence: Evidence, chain: Chain, replaced: int) -> Counted:
    rows = evidence.rows.values()
    gone = {number for number, link in chain.last.items() if chain.is_erased(link)}
    sealed = sum(1 for row in rows if row.number in chain.hold | gone and not row.provisional)
    provisional = sum(1 for row in rows if row.provisional)
    return Counted(
        sealed=sealed,
        provisional=provisional,
        waiting=len(rows) - sealed - provisional,
        replaced=replaced,
        erased=len(gone),
    )
