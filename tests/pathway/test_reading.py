"""One digit, a carrier's word, and what no phone can break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reply_words import load_reply_words
from pathway.reading import Keyword, Meant, Reading, read
from pathway.reply_words import ReplyWords

WORDS = load_reply_words()
NOTHING = Reading()


def reading(body: str, opt_out_type: str | None = None, *names: str) -> Reading:
    return read(body, opt_out_type, WORDS, names=names)


@pytest.mark.parametrize(
    "body",
    [
        *(
            "3",
            "3.",
            " 3 ",
            "3!",
            "3!!!",
            "(3)",
            "3)",
            '"3"',
            "\u201c3\u201d",
            "*3*",
            "\n3\n",
            "3,",
        ),
        *("3\ufe0f\u20e3", "3\u20e3", "\uff13", "\u2462", "\u00b3", "\u200b3\u200f", "\ufeff3"),
    ],
)
def test_one_digit_and_nothing_else(body: str) -> None:
    assert reading(body) == Reading(digit="3")


@pytest.mark.parametrize(
    "body",
    [
        *("", " ", ".", "0", "33", "3 3", "3?", "3 please", "a 3", "3 \U0001f44d", "1/2", "\u00bd"),
        *(
            "three",
            "Three.",
            "tres",
            "uno",
            "-3",
            "+1",
            "3%",
            "$3",
            "3.5",
            "3:30",
            "3\ufe0f\u20e34",
        ),
        *("\u0663", "I", "l", "#", "\u20e3", "\ufe0f", "10", "2pm"),
    ],
)
def test_anything_else_is_no_digit(body: str) -> None:
    assert reading(body) == NOTHING


def test_every_digit_that_a_question_can_have() -> None:
    assert [reading(str(n)).digit for n in range(10)] == [None, *map(str, range(1, 10))]


def test_number_words_count_only_where_a_clinic_lists_them() -> None:
    english = WORDS.languages[0].model_copy(update={"digits": {"one": "1"}})
    listed = ReplyWords(languages=(english,))
    assert read("One!", None, listed).digit == "1"
    assert read("one more thing", None, listed).digit is None


@pytest.mark.parametrize(
    "body",
    [
        *("STOP", "stop", "Stop", " stop ", "Stop.", "STOP!!!", "stoppp", "ST\u00d3P", "\uff33top"),
        *(
            "STOPALL",
            "unsubscribe",
            "Cancel",
            "end",
            "QUIT",
            "revoke",
            "OptOut",
            "\u201cSTOP\u201d",
        ),
    ],
)
def test_rule_20_a_carriers_word_stops(body: str) -> None:
    assert reading(body).keyword is Keyword.STOP
    assert not reading(body).crisis


@pytest.mark.parametrize("body", ["START", "yes", "Yes", " unstop\n"])
def test_only_her_plain_word_brings_texts_back(body: str) -> None:
    assert reading(body) == Reading(keyword=Keyword.START)


@pytest.mark.parametrize(
    "body", ["yesss", "Yes.", "yes please", "start again", "y", "restart", "si"]
)
def test_less_than_the_carriers_word_brings_nothing_back(body: str) -> None:
    assert reading(body).keyword is None


@pytest.mark.parametrize("body", ["HELP", "help!", "info", "Info?"])
def test_help(body: str) -> None:
    assert reading(body) == Reading(keyword=Keyword.HELP)


@pytest.mark.parametrize(
    "body", ["stop by the desk", "nonstop", "in the end", "weekend", "the cancellation", "helping"]
)
def test_a_carriers_word_is_the_whole_message(body: str) -> None:
    assert reading(body).keyword is None


@pytest.mark.parametrize("keyword", list(Keyword))
@pytest.mark.parametrize("body", ["", "adi\u00f3s", "START", "STOP", "3"])
def test_what_the_carrier_has_done_wins(keyword: Keyword, body: str) -> None:
    assert reading(body, keyword.value).keyword is keyword
    assert reading(body, keyword.value.lower()).keyword is keyword


@pytest.mark.parametrize("told", ["", "  ", "PAUSE", "STOP,STOP"])
def test_a_strange_opt_out_type_leaves_the_body(told: str) -> None:
    assert reading("stop", told).keyword is Keyword.STOP
    assert reading("hello", told).keyword is None


def test_several_hold_at_once() -> None:
    said = reading("Wrong number. Stop texting me or I will kill myself")
    assert (said.crisis, said.wrong_number, said.opt_out) == (True, True, Meant.CERTAIN)
    assert reading("STOP", "STOP").keyword is Keyword.STOP
    assert reading("quiero morir. I want to die").crisis


@pytest.mark.parametrize(
    "body",
    [
        *(
            "\U0001f600" * 400,
            "a" * 1600,
            "stop " * 320,
            "\u0000",
            "\ud800",
            "\u202e3",
            "\u0301" * 1600,
        ),
        *(
            "\ufdfa" * 1600,
            "\u0645\u0631\u062d\u0628\u0627 3",
            "\u4f60\u597d",
            "\u041f\u0440\u0438",
        ),
        *("'", "^ $ ... @ =", "{{ clinic_alias }}", "%s%n", "\r\n\t", "...", "kill" * 400),
    ],
)
def test_nothing_breaks_it(body: str) -> None:
    assert isinstance(reading(body), Reading)


@given(st.text(max_size=1600), st.none() | st.text(max_size=8))
def test_no_text_breaks_it(body: str, opt_out_type: str | None) -> None:
    assert isinstance(reading(body, opt_out_type), Reading)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_around_them_hides_words_of_danger(before: str, after: str) -> None:
    assert reading(f"{before} I want to kill myself {after}").crisis
    assert reading(f"{before}. quiero suicidarme. {after}").crisis


def test_danger_is_found_at_the_end_of_a_long_message() -> None:
    body = ("we had rain all week " * 80)[:1580] + " kill myself"
    assert len(body) < 1600
    assert reading(body).crisis
    assert not reading(body.replace("kill", "calm")).crisis


@pytest.mark.parametrize(
    "body",
    [
        "\u041f\u0440\u0438\u0432\u0435\u0442, i want to die",
        "\u4f60\u597d kill myself \U0001f614",
        "quiero to die, morir",
    ],
)
def test_danger_is_found_amid_other_scripts(body: str) -> None:
    assert reading(body).crisis
