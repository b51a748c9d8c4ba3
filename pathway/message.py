"""A message, and whether it says a phrase."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from pathway.folding import collapsed, is_misspelling, plain, words_as_written
from pathway.phrases import Kind, Part, Phrase

_GAP_WORDS = 5
_Reach = Mapping[int, tuple[int, ...]]
"""Where a word stands in a message, and how many of the message's words it takes there."""


def _looks_like_a_name(raw: str, not_names: Sequence[str]) -> bool:
    return len(raw) > 1 and raw.istitle() and plain(raw) not in not_names


class Message:
    """A message's words as one language spells them, to be asked for phrases.

    Args:
        spellings: what a plain word stands for, as `u` for `you`.
        names: plain names that `@` means, however they are written.
        not_names: plain words that `@` never means although they begin with a capital.
    """

    def __init__(
        self,
        body: str,
        spellings: Mapping[str, str],
        names: Sequence[str] = (),
        not_names: Sequence[str] = (),
    ) -> None:
        words: list[str] = []
        named: list[bool] = []
        for raw in words_as_written(body):
            word = plain(raw)
            stands_for = spellings.get(raw.casefold()) or spellings.get(collapsed(word)) or word
            is_name = word in names or _looks_like_a_name(raw, not_names)
            words += stands_for.split()
            named += [is_name] * len(stands_for.split())
        self._words, self._named = tuple(words), tuple(named)
        self._places = _places(words)
        self._pairs = _places(collapsed(one + other) for one, other in pairwise(words))
        self._collapsed = {word: collapsed(word) for word in words}
        self._found: dict[tuple[str, bool], _Reach] = {}

    def says(self, phrase: Phrase, *, misspelt: bool = True) -> bool:
        """Whether the phrase stands in the message, wherever it begins.

        Args:
            misspelt: whether one slip in each longer word is tolerated.
        """
        return any(
            self._goes_on(phrase.parts, at, misspelt=misspelt)
            for at in self._beginnings(phrase.parts[0], misspelt=misspelt)
        )

    def _beginnings(self, first: Part, *, misspelt: bool) -> Sequence[int]:
        """Where a phrase can begin; looking nowhere else keeps long messages fast."""
        if first.kind is not Kind.WORD or first.optional:
            return range(len(self._words) + 1)
        return [
            at for word in first.words for at in self._reach(word, misspelt and not first.exact)
        ]

    def _goes_on(self, parts: tuple[Part, ...], at: int, *, misspelt: bool) -> bool:
        if not parts:
            return True
        first, rest = parts[0], parts[1:]
        ways = self._ways(first, at, misspelt=misspelt)
        return any(self._goes_on(rest, at + taken, misspelt=misspelt) for taken in ways)

    def _ways(self, part: Part, at: int, *, misspelt: bool) -> Sequence[int]:
        """How many words a piece can take from here on; none at all where it does not fit."""
        left = len(self._words) - at
        match part.kind:
            case Kind.BEGINNING:
                return [0] if at == 0 else []
            case Kind.END:
                return [0] if left == 0 else []
            case Kind.GAP:
                return range(min(left, _GAP_WORDS) + 1)
            case Kind.NAME:
                return [1] if left and self._named[at] else []
        tolerant = misspelt and not part.exact
        ways = [n for word in part.words for n in self._reach(word, tolerant).get(at, ())]
        return [*ways, 0] if part.optional else ways

    def _reach(self, meant: str, tolerant: bool) -> _Reach:
        known = self._found.get((meant, tolerant))
        if known is None:
            known = self._found[meant, tolerant] = self._look_for(meant, tolerant)
        return known

    def _look_for(self, meant: str, tolerant: bool) -> _Reach:
        short = collapsed(meant)
        found = dict.fromkeys(self._pairs.get(short, ()), (2,))  # apart, as in "my self"
        for word, places in self._places.items():
            here = self._collapsed[word]
            # A letter that is missing can make two others meet, so both forms are compared.
            slip = tolerant and (is_misspelling(word, meant) or is_misspelling(here, short))
            if here == short or slip:
                found.update(dict.fromkeys(places, (1,)))
        return found


def _places(words: Iterable[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    return places
