"""What a phone does with a text: refuse it, receive it, or let it fail on the way."""

import re

from simulator.model import Fate, Model, Phone, PhoneKind

_MAGIC_RECIPIENTS = {
    "+15005550001": PhoneKind.INVALID,
    "+15005550002": PhoneKind.UNROUTABLE,
    "+15005550003": PhoneKind.NOT_PERMITTED,
    "+15005550009": PhoneKind.LANDLINE,
}
_MAGIC_OPTED_OUT = "+15005550004"

_FICTION = re.compile(r"^\+1[2-9][0-9]{2}55501([0-9]{2})$")
_FICTION_KINDS = {
    "90": PhoneKind.UNREACHABLE,
    "91": PhoneKind.BLOCKED,
    "92": PhoneKind.UNKNOWN_HANDSET,
    "93": PhoneKind.CARRIER_UNREACHABLE,
    "94": PhoneKind.FILTERED,
    "95": PhoneKind.CARRIER_ERROR,
    "96": PhoneKind.SILENT,
    "98": PhoneKind.INVALID,
    "99": PhoneKind.LANDLINE,
}
_FICTION_OPTED_OUT = "97"

_REFUSALS = {
    PhoneKind.INVALID: 21211,
    PhoneKind.LANDLINE: 21614,
    PhoneKind.LANDLINE_ABROAD: 21635,
    PhoneKind.UNROUTABLE: 21612,
    PhoneKind.NOT_PERMITTED: 21408,
    PhoneKind.UNVERIFIED: 21608,
}
_LATE_ERRORS = {
    PhoneKind.UNREACHABLE: 30003,
    PhoneKind.BLOCKED: 30004,
    PhoneKind.UNKNOWN_HANDSET: 30005,
    PhoneKind.CARRIER_UNREACHABLE: 30006,
    PhoneKind.FILTERED: 30007,
    PhoneKind.CARRIER_ERROR: 30008,
}
_NEVER_LEFT = frozenset({30001, 30002})
"""Errors of Twilio itself: the text ends as failed, not as undelivered."""


class Behaviour(Model):
    """What happens to a text to a number."""

    refusal: int | None = None
    """The error code of the create; None when it is accepted."""
    fate: Fate = Fate.DELIVERED
    error_code: int | None = None


def undeclared(number: str) -> Phone:
    """The phone behind a number that nobody declared, by the rules of the package's docstring."""
    fiction = _FICTION.match(number)
    ending = fiction.group(1) if fiction else ""
    return Phone.model_construct(
        number=number,
        kind=_MAGIC_RECIPIENTS.get(number) or _FICTION_KINDS.get(ending, PhoneKind.MOBILE),
        opted_out=number == _MAGIC_OPTED_OUT or ending == _FICTION_OPTED_OUT,
        code=None,
    )


def behaviour(phone: Phone) -> Behaviour:
    """What a text to this phone meets."""
    if phone.kind in _REFUSALS:
        return Behaviour(refusal=_REFUSALS[phone.kind])
    if phone.kind is PhoneKind.REFUSED:
        return Behaviour(refusal=phone.code or 21612)
    if phone.opted_out:
        return Behaviour(refusal=21610)
    if phone.kind is PhoneKind.SILENT:
        return Behaviour(fate=Fate.SILENT)
    late = phone.code if phone.kind is PhoneKind.UNDELIVERED else _LATE_ERRORS.get(phone.kind)
    if late is None and phone.kind is PhoneKind.MOBILE:
        return Behaviour()
    fate = Fate.FAILED if late in _NEVER_LEFT else Fate.UNDELIVERED
    return Behaviour(fate=fate, error_code=late or 30008)
