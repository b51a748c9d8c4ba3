"""What became of agenda items, and of texts on their way."""

from typing import Literal

from pathway.events.base import BaseEvent
from pathway.facts.replies import Question
from pathway.model import Instant
from pathway.protocol import Template


class ItemSettled(BaseEvent):
    """An agenda item ran, or was skipped, and why."""

    kind: Literal["item_settled"] = "item_settled"
    key: str
    line: str
    outcome: str
    reason: str
    text_counts: bool | None = None
    """For a text that went out: whether the daily cap counts it."""
    template: Template | None = None
    """For a text that went out."""
    about: Instant | None = None
    """The appointment it spoke of."""


class ItemDeferred(BaseEvent):
    kind: Literal["item_deferred"] = "item_deferred"
    key: str
    line: str
    until: Instant
    reason: str


class TextBegun(BaseEvent):
    """A text was given to its activity: from now on it counts, whatever becomes of it."""

    kind: Literal["text_begun"] = "text_begun"
    key: str
    counts: bool
    """Whether the daily cap counts it."""
    template: Template
    about: Instant | None = None
    """The appointment it speaks of."""
    asks: Question | None = None
    """An answer may be here before the text's own outcome is."""


class TextInDoubt(BaseEvent):
    kind: Literal["text_in_doubt"] = "text_in_doubt"
    intent: str
    line: str
    reason: str
    treatment: int | None = None


class TextAskedAbout(BaseEvent):
    """The provider was asked about a text in doubt, and did not know one answer yet."""

    kind: Literal["text_asked_about"] = "text_asked_about"
    intent: str
    found: str


class TextCleared(BaseEvent):
    """A text in doubt is no longer: adopted, or handed to a person."""

    kind: Literal["text_cleared"] = "text_cleared"
    intent: str
    adopted: bool
    reason: str
