"""What the oracle says of a flag that waits, or is lifted as it is raised, for being known.

Known is what a standing screen, or an assessor, had said by the time of the last judgement of her
risk. The oracle's books are wider than the product's: what the product takes for known they hold.
"""

from oracle_book import Asked, Book

from pathway.facts.safety import SafetyFlag, SuicideScreen

QUESTIONS = ("wished_dead", "better_off_dead", "thoughts_of_killing", "ever_tried")


def asked(screen: SuicideScreen) -> Asked:
    found = frozenset(q for q in QUESTIONS if getattr(screen.answers, q) is not False)
    return Asked(screen.signed.happened_at, found, screen.asked_at.value == "assessment")


def raised(book: Book, flag: SafetyFlag) -> None:
    """A flag waits for a look, or for none at all, only over what was known."""
    if flag.kind.value == "suicide_screen" and flag.tier.value == "review":
        last = book.asked[-1]
        if flag.assessed_at is not None or not last.by_an_assessor:
            new = last.found - _known(book)
            assert not new, f"{sorted(new)} was known to no assessor ({flag.id})"
    if flag.kind.value == "phq9_item9" and flag.assessed_at is not None:
        value, before = book.item9[-1], book.item9[:-1]
        said = [n.item9 for n in book.named if n.item9 is not None]
        assert any(each >= value for each in (*before, *said)), f"item 9 was never {value}"
    if flag.assessed_at is not None:
        assert book.risk is not None, "lifted, and nobody has judged"
        assert book.now < book.risk.until, "lifted by a judgement that has run out"


def _known(book: Book) -> set[str]:
    if book.risk is None:
        return set()
    by = book.risk.at
    before = [a for a in book.asked[:-1] if a.at.replace(second=0, microsecond=0) <= by]
    named = [n for n in book.named if n.at <= by]
    found = [*(a.found for a in before), *(n.found for n in named)]
    return {q for each in found for q in each}
