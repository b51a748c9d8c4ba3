"""What can go wrong: the kinds of faults, and which requests or webhooks each concerns."""

from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong: with creates, with lists, with the network's own webhooks."""

    DROP_BEFORE_ACCEPT = "drop_before_accept"
    """The request is read, nothing is accepted, the connection is reset."""
    RATE_LIMIT = "rate_limit"
    """429 with code 20429; `retry_after` seconds, if given, go into the header."""
    SERVER_ERROR_500 = "server_error_500"
    HTML_503 = "html_503"
    """A gateway's page in place of an answer; nothing is accepted."""

    ACCEPT_THEN_DROP = "accept_then_drop"
    """The phone receives the text; the sender's connection is reset without an answer."""
    ACCEPT_THEN_500 = "accept_then_500"
    SLOW = "slow"
    """The text is accepted at once, the answer comes after `seconds`."""
    BAD_JSON = "bad_json"
    """The text is accepted; the answer is cut off in the middle of its JSON."""

    LIST_LAG = "list_lag"
    """The text is accepted; lists show it only after `seconds`. Joins with one other fault."""

    LIST_UNAVAILABLE = "list_unavailable"
    """A list answers 500, after `seconds`; matched by the list's To and From."""

    CALLBACK_EARLY = "callback_early"
    """The first delivery callback is posted, and answered, before the create is."""
    CALLBACK_REORDERED = "callback_reordered"
    """All delivery callbacks of one text come in the opposite order."""
    CALLBACK_DUPLICATED = "callback_duplicated"
    CALLBACK_DELAYED = "callback_delayed"
    """Posted `seconds` late, so that those after it overtake it."""
    CALLBACK_LOST = "callback_lost"
    """Never posted."""
    CALLBACK_CUT = "callback_cut"
    """Posted, and the connection cut before the answer is read; the retry policy decides."""
    CALLBACK_EXTRA_FIELDS = "callback_extra_fields"
    CALLBACK_BLANK_FIELDS = "callback_blank_fields"
    """Fields with nothing in them, under the signature as all others."""
    CALLBACK_BAD_SIGNATURE = "callback_bad_signature"
    CALLBACK_UNSIGNED = "callback_unsigned"

    INBOUND_DUPLICATED = "inbound_duplicated"
    """What a phone wrote is posted twice, with the same sid."""
    INBOUND_DELAYED = "inbound_delayed"
    INBOUND_LOST = "inbound_lost"
    """Never posted; lists show it."""
    INBOUND_CUT = "inbound_cut"
    INBOUND_EXTRA_FIELDS = "inbound_extra_fields"
    INBOUND_BLANK_FIELDS = "inbound_blank_fields"
    INBOUND_BAD_SIGNATURE = "inbound_bad_signature"
    INBOUND_UNSIGNED = "inbound_unsigned"


BEFORE_ACCEPT = frozenset(
    {
        FaultKind.DROP_BEFORE_ACCEPT,
        FaultKind.RATE_LIMIT,
        FaultKind.SERVER_ERROR_500,
        FaultKind.HTML_503,
    }
)
AFTER_ACCEPT = frozenset(
    {
        FaultKind.ACCEPT_THEN_DROP,
        FaultKind.ACCEPT_THEN_500,
        FaultKind.SLOW,
        FaultKind.BAD_JSON,
    }
)
OF_WEBHOOKS = frozenset(kind for kind in FaultKind if kind.startswith(("callback_", "inbound_")))
