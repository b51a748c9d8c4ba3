"""A form from a request's body, within limits."""

from urllib.parse import parse_qsl

from fastapi import Request

from console.bodies import Unacceptable, read_body
from console.signature import Fields

LARGEST_BODY = 64 * 1024
"""Bytes. A text has 1600 characters at most; the rest of a webhook is short."""
MOST_FIELDS = 200
_FORM = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> Fields:
    """The fields of a form, blank ones too; what is no UTF-8 is replaced and fits no signature.

    Raises Unacceptable for another type, too much of it, or a body that does not end.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise Unacceptable(415, "no_form")
    body = await read_body(request, LARGEST_BODY)
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Unacceptable(400, "too_many_fields") from None
    return tuple(fields)
