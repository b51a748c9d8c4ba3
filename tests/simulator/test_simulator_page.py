"""The page of phones, the control API and health."""

import re

import pytest
import requests
from twilio.rest import Client

from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind
from simulator.model import PhoneKind

SENDER = "+15005550006"
PHONE = "+12025550123"


def get(network: BackgroundNetwork, path: str) -> requests.Response:
    return requests.get(network.url + path, timeout=5)


def test_a_card_per_phone_newest_text_last(client: Client, network: BackgroundNetwork) -> None:
    for body in ("first", "second"):
        client.messages.create(to=PHONE, from_=SENDER, body=body)
    network.control.declare("+12025550124", PhoneKind.CARRIER_UNREACHABLE, opted_out=True)

    page = get(network, "/")

    assert page.text.count('class="phone"') == 2
    assert page.text.index("first") < page.text.index("second")
    assert "carrier unreachable, opted out" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_nothing_in_a_text_is_markup(client: Client, network: BackgroundNetwork) -> None:
    client.messages.create(to=PHONE, from_=SENDER, body="<script>alert(1)</script> & {{ 1 }}")

    shown = re.search(r'class="bubble">(.*)</p>', get(network, "/").text)

    assert shown is not None
    assert shown.group(1) == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 1 }}"


def test_an_empty_network_says_so(network: BackgroundNetwork) -> None:
    assert "No phone has received a text yet" in get(network, "/").text


@pytest.mark.parametrize("name", ["phones.css", "phones.js"])
def test_assets_are_served(network: BackgroundNetwork, name: str) -> None:
    assert get(network, f"/web/{name}").status_code == 200
    assert f"/web/{name}" in get(network, "/").text


def test_health(network: BackgroundNetwork) -> None:
    assert get(network, "/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/_sim/ledgers", "/web/phones.html", "/2010-04-01/Accounts.json"])
def test_what_is_not_there_is_not_found(network: BackgroundNetwork, path: str) -> None:
    answer = get(network, path)

    assert answer.status_code == 404
    assert answer.json()["code"] == 20404


def test_a_mistyped_fault_is_refused(network: BackgroundNetwork) -> None:
    for wrong in (
        '{"kind": "sloow"}',
        '{"kind": "slow", "second": 3}',
        '{"kind": "slow", "times": 0}',
    ):
        headers = {"Content-Type": "application/json"}
        answer = requests.post(f"{network.url}/_sim/faults", wrong, headers=headers, timeout=5)
        assert answer.status_code == 422
    assert network.control.faults() == ()


def test_ledger_in_its_own_words(client: Client, network: BackgroundNetwork) -> None:
    client.messages.create(to=PHONE, from_=SENDER, body="hello")

    (text,) = get(network, "/_sim/ledger?number=%2B12025550123").json()

    known = {"sid", "to", "from", "body", "received_at", "status_callback", "from_carrier"}
    assert set(text) == known
    assert text["from"] == SENDER


def test_faults_and_texts_are_forgotten_apart(client: Client, network: BackgroundNetwork) -> None:
    network.control.declare("+12025550124", opted_out=True)
    network.control.fault(FaultKind.SLOW)
    client.messages.create(to=PHONE, from_=SENDER, body="hello")

    requests.delete(f"{network.url}/_sim/ledger", timeout=5)
    assert network.control.ledger() == ()
    assert [fault.fired for fault in network.control.faults()] == [1]
    requests.delete(f"{network.url}/_sim/faults", timeout=5)
    assert network.control.faults() == ()
    assert network.control.phone("+12025550124").opted_out
