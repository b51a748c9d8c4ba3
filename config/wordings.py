"""The wording files, config/messages/<language>.yaml.

They are checked when they are read, so that a misspelt word in a template stops a deploy and
not a reminder.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import jinja2
from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import AfterValidator, Field, model_validator

from config.listed_words import ListedWords
from config.yaml_source import read_yaml, validated
from pathway.journey import COUNTED_TEMPLATES
from pathway.model import Model
from pathway.protocol import Asked, Template

DEFAULT_LANGUAGE = "en"
_MOMENT_WORDS = frozenset({"weekday", "month", "day", "hour", "hour12", "minute", "half"})
_TEXT_WORDS = frozenset({"clinic_alias", "callback_phone", "date", "time", "words"})
_DIGIT_WORDS = frozenset(Asked)

# Plain texts, not HTML: escaping would put "&amp;" on a phone.
_jinja = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def _uses(template: str, word: str) -> bool:
    return word in meta.find_undeclared_variables(_jinja.parse(template))


def _only(words: frozenset[str]) -> AfterValidator:
    """Refuses a template with a syntax error or with a word that nobody will give it."""

    def check(template: str) -> str:
        try:
            used = meta.find_undeclared_variables(_jinja.parse(template))
        except TemplateError as error:
            raise ValueError(f"this is no template: {error.message}") from None
        if not template.strip():
            raise ValueError("expected words, and this is empty")
        if strange := sorted(used - words):
            raise ValueError(f"{', '.join(strange)} is unknown here; known: {sorted(words)}")
        return template

    return AfterValidator(check)


Text = Annotated[str, _only(_TEXT_WORDS)]


class Wording(Model):
    """One language's file."""

    weekdays: tuple[str, ...] = Field(min_length=7, max_length=7)
    """Monday first."""
    months: tuple[str, ...] = Field(min_length=12, max_length=12)
    halves: tuple[str, str]
    """Before and after noon."""
    date: Annotated[str, _only(_MOMENT_WORDS)]
    time: Annotated[str, _only(_MOMENT_WORDS)]
    zone: Annotated[str, _only(frozenset({"place"}))]
    places: dict[str, str] = Field(default_factory=dict)
    """What people call the clock of an IANA zone."""
    other_place: Annotated[str, _only(frozenset({"city"}))] = "{{ city }}"
    texts: dict[Template, Text]
    asking: dict[Template, Annotated[str, _only(_TEXT_WORDS | _DIGIT_WORDS)]]
    """Reminders while nobody knows yet whether she comes: a digit each for yes and for a call."""
    never_say: ListedWords = Field(min_length=1)
    """What gives away what is treated, blames, or promises a number of visits (rule 25)."""
    must_say: dict[Template, ListedWords]
    """What a text is there to say, and loses its point without."""

    @model_validator(mode="after")
    def _all_texts(self) -> "Wording":
        if missing := sorted(set(Template) - set(self.texts)):
            raise ValueError(f"texts lacks {', '.join(missing)}")
        if missing := sorted(COUNTED_TEMPLATES - set(self.asking)):
            raise ValueError(f"asking lacks {', '.join(missing)}")
        own_words = {name for name, text in self.texts.items() if _uses(text, "words")}
        if own_words != {Template.STAFF_ANSWER}:
            raise ValueError("staff_answer uses words, and no other text does")
        if Template.WELCOME not in self.must_say:
            raise ValueError("must_say lacks welcome")
        return self


def read_wording(source: Path | Traversable) -> Wording:
    """Read one language's file.

    Raises:
        ConfigError: with file, line and what is wrong.
    """
    return validated(Wording, read_yaml(source))


def _file(language: str) -> Traversable:
    return files("config") / "messages" / f"{language}.yaml"


@cache
def _shipped(language: str) -> Wording | None:
    source = _file(language)
    return read_wording(source) if source.is_file() else None


@cache
def _english() -> Wording:
    return read_wording(_file(DEFAULT_LANGUAGE))


def wording(language: str) -> Wording:
    """The words of a language tag such as `es-US`; English where there are none."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    found = _shipped(primary) if primary.isalpha() else None
    return found or _english()


def say(template: str, **words: str | int) -> str:
    """A template of a wording file with its words filled in."""
    return _compiled(template).render(**words)


@cache
def _compiled(template: str) -> jinja2.Template:
    """Compiling one costs as much as all the rest of a text; there are some fifty in a language."""
    return _jinja.from_string(template)
