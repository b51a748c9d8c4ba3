"""Words on which carriers act: a patient who sends one may never hear from the clinic again."""

import re
from collections.abc import Iterator

from pathway.lint.finding import Around, Finding, error
from pathway.lint.references import templates_named
from pathway.protocol import Protocol, Template

CARRIER_WORDS = (
    *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
    *("START", "UNSTOP", "YES", "HELP", "INFO"),
)
OPT_IN = (Template.WELCOME,)
"""Texts in which consent to texts is confirmed: they must say how to stop them."""
_HONEST = frozenset({"STOP", "HELP"})
"""What such a text may name."""

_KEYWORD = rf"({'|'.join(CARRIER_WORDS)})"
# Capitals stand out as something to type, whatever the language around them says.
_BARE = re.compile(rf"(?<![\w{{])\b{_KEYWORD}\b")
_SENDS = "|".join(
    (
        *(r"repl(?:y|ies|ying)", r"answer(?:ing)?", r"respond(?:ing)?", r"text(?:ing)?"),
        *(r"send(?:ing)?", r"typ(?:e|ing)", r"writ(?:e|ing)"),
        *(r"respond(?:a|e|er)", r"mand(?:a|e|ar)", r"contest(?:a|e|ar)", r"escrib(?:a|e|ir)"),
        *(r"env(?:[ií]a|[ií]e|iar)", r"text(?:ea|ee|ear)", r"teclee?", r"pong(?:a)"),
    )
)
# A digit between the two is what she is to send; `reply 1 if you need help` is no request for HELP.
_ASKED_FOR = re.compile(rf"(?i)\b(?:{_SENDS})\b(?:[^\w.?!]+[^\W\d]+){{0,5}}?[^\w.?!]+{_KEYWORD}\b")


def reply_that_carriers_act_on(protocol: Protocol, around: Around) -> Iterator[Finding]:
    told = []
    for place, template in templates_named(protocol):
        for language, words in around.words(template):
            found = _keyword(words, allowed=_HONEST if template in OPT_IN else frozenset())
            if found and (language, template) not in told:
                told.append((language, template))
                expected = f"no word that carriers act on, in `{template}` in {language}"
                do = "Ask for a digit, and write what is no reply in small letters."
                yield error("reply_that_carriers_act_on", place, expected, found, do)


def _keyword(words: str, *, allowed: frozenset[str]) -> str | None:
    """The first word on which a carrier would act and that she may take for a reply."""
    found = [*_BARE.finditer(words), *_ASKED_FOR.finditer(words)]
    return next((match[1] for match in found if match[1].upper() not in allowed), None)


RULES = (reply_that_carriers_act_on,)
