"""Every known code has an explicit class; every answer that proves nothing is ambiguous."""

import pytest
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from activities.provider_answers import Ambiguous, Answer, NotSent, Refused, answer_to_error
from activities.provider_errors import (
    ERRORS,
    NUMBER_AT_FAULT,
    UNKNOWN,
    ErrorClass,
    classified,
)

_CLASSES = {
    ErrorClass.RETRY: "20429 21611 30001 30003 30008 30047 30500 30610",
    ErrorClass.PERMANENT: "21211 21610 21612 21614 21635 30004 30005 30006 30007",
    ErrorClass.CONFIGURATION: (
        "20003 20005 20403 21212 21408 21603 21606 21608 21609 21703 30002 30029 30034 30450 63038"
    ),
    ErrorClass.BUG: "21602 21604 21617",
}
EXPECTED = {
    int(code): error_class for error_class, codes in _CLASSES.items() for code in codes.split()
}


def test_the_table_is_this_and_no_more() -> None:
    assert {code: row.error_class for code, row in ERRORS.items()} == EXPECTED


def test_reasons_are_words_a_person_reads() -> None:
    for row in (*ERRORS.values(), UNKNOWN):
        assert row.reason.replace("_", "").isalpha()
        assert row.reason == row.reason.lower()


def test_a_number_at_fault_is_permanent_and_in_the_table() -> None:
    permanent = {r.reason for r in ERRORS.values() if r.error_class is ErrorClass.PERMANENT}
    assert permanent - NUMBER_AT_FAULT == {"opted_out", "filtered_as_spam"}
    assert permanent > NUMBER_AT_FAULT


def test_a_code_outside_the_table_goes_to_a_person() -> None:
    assert classified(12345) is UNKNOWN
    # Whether an internal error of Twilio's took the text is never read from its code.
    assert classified(20500) is UNKNOWN


@pytest.mark.parametrize(
    ("status", "code", "answer"),
    [
        (500, 20500, Ambiguous(kind="server_error")),
        (503, 21610, Ambiguous(kind="server_error")),
        (502, 502, Ambiguous(kind="server_error")),
        (408, 408, Ambiguous(kind="answer_unexpected")),
        (302, 302, Ambiguous(kind="answer_unexpected")),
        (429, 429, NotSent(kind="rate_limited", retry_after_seconds=3)),
        (429, 20429, NotSent(kind="rate_limited", retry_after_seconds=3)),
        (
            401,
            401,
            Refused(code=401, error_class=ErrorClass.CONFIGURATION, reason="credentials_refused"),
        ),
        (403, 403, Refused(code=403, error_class=ErrorClass.CONFIGURATION, reason="forbidden")),
        (404, 404, Refused(code=404, error_class=ErrorClass.UNKNOWN, reason="unknown_error")),
        (400, None, Refused(code=400, error_class=ErrorClass.UNKNOWN, reason="unknown_error")),
    ],
)
def test_status_and_code(status: int, code: int | None, answer: Answer) -> None:
    error = TwilioRestException(status, "/Messages.json", "to +12025550123", code)

    assert answer_to_error(error, 3) == answer


def test_errors_in_the_newer_form() -> None:
    error = TwilioServiceException("about:blank", "Unsubscribed", 400, 21610, "+12025550123")

    answer = answer_to_error(error, None)

    assert answer == Refused(code=21610, error_class=ErrorClass.PERMANENT, reason="opted_out")
    assert "202555" not in repr(answer)
