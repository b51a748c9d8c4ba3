"""The one place that asks Twilio to send a text.

Creating a message has no idempotency key, so each call of `create` is exactly one POST, and its
answer says what that POST proved. No number, no body and no text of Twilio's leaves this module.
"""

import logging
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

import requests
from pydantic import SecretStr
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance

from activities.provider_answers import (
    RATE_LIMITED,
    Ambiguous,
    Answer,
    NotSent,
    Posted,
    answer_to_error,
)
from activities.provider_inbox import Arrived, arrived
from activities.provider_transport import SingleAttempt, ambiguous_kind, unsent_kind
from pathway.model import Model

INTENT_PARAMETER = "i"
"""The status callback's query parameter that carries the intent, under Twilio's signature."""

_AROUND = timedelta(days=1)
_LARGEST_PAGE = 1000
_NOT_FOUND = 404
_TOO_MANY = 429
_NEVER_ARRIVES = frozenset({"failed", "undelivered", "canceled"})
# Not empty, so that TWILIO_EDGE and its kin in the environment cannot turn requests elsewhere.
_NO_ENVIRONMENT = {"": ""}

logger = logging.getLogger(__name__)


class Standing(Model):
    """How far a message has come, as Twilio says when it is asked."""

    status: str
    code: int | None
    """Of a failure."""
    at: datetime | None
    """When that last changed, by Twilio's clock."""


class ProviderUnavailable(Exception):  # noqa: N818 - a state of the world, not a mistake
    """Twilio could not be asked. `kind` is a word; the cause, which names numbers, is left out."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the provider cannot be asked: {kind}")
        self.kind = kind


class Provider:
    """Sends through one Twilio account; safe to share between threads.

    `sender` is a number in E.164 or a Messaging Service's sid. `api_base` points elsewhere than
    at Twilio. `status_callback` is the public URL for delivery callbacks; it may carry a query
    and a fragment, and both are kept. `timeout_seconds` bounds connecting and each wait for data.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: SecretStr,
        sender: str,
        api_base: str | None,
        status_callback: str | None,
        timeout_seconds: float,
    ) -> None:
        self._transport = SingleAttempt(timeout_seconds)
        self._client = Client(  # type: ignore[no-untyped-call]
            account_sid,
            auth_token.get_secret_value(),
            http_client=self._transport,
            environment=_NO_ENVIRONMENT,
        )
        if api_base is not None:
            self._client.api.base_url = api_base
        self._sender = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._status_callback = status_callback

    def close(self) -> None:
        """Close idle connections."""
        self._transport.close()

    def create(self, to: str, body: str, intent: str) -> Answer:
        """Post one text, once, and say what came of it. Raises nothing.

        `intent` comes back in the query of every delivery callback, which proves that Twilio
        took the text even when its answer here was lost.
        """
        fields = dict(self._sender)
        if self._status_callback is not None:
            fields["status_callback"] = _with_intent(self._status_callback, intent)
        try:
            message = self._client.messages.create(to=to, body=body, **fields)
        except (TwilioRestException, TwilioServiceException) as error:
            return answer_to_error(error, self._transport.retry_after_seconds)
        except requests.RequestException as error:
            unsent = unsent_kind(error)
            return NotSent(kind=unsent) if unsent else Ambiguous(kind=ambiguous_kind(error))
        except Exception as error:  # noqa: BLE001 - after a POST every failure may hide a text
            logger.error("a create ended in %s", type(error).__name__)  # noqa: TRY400
            return Ambiguous(kind=ambiguous_kind(error))
        return Posted(sid=message.sid) if message.sid else Ambiguous(kind="answer_unreadable")

    def find(self, to: str, body: str, around: datetime) -> tuple[str, ...]:
        """Sids of texts to this number with exactly this body, made within a day of `around`.

        `around` is Twilio's time, so the wall clock at the POST. Texts that failed, stayed
        undelivered or were cancelled do not count. Raises ProviderUnavailable.
        """
        return tuple(str(m.sid) for m in self._listed(to) if _is_same(m, body, around))

    def came_in(self, since: datetime, number: str | None) -> tuple[Arrived, ...]:
        """What was written to us since then by Twilio's clock, the oldest first.

        `number` is ours; None asks for every number of the account. Raises ProviderUnavailable.
        """
        # Its filter takes days; the rest of the first day falls away here.
        listed = self._listed(number, sent_after=f"{since:%Y-%m-%d}")
        found = (arrived(message) for message in listed)
        inside = [each for each in found if each is not None and each.at >= since]
        # It tells whole seconds, and lists the newest first, within a second too.
        inside.reverse()
        return tuple(sorted(inside, key=lambda each: each.at))

    def status_of(self, sid: str) -> Standing | None:
        """Where a message stands at Twilio; None when it knows none of this name.

        Raises ProviderUnavailable.
        """
        failure: str
        try:
            message = self._client.messages(sid).fetch()
        except TwilioRestException as error:
            if error.status == _NOT_FOUND:
                return None
            failure = RATE_LIMITED if error.status == _TOO_MANY else ambiguous_kind(error)
        except requests.RequestException as error:
            failure = unsent_kind(error) or ambiguous_kind(error)
        except Exception as error:  # noqa: BLE001 - none of their texts may leave this module
            failure = ambiguous_kind(error)
        else:
            code = message.error_code
            return Standing(
                status=str(message.status or ""),
                code=code if isinstance(code, int) else None,
                at=message.date_updated,
            )
        raise ProviderUnavailable(failure)

    def _listed(self, to: str | None, sent_after: str | None = None) -> list[MessageInstance]:
        # A queued text has no date of sending: to look for one, do not filter by it.
        asked = {"to": to, "date_sent_after": sent_after}
        filters = {name: value for name, value in asked.items() if value is not None}
        failure: str
        try:
            return self._client.messages.list(**filters, page_size=_LARGEST_PAGE)  # type: ignore[arg-type]
        except requests.RequestException as error:
            failure = unsent_kind(error) or ambiguous_kind(error)
        except Exception as error:  # noqa: BLE001 - none of their texts may leave this module
            failure = ambiguous_kind(error)
        # Outside the handlers, so that the cause does not hang on the new exception.
        raise ProviderUnavailable(failure)


def _with_intent(url: str, intent: str) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode({INTENT_PARAMETER: intent}))))
    return urlunsplit(parts._replace(query=query))


def _is_same(message: MessageInstance, body: str, around: datetime) -> bool:
    made = message.date_created
    return (
        str(message.direction).startswith("outbound")
        and message.body == body
        and str(message.status) not in _NEVER_ARRIVES
        # Without a date it counts: adopting a text in doubt is better than sending it twice.
        and (made is None or abs(made - around) <= _AROUND)
    )
