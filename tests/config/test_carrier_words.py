"""Words that carriers act on are found in any language, and honest ones are left alone."""

from collections.abc import Mapping

import pytest

from config.loader import load_protocol
from pathway.lint import Around, carriers
from pathway.protocol import Template

PROTOCOL = load_protocol()


def found(words: str, template: Template = Template.BEFORE_VISIT) -> list[str]:
    texts: Mapping[str, Mapping[str, str]] = {"en": {template: words}}
    return [
        each.found for each in carriers.reply_that_carriers_act_on(PROTOCOL, Around(texts=texts))
    ]


@pytest.mark.parametrize(
    ("words", "keyword"),
    [
        ("Reply with a plain YES.", "YES"),
        ("Reply yes.", "yes"),
        ("To stay away, send the word 'cancel' to us.", "cancel"),
        ("Text info, and we call.", "info"),
        ("HELP", "HELP"),
        ("Responda con STOP si no quiere venir.", "STOP"),
        ("Responda con la palabra yes.", "yes"),
        ("Mande stop.", "stop"),
        ("Puede contestar end si no viene.", "end"),
        ("Env\u00ede cancel a este numero.", "cancel"),
    ],
)
def test_a_word_that_she_may_send_is_found(words: str, keyword: str) -> None:
    assert found(words) == [keyword]


@pytest.mark.parametrize(
    "words",
    [
        "Reply 1 if you need help, 2 for a call.",
        "For help right now call or text 988.",
        "Your visit will end at noon. Text us about your ride.",
        "Thank you for your answer. If you need us, call. Stop by at any time.",
        "Responda 1 si viene, 2 si le llamamos.",
    ],
)
def test_words_that_are_no_reply_are_left_alone(words: str) -> None:
    assert found(words) == []


def test_an_opt_in_says_how_to_opt_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the text that confirms consent to texts may, and only in the words for it."""
    honest = "You get texts about visits. Reply STOP to end them, HELP for help."
    assert found(honest) == ["STOP"]
    monkeypatch.setattr(carriers, "OPT_IN", (Template.BEFORE_VISIT,))
    assert found(honest) == []
    assert found("You get texts about visits. Reply YES to get them.") == ["YES"]
