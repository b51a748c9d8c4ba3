"""Looking for a text whose answer was lost."""

import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from activities.provider import Provider, ProviderUnavailable
from activities.provider_answers import Ambiguous, Posted
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind

PHONE = "+12025550123"
BODY = "We would like to hear from you."
ProviderMaker = Callable[..., Provider]


def now() -> datetime:
    return datetime.now(UTC)


def post(provider: Provider, to: str = PHONE, body: str = BODY) -> str:
    answer = provider.create(to, body, "intent")
    assert isinstance(answer, Posted)
    return answer.sid


def test_a_text_whose_answer_was_lost_is_found(
    provider: Provider, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    assert isinstance(provider.create(PHONE, BODY, "intent"), Ambiguous)

    assert provider.find(PHONE, BODY, now()) == (network.control.ledger(PHONE)[0].sid,)


def test_only_the_same_number_and_the_same_words(provider: Provider) -> None:
    post(provider, to="+12025550124")
    post(provider, body=BODY + " ")
    post(provider, body=BODY.upper())

    assert provider.find(PHONE, BODY, now()) == ()


def test_every_copy_is_found(provider: Provider) -> None:
    sids = {post(provider), post(provider)}

    assert set(provider.find(PHONE, BODY, now())) == sids


def test_all_pages_are_read(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.provider._LARGEST_PAGE", 2)
    wanted = post(provider)
    for number in range(5):
        post(provider, body=f"another {number}")

    assert provider.find(PHONE, BODY, now()) == (wanted,)


def test_a_queued_text_is_found(
    make_provider: ProviderMaker, slow_network: BackgroundNetwork
) -> None:
    provider = make_provider(slow_network.url, sender="MG" + "a" * 32)
    sid = post(provider)

    assert provider.find(PHONE, BODY, now()) == (sid,)


@pytest.mark.parametrize(("hours", "found"), [(-23, 1), (23, 1), (-25, 0), (25, 0)])
def test_a_day_to_either_side(provider: Provider, hours: int, found: int) -> None:
    post(provider)

    assert len(provider.find(PHONE, BODY, now() + timedelta(hours=hours))) == found


def test_a_text_that_never_arrives_does_not_count(provider: Provider) -> None:
    post(provider, to="+12025550190")

    assert provider.find("+12025550190", BODY, now()) == ()


def test_a_text_too_new_for_the_list_is_not_found_yet(
    provider: Provider, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.LIST_LAG, seconds=60)
    post(provider)

    assert provider.find(PHONE, BODY, now()) == ()
    assert network.control.faults()[0].fired == 1


@pytest.mark.parametrize(("seconds", "kind"), [(0, "server_error"), (2, "timeout")])
def test_a_provider_that_cannot_be_asked(
    make_provider: ProviderMaker, network: BackgroundNetwork, seconds: float, kind: str
) -> None:
    network.control.fault(FaultKind.LIST_UNAVAILABLE, seconds=seconds)
    provider = make_provider(network.url, timeout_seconds=0.5)

    with pytest.raises(ProviderUnavailable) as caught:
        provider.find(PHONE, BODY, now())

    assert caught.value.kind == kind
    assert network.control.faults()[0].fired == 1
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "202555" not in "".join(traceback.format_exception(caught.value))


def test_wrong_credentials_cannot_ask(
    make_provider: ProviderMaker, network: BackgroundNetwork
) -> None:
    with pytest.raises(ProviderUnavailable):
        make_provider(network.url, token="wrong").find(PHONE, BODY, now())


def test_an_unreachable_provider_cannot_be_asked(make_provider: ProviderMaker) -> None:
    with pytest.raises(ProviderUnavailable, match="connection_refused"):
        make_provider("http://127.0.0.1:9").find(PHONE, BODY, now())


def test_nothing_is_logged_with_a_number(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post(provider)
    provider.find(PHONE, BODY, now())

    assert "202555" not in caplog.text
