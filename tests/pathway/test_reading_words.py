"""The shipped lists find what they are for, misspelt too, and leave the ordinary alone."""

from collections.abc import Iterator

import messages_read as table
import pytest

from config.reply_words import load_reply_words
from pathway.reading import Meant, read

WORDS = load_reply_words()
# A sentence, and its word that a hurried thumb misspells.
KEY_WORDS = [
    ("suicide", "suicide"),
    ("I feel suicidal", "suicidal"),
    ("kill myself", "myself"),
    ("I want to kill myself", "kill"),
    ("I want to hurt myself", "hurt"),
    ("I want to harm myself", "myself"),
    ("overdose", "overdose"),
    ("better off without me", "without"),
    ("better off without me", "better"),
    ("no reason to live", "reason"),
    ("hopeless", "hopeless"),
    ("suicidio", "suicidio"),
    ("suicidarme", "suicidarme"),
    ("matarme", "matarme"),
    ("quiero morir", "quiero"),
    ("quiero morir", "morir"),
    ("quitarme la vida", "quitarme"),
    ("no quiero vivir", "vivir"),
    ("hacerme da\u00f1o", "hacerme"),
    ("sobredosis", "sobredosis"),
]


def _slips(word: str, *, added: bool = True) -> Iterator[str]:
    for n in range(len(word)):
        yield word[:n] + word[n + 1 :]
        yield word[:n] + word[n : n + 2][::-1] + word[n + 2 :]
        yield word[: n + 1] + word[n] + word[n + 1 :]
        if added and len(word) >= 5:
            yield word[:n] + "x" + word[n:]
            yield word[:n] + "x" + word[n + 1 :]


@pytest.mark.parametrize("body", [*table.CRISIS, *table.CRISIS_ES])
def test_words_of_danger_are_found(body: str) -> None:
    assert read(body, None, WORDS).crisis


@pytest.mark.parametrize(("sentence", "word"), KEY_WORDS)
def test_every_slip_in_a_key_word_is_found(sentence: str, word: str) -> None:
    slips = list(_slips(word))
    assert len(slips) > 10
    missed = [slip for slip in slips if not read(sentence.replace(word, slip), None, WORDS).crisis]
    # A word of four letters is too near to others for more than a swap.
    assert missed == ([] if word != "hurt" else ["urt", "hrt", "hut", "hur"])


@pytest.mark.parametrize("body", [*table.CRISIS, *table.CRISIS_ES])
@pytest.mark.parametrize(
    "change", [str.upper, str.lower, str.title, "{}!!!".format, "...{}".format]
)
def test_how_it_is_written_hides_nothing(body: str, change: object) -> None:
    assert callable(change)
    assert read(change(body), None, WORDS).crisis


@pytest.mark.parametrize(
    "body", [*table.NO_CRISIS, *table.OPT_OUT_CERTAIN, *table.WRONG_NUMBER, *table.NO_WRONG_NUMBER]
)
def test_the_ordinary_alarms_nobody(body: str) -> None:
    assert not read(body, None, WORDS).crisis


@pytest.mark.parametrize("body", table.OPT_OUT_CERTAIN)
def test_an_opt_out_in_her_own_words(body: str) -> None:
    assert read(body, None, WORDS).opt_out is Meant.CERTAIN


@pytest.mark.parametrize("body", table.OPT_OUT_PERHAPS)
def test_what_might_be_an_opt_out_goes_to_a_person(body: str) -> None:
    assert read(body, None, WORDS).opt_out is Meant.PERHAPS


@pytest.mark.parametrize("body", [*table.NO_OPT_OUT, *table.NO_WRONG_NUMBER])
def test_the_ordinary_is_no_opt_out(body: str) -> None:
    assert read(body, None, WORDS).opt_out is None


@pytest.mark.parametrize("body", table.WRONG_NUMBER)
def test_rule_26_a_number_that_is_not_hers(body: str) -> None:
    assert read(body, None, WORDS).wrong_number


@pytest.mark.parametrize(
    "body", [*table.NO_WRONG_NUMBER, *table.NO_CRISIS, *table.CRISIS, *table.OPT_OUT_CERTAIN]
)
def test_the_ordinary_does_not_take_her_number_away(body: str) -> None:
    assert not read(body, None, WORDS).wrong_number


@pytest.mark.parametrize(
    "body", ["not maria", "NOT MARIA", "this is not mar\u00eda", "no soy maria"]
)
def test_a_known_name_needs_no_capital(body: str) -> None:
    assert read(body, None, WORDS, names=("Mar\u00eda Luz", "Ortega")).wrong_number
    assert not read("i am not ok, maria", None, WORDS, names=("Mar\u00eda",)).wrong_number


def test_every_list_says_where_it_comes_from() -> None:
    for language in WORDS.languages:
        listed = [*language.crisis.values(), language.wrong_number, language.opt_out.certain]
        assert all(each.source and each.evidence for each in listed)
