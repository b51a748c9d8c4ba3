"""On the page one can answer, and sees what became of every text."""

import html
import re

import pytest
import requests
from twilio.rest import Client
from webhook_receiver import Receiver

from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind

SENDER = "+15005550006"
PHONE = "+12025550123"


def shown(network: BackgroundNetwork) -> str:
    return requests.get(network.url, timeout=5).text


def states(network: BackgroundNetwork) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'state">(.*?)</p>', shown(network))]


def answer(network: BackgroundNetwork, body: str, **headers: str) -> requests.Response:
    address = f"{network.url}/phones/{PHONE}/replies"
    return requests.post(address, {"body": body}, headers=headers, timeout=5)


def test_an_answer_written_on_the_page_reaches_the_webhook(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    network.control.direct_inbound(receiver.hook)
    client.messages.create(to=PHONE, from_="+15005550010", body="Will you come?")

    page = answer(network, "1\r\nyes, I will <b>come</b> ✓", Origin=network.url)

    assert page.history[0].status_code == 303
    assert page.url.endswith("/#phone-12025550123")
    network.control.settled(1)
    (post,) = receiver.posts
    assert post.fields["Body"] == "1\nyes, I will <b>come</b> ✓"
    assert post.fields["To"] == "+15005550010"
    assert "&lt;b&gt;come&lt;/b&gt;" in shown(network)
    assert states(network) == [
        "delivered; the clinic asked for no callbacks",
        "the clinic took it (204)",
    ]


def test_a_phone_that_has_received_nothing_can_write(network: BackgroundNetwork) -> None:
    form = {"number": PHONE, "to": SENDER, "body": ""}

    requests.post(f"{network.url}/replies", form, timeout=5)

    assert [text.body for text in network.control.written(PHONE)] == [""]
    assert states(network) == ["nobody was told: no webhook was set"]


@pytest.mark.parametrize(
    ("answers", "fault", "state"),
    [
        ([403], None, "the clinic did not take it (403)"),
        ([0], None, "the clinic did not take it (no answer)"),
        ([], FaultKind.INBOUND_LOST, "lost on its way to the clinic"),
        ([], FaultKind.INBOUND_DUPLICATED, "the clinic took it (204)"),
    ],
)
def test_the_page_tells_whether_the_webhook_took_it(
    network: BackgroundNetwork,
    receiver: Receiver,
    answers: list[int],
    fault: FaultKind | None,
    state: str,
) -> None:
    network.control.direct_inbound(receiver.hook)
    receiver.answers.extend(answers)
    if fault is not None:
        network.control.fault(fault)
    answer(network, "hello")

    network.control.settled(1)

    assert states(network) == [state]


def test_what_waits_is_said_to_wait(network: BackgroundNetwork, receiver: Receiver) -> None:
    network.control.direct_inbound(receiver.hook)
    network.control.fault(FaultKind.INBOUND_DELAYED, seconds=60)

    answer(network, "hello")

    assert states(network) == ["on its way to the clinic"]


def test_the_state_of_each_text_stands_below_it(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    for number in (PHONE, "+12025550190", "+12025550196"):
        client.messages.create(
            to=number, from_=SENDER, body="SECRET", status_callback=receiver.hook
        )
    network.control.fault(FaultKind.CALLBACK_LOST, times=3)
    client.messages.create(to=PHONE, from_=SENDER, body="hello", status_callback=receiver.hook)

    network.control.settled(11)

    assert states(network) == [
        "delivered; the clinic knows",
        "delivered; the clinic was not reached",
        "undelivered, error 30003; the clinic knows",
        "sent; the clinic knows",
    ]
    assert "A text from +15005550006 did not arrive." in shown(network)
    assert shown(network).count("SECRET") == 2


def test_the_carriers_answer_and_the_opt_out_are_shown(network: BackgroundNetwork) -> None:
    answer(network, "stop")

    page = shown(network)

    assert states(network)[1] == "the carrier's own answer"
    assert f"opted out of {SENDER}" in page
    assert page.index(">stop<") < page.index("will not text you any more")


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null"])
def test_other_sites_cannot_write(network: BackgroundNetwork, origin: str) -> None:
    assert answer(network, "hello", Origin=origin).status_code == 403
    assert network.control.written() == ()


def test_what_is_no_text_is_refused(network: BackgroundNetwork) -> None:
    assert answer(network, "x" * 1601).status_code == 422
    form = {"number": "12", "to": SENDER, "body": "hello"}
    assert requests.post(f"{network.url}/replies", form, timeout=5).status_code == 422
    assert network.control.written() == ()


def test_every_field_has_a_label(client: Client, network: BackgroundNetwork) -> None:
    client.messages.create(to=PHONE, from_=SENDER, body="hello")

    page = shown(network)

    fields = re.findall(r'<(?:input|textarea) id="([^"]+)"', page)
    assert len(fields) == 4
    assert sorted(re.findall(r'<label for="([^"]+)"', page)) == sorted(fields)
    assert len(set(re.findall(r' id="([^"]+)"', page))) == len(re.findall(r' id="([^"]+)"', page))
    assert (
        "default-src 'none'"
        in requests.get(network.url, timeout=5).headers["Content-Security-Policy"]
    )
    assert not re.search(r"\son[a-z]+=|style=|https?://(?!127)", page)
