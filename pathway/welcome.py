"""The opt-in text: what she has agreed to, once for each phone and consent (rule 25)."""

from collections.abc import Iterator

from pathway.contact import silenced, text_time, unreachable_by_text
from pathway.items import AgendaItem, TextAct
from pathway.journey import Contact, Journey, Welcome
from pathway.model import Instant
from pathway.protocol import Template

WELCOME = "welcome/"
"""What the keys of opt-in texts begin with."""


def welcome_key(welcome: Welcome) -> str:
    return f"{WELCOME}{welcome.number}"


def welcome_items(journey: Journey) -> Iterator[AgendaItem]:
    """The text, also where it cannot go: what keeps it is then told, and nobody is asked to call.

    It stays true, so no outage makes it too late.
    """
    welcome = journey.messages.welcome
    if welcome is None or journey.leaving:
        return
    at, moved = text_time(journey, welcome.since, None)
    yield AgendaItem(
        key=welcome_key(welcome),
        at=at,
        line="text: what agreeing to texts means",
        act=TextAct(template=Template.WELCOME, wanted_at=welcome.since, moved_because=moved),
    )


def welcomed_anew(before: Journey, after: Journey, at: Instant) -> Welcome | None:
    """What the opt-in text is owed as after a change.

    It is owed anew by another phone or consent, and when what kept it from going has fallen away.
    One that was not tried meanwhile is the same text still: in a history that was reset, a hold
    and its end come before it, and under another number it would go twice.
    """
    welcome = after.messages.welcome
    if not _renewed(before.contact, after.contact):
        if welcome is None or welcome.gone or welcome_key(welcome) not in before.settled:
            return welcome
        if _kept(after) or not _kept(before):
            return welcome
    return Welcome(number=welcome.number + 1 if welcome else 1, since=at)


def _renewed(before: Contact, after: Contact) -> bool:
    consents = _agrees(after) and not _agrees(before)
    return consents or before.phone_changes != after.phone_changes


def _agrees(contact: Contact) -> bool:
    return contact.text_consent and not contact.opted_out


def _kept(journey: Journey) -> bool:
    """Whether something stands against any text to her now."""
    return (silenced(journey) or unreachable_by_text(journey)) is not None
