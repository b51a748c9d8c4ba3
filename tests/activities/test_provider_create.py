"""A create is one POST whatever happens, and its answer says what that POST proved."""

import logging
import time
from collections.abc import Callable

import pytest

from activities.provider import Provider
from activities.provider_answers import Ambiguous, Answer, NotSent, Posted, Refused
from activities.provider_errors import ErrorClass
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from simulator.model import PhoneKind

PHONE = "+12025550123"
BODY = "We would like to hear from you."
ProviderMaker = Callable[..., Provider]


def send(provider: Provider, to: str = PHONE, body: str = BODY) -> Answer:
    return provider.create(to, body, "J-0123456789:reminder/1")


def test_posted_text_reaches_the_phone(provider: Provider, network: BackgroundNetwork) -> None:
    answer = send(provider)

    (received,) = network.control.ledger(PHONE)
    assert answer == Posted(sid=received.sid)
    assert (received.body, received.from_number) == (BODY, "+15005550006")


@pytest.mark.parametrize(
    ("configured", "sent"),
    [
        ("https://clinic.example/t", "https://clinic.example/t?i=J-0123456789%3Areminder%2F1"),
        (
            "https://clinic.example/t?a=b#rc=5&rp=all",
            "https://clinic.example/t?a=b&i=J-0123456789%3Areminder%2F1#rc=5&rp=all",
        ),
    ],
)
def test_callback_carries_the_intent(
    make_provider: ProviderMaker, network: BackgroundNetwork, configured: str, sent: str
) -> None:
    send(make_provider(network.url, status_callback=configured))

    assert network.control.ledger()[0].status_callback == sent


def test_messaging_service_sends(make_provider: ProviderMaker, network: BackgroundNetwork) -> None:
    assert isinstance(send(make_provider(network.url, sender="MG" + "a" * 32)), Posted)


@pytest.mark.parametrize(
    ("kind", "answer", "received"),
    [
        (FaultKind.ACCEPT_THEN_DROP, Ambiguous(kind="connection_lost"), 1),
        (FaultKind.DROP_BEFORE_ACCEPT, Ambiguous(kind="connection_lost"), 0),
        (FaultKind.ACCEPT_THEN_500, Ambiguous(kind="server_error"), 1),
        (FaultKind.SERVER_ERROR_500, Ambiguous(kind="server_error"), 0),
        (FaultKind.HTML_503, Ambiguous(kind="server_error"), 0),
        (FaultKind.BAD_JSON, Ambiguous(kind="answer_unreadable"), 1),
        (FaultKind.RATE_LIMIT, NotSent(kind="rate_limited"), 0),
    ],
)
def test_every_fault_is_one_post_and_classified(
    provider: Provider,
    network: BackgroundNetwork,
    kind: FaultKind,
    answer: Answer,
    received: int,
) -> None:
    network.control.fault(kind, times=5)

    assert send(provider) == answer

    assert [fault.fired for fault in network.control.faults()] == [1]
    assert network.control.requests()["creates"] == 1
    assert len(network.control.ledger(PHONE)) == received


def test_timeout_is_honoured_and_ambiguous(
    make_provider: ProviderMaker, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.SLOW, seconds=2)
    provider = make_provider(network.url, timeout_seconds=0.3)
    began = time.monotonic()

    answer = send(provider)

    assert time.monotonic() - began < 1.5
    assert answer == Ambiguous(kind="timeout")
    assert network.control.requests()["creates"] == 1
    assert len(network.control.ledger(PHONE)) == 1
    assert [fault.fired for fault in network.control.faults()] == [1]


def test_a_rate_limits_wish_is_passed_on(provider: Provider, network: BackgroundNetwork) -> None:
    network.control.fault(FaultKind.RATE_LIMIT, retry_after=7)

    assert send(provider) == NotSent(kind="rate_limited", retry_after_seconds=7)
    assert isinstance(send(provider), Posted)


def test_a_lost_pooled_connection_is_not_posted_twice(
    provider: Provider, network: BackgroundNetwork
) -> None:
    send(provider)
    network.control.fault(FaultKind.DROP_BEFORE_ACCEPT)

    assert isinstance(send(provider), Ambiguous)
    assert network.control.requests()["creates"] == 2


@pytest.mark.parametrize(
    ("to", "code", "error_class", "reason"),
    [
        ("+12025550198", 21211, ErrorClass.PERMANENT, "number_invalid"),
        ("+12025550197", 21610, ErrorClass.PERMANENT, "opted_out"),
        ("+12025550199", 21614, ErrorClass.PERMANENT, "landline"),
        ("+15005550003", 21408, ErrorClass.CONFIGURATION, "country_not_enabled"),
    ],
)
def test_refusals(
    provider: Provider, to: str, code: int, error_class: ErrorClass, reason: str
) -> None:
    assert send(provider, to=to) == Refused(code=code, error_class=error_class, reason=reason)


def test_too_long_a_body_is_our_bug(provider: Provider) -> None:
    answer = send(provider, body="x" * 1601)

    assert answer == Refused(code=21617, error_class=ErrorClass.BUG, reason="body_too_long")


def test_wrong_credentials_page_ops(
    make_provider: ProviderMaker, network: BackgroundNetwork
) -> None:
    answer = send(make_provider(network.url, token="wrong"))

    assert answer == Refused(
        code=20003, error_class=ErrorClass.CONFIGURATION, reason="credentials_refused"
    )


def test_the_daily_limit_is_no_rate_limit_though_it_comes_as_429(
    provider: Provider, network: BackgroundNetwork
) -> None:
    network.control.declare(PHONE, PhoneKind.REFUSED, code=63038)

    assert send(provider) == Refused(
        code=63038, error_class=ErrorClass.CONFIGURATION, reason="daily_limit_reached"
    )


def test_an_unknown_code_goes_to_a_person(provider: Provider, network: BackgroundNetwork) -> None:
    network.control.declare(PHONE, PhoneKind.REFUSED, code=29999)

    assert send(provider) == Refused(
        code=29999, error_class=ErrorClass.UNKNOWN, reason="unknown_error"
    )


def test_nothing_is_logged_with_a_number_or_a_text(
    provider: Provider, network: BackgroundNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for kind in FaultKind:
        network.control.fault(kind)
        send(provider)
    send(provider, to="+12025550199")

    assert "202555" not in caplog.text
    assert "%2B" not in caplog.text
    assert BODY not in caplog.text
