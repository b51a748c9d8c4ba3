"""How a list's phrases are written, and what they find."""

import pytest

from pathway.message import Message
from pathway.phrases import Phrase, phrase


def _says(written: str, body: str, **spellings: str) -> bool:
    taken_apart = phrase(written)
    assert isinstance(taken_apart, Phrase)
    return Message(body, spellings).says(taken_apart)


@pytest.mark.parametrize(
    ("written", "found", "not_found"),
    [
        ("kill myself", "i KIL my self!", "kill the time myself"),
        ("kill", "kill, kil, killl", "skill skills killer"),
        ("live|life", "long life", "lives"),
        ("end my? life", "end life, end my life", "end her life"),
        ("=texting", "texting", "testing"),
        ("texting", "testing texing", "teasing"),
        ("pills ... all", "pills, well, I took them all", "pills: one two three four five six all"),
        ("^ stop", "stop it", "do stop"),
        ("who $", "new phone who", "who else"),
        ("^ no more $", "No more!", "no more pain"),
        ("not @", "not Maria", "not maria"),
        ("hurt myself", "hrut myself", "hut myself"),
        ("my? own? pills", "own pills", "own phone"),
    ],
)
def test_a_phrase_finds(written: str, found: str, not_found: str) -> None:
    assert _says(written, found)
    assert not _says(written, not_found)


def test_spellings_stand_for_words() -> None:
    assert _says("you are better", "u r better", u="you", r="are")
    assert _says("before now", "b4 now", b4="before")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "a word that must be there"),
        ("...", "a word that must be there"),
        ("my?", "a word that must be there"),
        ("kill | me", "is no single word"),
        ("self-harm", "is no single word"),
        ("kill ^", "only at an end"),
        ("$ kill", "only at an end"),
    ],
)
def test_a_phrase_that_means_nothing_is_refused(written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        phrase(written)
