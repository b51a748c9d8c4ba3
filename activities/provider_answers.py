"""What came of asking Twilio to take a text: four answers, and none of them names a number."""

from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from activities.provider_errors import ErrorClass, classified
from pathway.model import Model

RATE_LIMITED = "rate_limited"
_HTTP_REASONS = {401: "credentials_refused", 403: "forbidden"}
_LOWEST_TWILIO_CODE = 10000


class Posted(Model):
    """Twilio took the text and named it."""

    sid: str


class Refused(Model):
    """Twilio answered no: nothing was sent, and the same request would be refused again now."""

    code: int
    """Twilio's code, or the HTTP status where a gateway answered in Twilio's place."""
    error_class: ErrorClass
    reason: str


class NotSent(Model):
    """Certainly not sent, for no fault of the text: it may be tried again at once or later."""

    kind: str
    retry_after_seconds: int | None = None
    """Twilio's own wish, if it gave one."""


class Ambiguous(Model):
    """Twilio may or may not have taken it. Never post it again before asking `find`."""

    kind: str


Answer = Posted | Refused | NotSent | Ambiguous


def _refused(status: int, code: int) -> Refused:
    if code < _LOWEST_TWILIO_CODE and status in _HTTP_REASONS:
        reason = _HTTP_REASONS[status]
        return Refused(code=code, error_class=ErrorClass.CONFIGURATION, reason=reason)
    known = classified(code)
    return Refused(code=code, error_class=known.error_class, reason=known.reason)


def answer_to_error(
    error: TwilioRestException | TwilioServiceException, retry_after_seconds: int | None
) -> Answer:
    """What an error answer proves.

    The code goes before the status: the daily limit also comes as 429, and waiting a second
    does not help against it. A 5xx proves nothing, whatever code it carries.
    """
    status = error.status
    code = error.code if isinstance(error.code, int) else status
    if status >= 500:
        return Ambiguous(kind="server_error")
    if status < 400 or status == 408:
        return Ambiguous(kind="answer_unexpected")
    if code in {20429, 429}:
        return NotSent(kind=RATE_LIMITED, retry_after_seconds=retry_after_seconds)
    return _refused(status, code)
