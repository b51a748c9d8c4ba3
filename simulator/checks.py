"""Whether Twilio would accept a create, and the code it answers with if not."""

import re
from urllib.parse import urlsplit

from simulator.model import E164_PATTERN, Draft

MAX_BODY_CHARACTERS = 1600
_E164 = re.compile(E164_PATTERN)
_SERVICE = re.compile(r"^MG[0-9a-fA-F]{32}$")
_HOST = re.compile(r"^[A-Za-z0-9.:\-]+$")
_MAGIC_SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}


def acceptable_url(url: str) -> bool:
    """Whether Twilio would take the URL for a webhook.

    It refuses host names with an underscore, which Docker's service names often have.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and _HOST.match(host) is not None


def _callback_refusal(url: str) -> int | None:
    return None if not url or acceptable_url(url) else 21609


def _sender_refusal(draft: Draft, senders: frozenset[str]) -> int | None:
    if draft.messaging_service_sid:
        return None if _SERVICE.match(draft.messaging_service_sid) else 21703
    number = draft.from_number
    if not number:
        return 21603
    if number in _MAGIC_SENDERS:
        return _MAGIC_SENDERS[number]
    if not _E164.match(number):
        return 21212
    return 21606 if senders and number not in senders else None


def refusal(draft: Draft, senders: frozenset[str]) -> int | None:
    """The code for a create that is wrong in itself, whatever phone it is for.

    `senders` are the numbers the account owns; empty means that any number is its own.
    """
    if not draft.to:
        return 21604
    if not _E164.match(draft.to):
        return 21211
    if not draft.body:
        return 21602
    if len(draft.body) > MAX_BODY_CHARACTERS:
        return 21617
    return _sender_refusal(draft, senders) or _callback_refusal(draft.status_callback)
