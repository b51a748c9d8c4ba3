"""Each text of a language as long as it can really become, with its segments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.clinic import Clinic
from config.gsm7 import segments
from config.texts import render
from config.wordings import Wording
from pathway.model import Model
from pathway.protocol import Asked, Template
from pathway.protocol.places import Place

NAME_LETTERS = 26
"""A shorter name of the clinic is filled up to this: there must be room for a longer one."""
_DIGITS = {Asked.CONFIRMED.value: "1", Asked.CALL_ME.value: "2"}
_LATE_CLOCK = time(22, 0)
_DAYS_BEFORE = {Template.APPOINTMENT_TODAY: 0, Template.APPOINTMENT_TOMORROW: 1}
_YEAR = 2026
_WORDS = "words " * 50
"""As much as a member of staff may write in one answer."""


class Sample(Model):
    """A text at its longest."""

    language: str
    template: Template
    asks: bool
    """True for a reminder as it asks whether she comes."""
    text: str
    """The clinic's name filled up."""
    letters: int
    segments: int

    @property
    def place(self) -> Place:
        return ("asking" if self.asks else "texts", self.template.value)


def samples(language: str, words: Wording, clinic: Clinic) -> Iterator[Sample]:
    """Every text of a language, each once as it tells and once as it asks."""
    for template in words.texts:
        yield _longest(language, words, template, clinic, {})
    for template in words.asking:
        yield _longest(language, words, template, clinic, _DIGITS)


def answer_sample(language: str, words: str, clinic: Clinic) -> Sample:
    """What a member of staff wrote, as the phone will show it."""
    text = render(
        Template.STAFF_ANSWER,
        language,
        clinic_alias=clinic.alias,
        callback_phone=clinic.callback_phone,
        as_of=datetime(_YEAR, 1, 1, tzinfo=UTC),
        appointment_at=None,
        zone=clinic.zone,
        clinic_zone=clinic.zone,
        words=words,
    )
    return Sample(
        language=language,
        template=Template.STAFF_ANSWER,
        asks=False,
        text=text,
        letters=len(text),
        segments=segments(text),
    )


def _longest(
    language: str, words: Wording, template: Template, clinic: Clinic, digits: dict[str, str]
) -> Sample:
    written = _written(words, template, clinic, digits)
    count, letters, text = max((segments(text), len(text), text) for text in written)
    return Sample(
        language=language,
        template=template,
        asks=bool(digits),
        text=text,
        letters=letters,
        segments=count,
    )


def _written(
    words: Wording, template: Template, clinic: Clinic, digits: dict[str, str]
) -> Iterator[str]:
    for at in _moments(clinic.zone):
        yield render(
            template,
            words,
            clinic_alias=clinic.alias.ljust(NAME_LETTERS, "x"),
            callback_phone=clinic.callback_phone,
            as_of=at - timedelta(days=_DAYS_BEFORE.get(template, 3)),
            appointment_at=at,
            zone=None,  # the clock is named then, which is longer
            clinic_zone=clinic.zone,
            digits=digits,
            words=_WORDS if template is Template.STAFF_ANSWER else None,
        )


def _moments(zone: str) -> Iterator[datetime]:
    """Late on a day of two figures, each weekday of each month."""
    for month in range(1, 13):
        for day in range(20, 27):
            late = datetime.combine(date(_YEAR, month, day), _LATE_CLOCK, ZoneInfo(zone))
            yield late.astimezone(UTC)
