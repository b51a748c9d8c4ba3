"""The wire to Twilio: one attempt, one timeout, nothing logged, and what a failure proves."""

import logging
import ssl
import threading
from typing import Any

import requests
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema, ProxyError, SSLError
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError


class SingleAttempt(TwilioHttpClient):
    """Twilio's sync client as it must be for creates, which are not idempotent.

    Its async sibling ignores the timeout and posts again on a 500.
    """

    def __init__(self, timeout_seconds: float) -> None:
        super().__init__(timeout=timeout_seconds, max_retries=None)
        self._last = threading.local()
        # It logs each request's path, which in a list holds the number.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.CRITICAL)

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        self._last.retry_after = None
        response = super().request(
            method, url, params, data, headers, auth, timeout, allow_redirects
        )
        self._last.retry_after = (response.headers or {}).get("Retry-After")
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the parent logs the number at INFO."""

    def log_response(self, status_code: int, response: requests.Response) -> None:
        """Nothing: the parent logs the text at DEBUG."""

    @property
    def retry_after_seconds(self) -> int | None:
        """Of this thread's last answer: the client's exceptions do not carry it."""
        given = getattr(self._last, "retry_after", None)
        return int(given) if isinstance(given, str) and given.isdigit() else None

    def close(self) -> None:
        if self.session is not None:
            self.session.close()


def unsent_kind(error: requests.RequestException) -> str | None:
    """A word for a failure that proves that no request was written; None when it proves nothing."""
    match error:
        case requests.ConnectTimeout():
            return "connect_timeout"
        case ProxyError():
            return "proxy"  # urllib3 says so only while the proxy has not been reached
        case InvalidURL() | MissingSchema() | InvalidSchema():
            return "address_invalid"
        case SSLError():
            return "certificate" if _certificate_refused(error) else None
        case requests.ConnectionError():
            return _unconnected_kind(error)
        case _:
            return None


def ambiguous_kind(error: Exception) -> str:
    """A word for a failure after which nobody knows; never the failure's own text."""
    match error:
        case requests.Timeout():
            return "timeout"
        case requests.RequestException():
            return "connection_lost"
        case TwilioException():
            return "server_error"
        case _:
            # The request went out and came back; what it brought was not Twilio's JSON.
            return "answer_unreadable"


def _reason(error: requests.RequestException) -> BaseException | None:
    cause = error.args[0] if error.args else None
    return cause.reason if isinstance(cause, MaxRetryError) else None


def _unconnected_kind(error: requests.ConnectionError) -> str | None:
    match _reason(error):
        case NameResolutionError():
            return "name_not_resolved"
        case NewConnectionError():
            return "connection_refused"
        case _:
            return None


def _certificate_refused(error: requests.RequestException) -> bool:
    """Only a refused certificate is certainly before the request; other TLS errors are not."""
    step: BaseException | None = _reason(error)
    while step is not None:
        if isinstance(step, ssl.SSLCertVerificationError):
            return True
        inner = step.args[0] if step.args else None
        step = step.__cause__ or (inner if isinstance(inner, BaseException) else None)
    return False
