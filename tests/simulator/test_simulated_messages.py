"""Twilio's own client cannot tell the simulated network from Twilio."""

import re

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator.background import BackgroundNetwork
from simulator.model import PhoneKind

SENDER = "+15005550006"
PHONE = "+12025550123"
SERVICE = "MG" + "a" * 32


def refused(client: Client, **fields: str) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(**{"to": PHONE, "from_": SENDER, "body": "hello", **fields})
    return caught.value


def test_created_text_has_twilios_types(client: Client) -> None:
    message = client.messages.create(to=PHONE, from_=SENDER, body="hello")

    assert re.fullmatch(r"SM[0-9a-f]{32}", message.sid or "")
    assert (message.num_segments, message.num_media) == ("1", "0")
    assert (message.to, message.from_, message.body) == (PHONE, SENDER, "hello")
    assert str(message.direction) == "outbound-api"
    assert message.error_code is None
    assert message.date_created is not None
    assert message.date_created.tzinfo is not None


def test_fetch_gives_the_text_again(client: Client) -> None:
    sid = client.messages.create(to=PHONE, from_=SENDER, body="hello").sid or ""

    assert client.messages(sid).fetch().body == "hello"
    with pytest.raises(TwilioRestException) as caught:
        client.messages("SM" + "0" * 32).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)


def test_status_follows_age(slow_client: Client, client: Client) -> None:
    waiting = slow_client.messages.create(to=PHONE, from_=SENDER, body="hello")
    arrived = client.messages.create(to=PHONE, from_=SENDER, body="hello")

    assert (str(waiting.status), waiting.date_sent) == ("queued", None)
    assert str(arrived.status) == "delivered"
    assert arrived.date_sent is not None


def test_messaging_service_accepts_before_it_assigns_a_sender(slow_client: Client) -> None:
    message = slow_client.messages.create(to=PHONE, messaging_service_sid=SERVICE, body="hello")

    assert (str(message.status), message.from_, message.num_segments) == ("accepted", None, "0")
    assert message.messaging_service_sid == SERVICE


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "12025550123"}, 21211),
        ({"to": "+15005550001"}, 21211),
        ({"to": "+15005550003"}, 21408),
        ({"to": "+15005550004"}, 21610),
        ({"to": "+15005550009"}, 21614),
        ({"to": "+12025550197"}, 21610),
        ({"to": "+12025550199"}, 21614),
        ({"body": "x" * 1601}, 21617),
        ({"body": ""}, 21602),
        ({"from_": ""}, 21603),
        ({"from_": "+15005550007"}, 21606),
        ({"from_": "clinic"}, 21212),
        ({"status_callback": "http://app_server/callback"}, 21609),
    ],
)
def test_wrong_creates_are_refused(client: Client, fields: dict[str, str], code: int) -> None:
    answer = refused(client, **fields)

    assert (answer.status, answer.code) == (400, code)


def test_daily_limit_comes_with_the_status_of_a_rate_limit(
    client: Client, network: BackgroundNetwork
) -> None:
    network.control.declare(PHONE, PhoneKind.REFUSED, code=63038)

    answer = refused(client)

    assert (answer.status, answer.code) == (429, 63038)


def test_credentials_are_checked(strange_client: Client, network: BackgroundNetwork) -> None:
    answer = refused(strange_client)

    assert (answer.status, answer.code) == (401, 20003)
    assert network.control.ledger() == ()


@pytest.mark.parametrize(
    ("number", "code"),
    [("+12025550190", 30003), ("+12025550194", 30007), ("+14155550195", 30008)],
)
def test_reserved_numbers_fail_on_the_way(
    client: Client, network: BackgroundNetwork, number: str, code: int
) -> None:
    message = client.messages.create(to=number, from_=SENDER, body="hello")

    assert (str(message.status), message.error_code) == ("undelivered", code)
    assert network.control.ledger() == ()


def test_a_declaration_wins_over_the_reserved_range(
    client: Client, network: BackgroundNetwork
) -> None:
    network.control.declare("+12025550199")

    client.messages.create(to="+12025550199", from_=SENDER, body="hello")

    assert len(network.control.ledger("+12025550199")) == 1


def test_ledger_holds_what_phones_received(client: Client, network: BackgroundNetwork) -> None:
    callback = "http://127.0.0.1:9/texts?i=J-1%2Fa"
    sent = client.messages.create(to=PHONE, from_=SENDER, body="Hi", status_callback=callback)
    client.messages.create(to="+12025550196", from_=SENDER, body="no receipt")

    (received,) = network.control.ledger(PHONE)

    assert (received.sid, received.to, received.from_number) == (sent.sid, PHONE, SENDER)
    assert (received.body, received.status_callback) == ("Hi", callback)
    assert len(network.control.ledger()) == 2
