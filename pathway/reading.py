"""Reads what a patient wrote: a digit, a carrier's keyword, stop, danger, a wrong number.

It finds, it does not act. Danger is found by lists that would rather alarm once too often; an
opt-out is certain only where nothing else can be meant.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from pathway.folding import collapsed, plain_words
from pathway.message import Message
from pathway.model import Model
from pathway.protocol.vocabulary import Digit
from pathway.reply_words import Keywords, LanguageWords, OptOutWords, PhraseList, ReplyWords

_AROUND_A_DIGIT = " \t\r\n.,;:!()[]*\"'\u2018\u2019\u201c\u201d\u00ab\u00bb"
"""What thumbs and phones put beside a digit. A question mark is a question, not an answer."""
_DIGIT: TypeAdapter[str] = TypeAdapter(Digit)


class Keyword(StrEnum):
    """What carriers do by themselves."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


class Meant(StrEnum):
    """How sure it is that she wants no more texts."""

    CERTAIN = "certain"
    PERHAPS = "perhaps"


class Reading(Model):
    """What a message says; several can hold at once.

    The caller takes them up in this order, and keeps the message whatever they are:

    1. `crisis` always wins: `RecordReply(crisis=True, wrong_number=False)`, never with a digit.
       Only then, and beside it, what else holds.
    2. `keyword` STOP and `opt_out` certain: consent is withdrawn at once, also beside a crisis.
    3. `wrong_number`: `RecordReply(wrong_number=True)`; nothing is answered.
    4. `digit`: `RecordReply(digit=...)`; the journey knows which question it answers.
    5. Everything else, `opt_out` perhaps included, goes to a person.
    """

    digit: Digit | None = None
    """The one digit that is the whole message."""
    keyword: Keyword | None = None
    """The carrier has acted and answered: the clinic sends nothing. START counts only from
    somebody who had opted out; from others (`yes`) it is a message for a person."""
    opt_out: Meant | None = None
    """In words of her own: no carrier has acted, so the clinic must."""
    crisis: bool = False
    wrong_number: bool = False
    """Whoever reads texts there says that she is not to be reached."""


def read(
    body: str, opt_out_type: str | None, words: ReplyWords, *, names: Sequence[str] = ()
) -> Reading:
    """Read one message; it never raises, whatever a phone can send.

    Args:
        opt_out_type: the provider's OptOutType, where it gave one; it knows better than the
            body, because it has acted by it.
        names: the given and family names of those the phone belongs to, if known: `not maria`
            is then understood without its capital.
    """
    known = tuple(word for name in names for word in plain_words(name))
    crisis = wrong_number = False
    opt_outs = []
    for language in words.languages:
        message = Message(body, language.spellings, known, language.not_names)
        crisis = crisis or any(_says_any(message, kind) for kind in language.crisis.values())
        wrong_number = wrong_number or _says_any(message, language.wrong_number)
        opt_outs.append(_opt_out(message, language.opt_out))
    certain_first = (meant for meant in Meant if meant in opt_outs)
    return Reading(
        digit=_digit(body, words.languages),
        keyword=_keyword(body, opt_out_type, words.languages),
        opt_out=next(certain_first, None),
        crisis=crisis,
        wrong_number=wrong_number,
    )


def _says_any(message: Message, listed: PhraseList, *, misspelt: bool = True) -> bool:
    return any(message.says(phrase, misspelt=misspelt) for phrase in listed.phrases)


def _opt_out(message: Message, listed: OptOutWords) -> Meant | None:
    if not _says_any(message, listed.certain):
        return Meant.PERHAPS if _says_any(message, listed.perhaps) else None
    # "Stop testing me" is one slip from another sentence: a person reads it.
    sure = _says_any(message, listed.certain, misspelt=False)
    return Meant.CERTAIN if sure and not _says_any(message, listed.softened_by) else Meant.PERHAPS


def _digit(body: str, languages: Sequence[LanguageWords]) -> str | None:
    plain = unicodedata.normalize("NFKC", body)
    shown = "".join(c for c in plain if not unicodedata.category(c).startswith(("M", "Cf")))
    alone = shown.strip(_AROUND_A_DIGIT)
    in_words = (language.digits.get(alone.casefold()) for language in languages)
    try:
        return _DIGIT.validate_python(next((d for d in in_words if d), alone))
    except ValidationError:
        return None


def _keyword(
    body: str, opt_out_type: str | None, languages: Sequence[LanguageWords]
) -> Keyword | None:
    told = (opt_out_type or "").strip().upper()
    if told in tuple(Keyword):
        return Keyword(told)
    return next(
        (
            found
            for language in languages
            if language.keywords
            for found in _keywords(body, language.keywords)
        ),
        None,
    )


def _keywords(body: str, listed: Keywords) -> Iterator[Keyword]:
    """`Stop!!` stops, whatever the carrier made of it; only her plain word brings texts back."""
    alone = [collapsed(word) for word in plain_words(body)]
    if any(alone == [collapsed(word.casefold())] for word in listed.stop):
        yield Keyword.STOP
    if body.strip().casefold() in [word.casefold() for word in listed.start]:
        yield Keyword.START
    if any(alone == [collapsed(word.casefold())] for word in listed.help):
        yield Keyword.HELP
