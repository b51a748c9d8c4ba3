"""What may be wrong with a text that can be written: each rule is one function."""

import re
from collections.abc import Callable, Iterator, Sequence

from config.clinic import Clinic
from config.gsm7 import septets
from config.listed_words import says
from config.text_samples import Sample
from config.wordings import Wording
from pathway.lint.finding import Finding, error
from pathway.model import Model
from pathway.protocol import Asked, Template
from pathway.reply_words import Keywords

MOST_LETTERS = 1600
"""What the provider takes at most."""
_SEGMENTS = {Template.WELCOME: 2, Template.STAFF_ANSWER: 3}
_OPT_OUT_DUE = (Template.WELCOME,)
_KEYWORDS_DUE = ("STOP", "HELP")
_EMERGENCY = re.compile(r"\b(?:988|911)\b")


class BesideTexts(Model):
    """What a text has to fit to."""

    clinic: Clinic
    never_say: tuple[str, ...]
    """Every language's list: a word gives away as much in another language."""
    keywords: tuple[Keywords, ...]


TextRule = Callable[[Sample, Wording, BesideTexts], Iterator[Finding]]


def letters_outside_the_alphabet(
    sample: Sample, _words: Wording, _beside: BesideTexts
) -> Iterator[Finding]:
    strange = [char for char in sample.text if septets(char) is None]
    if strange:
        found = " ".join(dict.fromkeys(strange))
        expected = "letters of the short alphabet (GSM-7) alone: one other halves what fits"
        do = "Write it without them."
        yield error("letters_outside_the_alphabet", sample.place, expected, found, do)


def too_many_segments(sample: Sample, _words: Wording, _beside: BesideTexts) -> Iterator[Finding]:
    most = _SEGMENTS.get(sample.template, 1)
    if sample.segments > most:
        expected = f"at most {most} segment{'s' * (most > 1)}, with the longest date and name"
        found = f"{sample.segments} ({sample.letters} letters)"
        yield error("too_many_segments", sample.place, expected, found, "Say it shorter.")


def longer_than_a_text(sample: Sample, _words: Wording, _beside: BesideTexts) -> Iterator[Finding]:
    if sample.letters > MOST_LETTERS:
        expected = f"at most {MOST_LETTERS} letters: the provider refuses more"
        yield error("longer_than_a_text", sample.place, expected, sample.letters, "Shorten it.")


def text_without_the_clinic(
    sample: Sample, _words: Wording, beside: BesideTexts
) -> Iterator[Finding]:
    if not sample.text.startswith(beside.clinic.alias):
        expected = "the clinic's name first, from `clinic_alias`"
        do = "The patient must know whose text it is before opening it."
        yield error("text_without_the_clinic", sample.place, expected, sample.text[:20], do)


def text_without_a_number(
    sample: Sample, _words: Wording, beside: BesideTexts
) -> Iterator[Finding]:
    if beside.clinic.callback_phone not in sample.text:
        expected = "a number to call, from `callback_phone`"
        do = "Tell the patient where to reach a person."
        yield error("text_without_a_number", sample.place, expected, "none", do)


def no_way_to_opt_out(sample: Sample, _words: Wording, _beside: BesideTexts) -> Iterator[Finding]:
    if sample.template in _OPT_OUT_DUE and not re.search(r"\bSTOP\b", sample.text):
        expected = "how to get no more texts: reply STOP, in capitals and in English"
        do = "Carriers act on that word alone, and expect it here."
        yield error("no_way_to_opt_out", sample.place, expected, "none", do)


def what_it_must_say(sample: Sample, words: Wording, _beside: BesideTexts) -> Iterator[Finding]:
    for listed in words.must_say.get(sample.template, ()):
        if says(sample.text, listed) is None:
            expected = f"{listed!r}, which `must_say` asks for"
            yield error("what_it_must_say", sample.place, expected, "none", "Say it.")


def word_that_gives_away(sample: Sample, _words: Wording, beside: BesideTexts) -> Iterator[Finding]:
    for listed in beside.never_say:
        found = says(sample.text, listed)
        if found is not None:
            expected = f"nothing that is on `never_say` ({listed})"
            do = "Texts lie open on locked phones: say it without."
            yield error("word_that_gives_away", sample.place, expected, found, do)


def word_that_carriers_act_on(
    sample: Sample, _words: Wording, beside: BesideTexts
) -> Iterator[Finding]:
    for word in _carrier_words(sample.text, beside.keywords):
        if not (sample.template in _OPT_OUT_DUE and word in _KEYWORDS_DUE):
            expected = "no word that carriers act on when it is sent back"
            do = "Ask for a digit, or say it otherwise."
            yield error("word_that_carriers_act_on", sample.place, expected, word, do)


def _carrier_words(text: str, keywords: Sequence[Keywords]) -> Iterator[str]:
    """Help is an ordinary word; in capitals it asks to be sent back."""
    for listed in keywords:
        for word in (*listed.stop, *listed.start):
            yield from re.findall(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
        for word in listed.help:
            yield from re.findall(rf"\b{re.escape(word)}\b", text)


def emergency_numbers(sample: Sample, _words: Wording, _beside: BesideTexts) -> Iterator[Finding]:
    """They are only ever the answer to her own message (rule 19)."""
    due = sample.template is Template.SUPPORT_NUMBERS
    found = sorted(dict.fromkeys(_EMERGENCY.findall(sample.text)))
    if found != (["911", "988"] if due else []):
        expected = "988 and 911" if due else "no emergency number: it tells whoever reads along"
        do = "Name both." if due else "Leave them to `support_numbers`."
        yield error("emergency_numbers", sample.place, expected, ", ".join(found) or "none", do)


def question_without_its_digits(
    sample: Sample, words: Wording, _beside: BesideTexts
) -> Iterator[Finding]:
    written = words.asking[sample.template] if sample.asks else ""
    for asked in Asked if sample.asks else ():
        if not re.search(rf"\{{\{{-?\s*{asked}\b", written):
            expected = f"the digit for {asked}, from `{asked}`"
            do = "Say which digit means what, or put it under `texts`."
            yield error("question_without_its_digits", sample.place, expected, "none", do)


TEXT_RULES: tuple[TextRule, ...] = (
    letters_outside_the_alphabet,
    too_many_segments,
    longer_than_a_text,
    text_without_the_clinic,
    text_without_a_number,
    no_way_to_opt_out,
    what_it_must_say,
    word_that_gives_away,
    word_that_carriers_act_on,
    emergency_numbers,
    question_without_its_digits,
)
ANSWER_RULES = tuple(rule for rule in TEXT_RULES if rule is not word_that_carriers_act_on)
"""For what a person writes: a yes in her sentence asks for nothing to be sent back."""
