"""What each of Twilio's error codes means for the text and for people.

One table, for codes that a create answers with and for those that arrive later in a delivery
callback. A code that is not in it is `unknown`: a person looks, nothing is tried again.
"""

from enum import StrEnum

from pathway.model import Model


class ErrorClass(StrEnum):
    """What to do about an error."""

    RETRY = "retry"
    """Twilio did not or could not deliver now; the same text may go again later."""
    PERMANENT = "permanent"
    """This number will not get this text; the patient is called instead."""
    CONFIGURATION = "configuration"
    """Nobody gets texts, or none through this sender: page ops."""
    BUG = "bug"
    """Ours: the request should never have been made like this."""
    UNKNOWN = "unknown"
    """Not in the table: a person decides."""


class ProviderError(Model):
    """The class of an error and the word a person reads in its place."""

    error_class: ErrorClass
    reason: str
    """Snake case, stable: kept in the journal and shown translated."""


def _rows(error_class: ErrorClass, reasons: dict[int, str]) -> dict[int, ProviderError]:
    return {
        code: ProviderError(error_class=error_class, reason=reason)
        for code, reason in reasons.items()
    }


OPTED_OUT = "opted_out"
"""The one reason that is her own wish."""

ERRORS = {
    **_rows(
        ErrorClass.RETRY,
        {
            20429: "rate_limited",
            21611: "sender_queue_full",
            30001: "sender_queue_full",
            30003: "phone_unreachable",
            30008: "carrier_error",
            30047: "not_rescheduled",
            30500: "provider_error",
            30610: "outside_permitted_hours",
        },
    ),
    **_rows(
        ErrorClass.PERMANENT,
        {
            21211: "number_invalid",
            21610: OPTED_OUT,
            21612: "number_unreachable",
            21614: "landline",
            21635: "landline",
            30004: "blocked",
            # Sources disagree on 30005; a second text to a wrong person is the worse error.
            30005: "number_unknown",
            30006: "landline",
            30007: "filtered_as_spam",
        },
    ),
    **_rows(
        ErrorClass.CONFIGURATION,
        {
            20003: "credentials_refused",
            20005: "account_suspended",
            20403: "forbidden",
            21212: "sender_invalid",
            21408: "country_not_enabled",
            21603: "sender_missing",
            21606: "sender_not_ours",
            21608: "account_not_approved",
            21609: "callback_url_invalid",
            21703: "sender_missing",
            30002: "account_suspended",
            30029: "retention_not_enabled",
            30034: "sender_not_registered",
            30450: "blocked_as_pumping",
            63038: "daily_limit_reached",
        },
    ),
    **_rows(
        ErrorClass.BUG,
        {
            21602: "body_missing",
            21604: "recipient_missing",
            21617: "body_too_long",
        },
    ),
}
"""By Twilio's code."""

NUMBER_AT_FAULT = frozenset(
    {"number_invalid", "number_unreachable", "landline", "blocked", "number_unknown"}
)
"""Reasons for which the next text to this number would not arrive either."""

UNKNOWN = ProviderError(error_class=ErrorClass.UNKNOWN, reason="unknown_error")


def classified(code: int) -> ProviderError:
    """The table's row for a code, or the row that hands the text to a person."""
    return ERRORS.get(code, UNKNOWN)
