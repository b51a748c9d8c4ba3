"""An answer to a link, read from the form that was posted."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.signature import Fields
from pathway.model import Model
from pathway.protocol import Choice
from records.links import HELD, MOVED, NOT_HELD, TAKE, LinkKind

LIST = "list"
"""The field that names the list from which one of several was taken."""
_WISHES = ("", "patient", "clinic")
_FARTHEST = timedelta(days=366)
_LONGEST_REASON = 500


class Answer(Model):
    answer: str
    said: str = ""
    """The new time in UTC, whose wish it was, or the reason of a recommendation."""


def answer_in(
    kind: LinkKind, fields: Fields, choices: Collection[Choice], zone: str, now: datetime
) -> Answer | None:
    """What was answered; None when it is none of the answers that were asked for."""
    given = dict(reversed(fields))
    answer = given.get("answer", "")
    match kind:
        case LinkKind.TAKE:
            return Answer(answer=TAKE) if answer == TAKE else None
        case LinkKind.SESSION:
            return _of_session(answer, given, zone, now)
        case LinkKind.RECOMMENDATION:
            reason = given.get("reason", "").replace("\0", "").strip()
            fits = answer in set(choices) and 0 < len(reason) <= _LONGEST_REASON
            return Answer(answer=answer, said=reason) if fits else None


def _of_session(answer: str, given: dict[str, str], zone: str, now: datetime) -> Answer | None:
    if answer == HELD:
        return Answer(answer=HELD)
    if answer == NOT_HELD and given.get("wish", "") in _WISHES:
        return Answer(answer=NOT_HELD, said=given.get("wish", ""))
    if answer == MOVED and (at := _moment(given.get("at", ""), zone)):
        ahead = now < at <= now + _FARTHEST
        return Answer(answer=MOVED, said=at.isoformat()) if ahead else None
    return None


def _moment(written: str, zone: str) -> datetime | None:
    """A time as a phone's form writes it, meant in the clinic's zone."""
    try:
        local = datetime.strptime(written[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(zone))
        return local.astimezone(ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        return None
