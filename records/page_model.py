"""What the records say of pages to staff, as values."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from pydantic import Field, TypeAdapter

from config.links import link_id
from pathway.model import Instant, Model, PathwayReference, Sentence, StaffId
from pathway.roles import Role


class PageState(StrEnum):
    WAITING = "waiting"
    """It goes with the others when this person may be texted again."""
    POSTING = "posting"
    SENT = "sent"
    FAILED = "failed"
    """Refused, or said not to have arrived: she knows nothing of it."""
    OVER = "over"
    """Taken or closed before a text carried it."""


class PageTextState(StrEnum):
    POSTING = "posting"
    SENT = "sent"
    NOT_SENT = "not_sent"
    IN_DOUBT = "in_doubt"
    """It may have arrived all the same; it is sent again, and its numbers stay good."""
    REFUSED = "refused"
    FAILED = "failed"
    """Taken, and read by nobody: her phone asked for no more texts."""


MAY_BE_READ = frozenset({PageTextState.POSTING, PageTextState.SENT, PageTextState.IN_DOUBT})


class Listed(Model):
    """A page as it stands in a text."""

    intent: str
    reference: PathwayReference
    escalation: str
    key: str
    role: Role
    level: str
    what: Sentence
    since: Instant
    number: int = Field(default=0, ge=0)
    """What she replies to take this one alone; 0 until it stands in a text."""


LISTED: TypeAdapter[tuple[Listed, ...]] = TypeAdapter(tuple[Listed, ...])


class PageToSend(Model):
    """A page that is due for one person."""

    listed: Listed
    person: StaffId
    recipient: str = Field(repr=False)
    at: Instant
    """Now, by the clock of the journeys."""


class Gone(Model):
    """A text has carried it already."""


class Waits(Model):
    """Not yet: she has just been texted, and it goes with the others."""

    seconds: float


class Post(Model):
    """Post this text, and say what came of it."""

    intent: str
    number: int
    listed: tuple[Listed, ...]

    @property
    def items(self) -> tuple[Listed, ...]:
        """What it lists, each escalation once, whatever rungs it was paged for."""
        return each_once(self.listed)

    @property
    def link(self) -> str | None:
        """The id of the link that opens what it lists; none where a page's own link does."""
        return link_id("several", self.intent) if len(self.items) > 1 else None


def each_once(listed: Iterable[Listed]) -> tuple[Listed, ...]:
    """Each escalation once, as it stands first."""
    first: dict[tuple[str, str], Listed] = {}
    for each in listed:
        first.setdefault((each.reference, each.escalation), each)
    return tuple(first.values())


Turn = Gone | Waits | Post


class StoredPageText(Model):
    """A text's row as it stands."""

    intent: str
    person: StaffId
    recipient: str = Field(repr=False)
    number: int
    listed: tuple[Listed, ...]
    state: PageTextState
    reason: str
    provider_code: int | None
    sid: str | None
    as_of: Instant
    posted_at: Instant | None


REMEMBERED = timedelta(days=3)
"""For so long a number means the page it was sent with: a Friday's reply on Monday still does."""
