"""What somebody of the staff writes from her own phone, and what she is told back."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from activities.page_words import clipped
from pathway.model import Model, PathwayReference, StaffId

_SAYS_NOTHING = frozenset(
    {"reply", "take", "taking", "taken", "ack", "ok", "okay", "i", "and", "it"}
)
_LIST = frozenset({"l", "list"})
_MOST_NUMBERS = 20
_LONGEST_NUMBER = 4


def numbers_in(body: str) -> tuple[int, ...]:
    """The pages she takes: numbers, and nothing else that says anything. Empty: a message."""
    words = _words(body)
    numbers = [word for word in words if word.isascii() and word.isdecimal()]
    others = [word for word in words if word not in numbers and word not in _SAYS_NOTHING]
    if others or len(numbers) > _MOST_NUMBERS or any(len(n) > _LONGEST_NUMBER for n in numbers):
        return ()
    return tuple(dict.fromkeys(map(int, numbers)))


def asks_for_list(body: str) -> bool:
    """Whether she wants to see what is open for her."""
    words = _words(body)
    return len(words) == 1 and words[0] in _LIST


def _words(body: str) -> list[str]:
    # A keycap is a digit with two marks behind it, which fall away here.
    plain = unicodedata.normalize("NFKC", body).casefold()
    return re.findall(
        r"[^\W_]+", re.sub("[\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}]", "", plain)
    )


class Outcome(StrEnum):
    """What came of taking one escalation."""

    YOURS = "yours"
    HELPING = "helping"
    ANOTHERS = "anothers"
    CLOSED = "closed"
    REFUSED = "refused"
    LATER = "later"
    """The journey cannot be told now; it is tried again."""


class Taken(Model):
    """One escalation that she replied to."""

    reference: PathwayReference
    what: str
    outcome: Outcome
    by: StaffId | None = None
    """Who has it, or closed it, where that is known."""


def answer(taken: Iterable[Taken]) -> str:
    """What she is told about all that her reply was about."""
    items = list(taken)
    yours = [each for each in items if each.outcome is Outcome.YOURS]
    others = [each for each in items if each.outcome is not Outcome.YOURS]
    parts = [f"{each.reference}, {each.what}" for each in yours]
    if len(parts) > 1:
        beginning = f"Yours, all {len(parts)}: "
    else:
        beginning = "Yours: " if parts else "Waymark: "
    return clipped(beginning, iter([*parts, *map(_not_hers, others)]))


def _not_hers(each: Taken) -> str:
    match each.outcome:
        case Outcome.HELPING:
            return (
                f"{each.reference}: noted that you help, it is not taken: "
                "a clinician must take it and pages go on"
            )
        case Outcome.ANOTHERS:
            return f"{each.reference}: {each.by or 'somebody else'} has taken it before you"
        case Outcome.REFUSED:
            return f"{each.reference}: not taken, the system refused it; use waymark ack"
        case Outcome.LATER:
            return f"{each.reference}: not taken yet, the system tries again; act meanwhile"
        case _:
            who = f" by {each.by}" if each.by else ""
            return f"{each.reference}: too late, it was closed{who}; nothing is needed"
