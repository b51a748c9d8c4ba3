"""What the records say of a text, as values."""

from enum import StrEnum

from pydantic import Field

from pathway.model import Instant, Model, PathwayReference


class TextState(StrEnum):
    RESERVED = "reserved"
    """The intent is taken; nothing has left."""
    POSTING = "posting"
    """Handed to the provider, or about to be: an attempt that died here may have sent it."""
    SENT = "sent"
    WITHHELD = "withheld"
    """The records forbade it when it was to go."""
    REFUSED = "refused"
    """The provider said no for good."""
    AMBIGUOUS = "ambiguous"
    """Nobody knows whether the provider took it."""
    ADOPTED = "adopted"
    """Was ambiguous; the provider's own list or callback showed that it had gone out."""
    TO_STAFF = "to_staff"
    """Given up as a text: a person calls."""


OPEN = frozenset({TextState.RESERVED, TextState.POSTING, TextState.AMBIGUOUS})
FINAL = frozenset(TextState) - OPEN
"""The states that never change again."""


class StoredText(Model):
    """A text's row as it stands."""

    intent: str
    reference: PathwayReference
    template: str
    recipient: str | None = Field(repr=False)
    """E.164; None when it was withheld for want of a number."""
    body: str = Field(repr=False)
    state: TextState
    reason: str
    sid: str | None
    provider_code: int | None
    attempts: int
    """How often it was handed to the provider."""
    as_of: Instant
    posted_at: Instant | None


class Reservation(StoredText):
    """What `reserve` found or made."""
