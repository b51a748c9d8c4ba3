"""Every fault of the script fires, is counted, and leaves the ledger that it promises."""

import time
from contextlib import nullcontext

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind, Match

SENDER = "+15005550006"
PHONE = "+12025550123"


def send(client: Client, body: str = "hello", to: str = PHONE) -> object:
    return client.messages.create(to=to, from_=SENDER, body=body)


@pytest.mark.parametrize(
    ("kind", "seen", "received"),
    [
        (FaultKind.ACCEPT_THEN_DROP, requests.ConnectionError, 1),
        (FaultKind.DROP_BEFORE_ACCEPT, requests.ConnectionError, 0),
        (FaultKind.ACCEPT_THEN_500, TwilioRestException, 1),
        (FaultKind.SERVER_ERROR_500, TwilioRestException, 0),
        (FaultKind.RATE_LIMIT, TwilioRestException, 0),
        (FaultKind.HTML_503, TwilioRestException, 0),
        (FaultKind.BAD_JSON, ValueError, 1),
    ],
)
def test_fault_fires_once_and_the_next_text_goes(
    client: Client,
    network: BackgroundNetwork,
    kind: FaultKind,
    seen: type[Exception],
    received: int,
) -> None:
    network.control.fault(kind)

    with pytest.raises(seen):
        send(client)

    assert len(network.control.ledger(PHONE)) == received
    assert [fault.fired for fault in network.control.faults()] == [1]
    assert network.control.requests()["creates"] == 1
    send(client)
    assert [fault.fired for fault in network.control.faults()] == [1]


def test_slow_answers_after_the_text_arrived(client: Client, network: BackgroundNetwork) -> None:
    network.control.fault(FaultKind.SLOW, seconds=0.4)
    began = time.monotonic()

    send(client)

    assert time.monotonic() - began >= 0.4
    assert len(network.control.ledger(PHONE)) == 1


@pytest.mark.parametrize("given", [None, 7])
def test_rate_limit_tells_when_to_come_back(
    network: BackgroundNetwork, client: Client, given: int | None
) -> None:
    network.control.fault(FaultKind.RATE_LIMIT, retry_after=given)
    url = f"{network.url}/2010-04-01/Accounts/{client.username}/Messages.json"
    response = requests.post(
        url,
        data={"To": PHONE, "From": SENDER, "Body": "hello"},
        auth=(str(client.username), str(client.password)),
        timeout=5,
    )

    assert response.json()["code"] == 20429
    assert response.headers.get("Retry-After") == (None if given is None else str(given))


def test_list_lag_hides_a_text_and_joins_a_lost_answer(
    client: Client, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.LIST_LAG, seconds=0.5)
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    with pytest.raises(requests.ConnectionError):
        send(client)

    assert client.messages.list(to=PHONE) == []
    assert [fault.fired for fault in network.control.faults()] == [1, 1]
    time.sleep(0.6)
    assert len(client.messages.list(to=PHONE)) == 1


def test_list_unavailable(client: Client, network: BackgroundNetwork) -> None:
    network.control.fault(FaultKind.LIST_UNAVAILABLE)
    with pytest.raises(TwilioException):
        client.messages.list(to=PHONE)

    assert client.messages.list(to=PHONE) == []
    assert network.control.requests()["lists"] == 2


@pytest.mark.parametrize(
    ("match", "hits"),
    [
        (Match(to=PHONE), True),
        (Match(to="+12025550124"), False),
        (Match(from_number=SENDER), True),
        (Match(body_contains="ell"), True),
        (Match(body_contains="goodbye"), False),
    ],
)
def test_fault_hits_only_what_it_matches(
    client: Client, network: BackgroundNetwork, match: Match, hits: bool
) -> None:
    network.control.fault(FaultKind.SERVER_ERROR_500, match=match)
    with pytest.raises(TwilioRestException) if hits else nullcontext():
        send(client)

    assert [fault.fired for fault in network.control.faults()] == [int(hits)]


def test_a_refused_text_does_not_use_up_a_fault_after_acceptance(
    client: Client, network: BackgroundNetwork
) -> None:
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    with pytest.raises(TwilioRestException):
        send(client, to="+12025550199")

    assert [fault.fired for fault in network.control.faults()] == [0]
