"""The carriers' words that act on consent are those that the lists of replies know."""

from config.reply_words import shipped_reply_words
from pathway.reading import Keyword
from records.keywords import keyword_of


def test_both_lists_name_the_same_words() -> None:
    for language in shipped_reply_words().languages:
        if language.keywords:
            listed = language.keywords
            found = {word: keyword_of(word, None) for word in listed.stop + listed.start}
            assert {found[word] for word in listed.stop} == {Keyword.STOP}
            assert {found[word] for word in listed.start} == {Keyword.START}
