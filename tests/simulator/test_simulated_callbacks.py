"""Delivery callbacks: which come, what is in them, how they are signed, when they come again."""

import pytest
from twilio.rest import Client
from webhook_receiver import Receiver

from simulator.background import BackgroundNetwork
from simulator.connection_policy import policy_of
from simulator.network import DEMONSTRATION_ACCOUNT

SENDER = "+15005550006"
PHONE = "+12025550123"
SERVICE = "MG" + "a" * 32


def send(client: Client, callback: str, to: str = PHONE, **fields: str) -> str:
    fields = fields or {"from_": SENDER}
    message = client.messages.create(to=to, body="hello", status_callback=callback, **fields)
    return message.sid or ""


def test_every_status_but_the_first_is_told_in_order(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    """No callback for the initial status: Twilio, "Outbound message status in status callbacks"."""
    sid = send(client, f"{receiver.url}/status?i=intent-1%2Fa&b=")

    network.control.settled(3)

    assert receiver.statuses == ["sending", "sent", "delivered"]
    assert {post.path for post in receiver.posts} == {"/status?i=intent-1%2Fa&b="}
    assert all(post.genuine for post in receiver.posts)
    last = receiver.posts[-1].fields
    assert last.pop("RawDlrDoneDate", "2611241200").isdigit()
    assert last == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "To": PHONE,
        "From": SENDER,
        "AccountSid": DEMONSTRATION_ACCOUNT,
        "ApiVersion": "2010-04-01",
    }


def test_a_service_tells_that_it_queued_the_text(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    """A service's initial status is accepted: Twilio, same guide; its sid is a field."""
    send(client, receiver.hook, messaging_service_sid=SERVICE)

    network.control.settled(4)

    assert receiver.statuses == ["queued", "sending", "sent", "delivered"]
    assert {post.fields["MessagingServiceSid"] for post in receiver.posts} == {SERVICE}


@pytest.mark.parametrize(
    ("number", "statuses", "code"),
    [
        ("+12025550190", ["sending", "sent", "undelivered"], "30003"),
        ("+12025550196", ["sending", "sent"], None),
    ],
)
def test_what_does_not_arrive_says_why_or_nothing(
    client: Client,
    network: BackgroundNetwork,
    receiver: Receiver,
    number: str,
    statuses: list[str],
    code: str | None,
) -> None:
    """ErrorCode comes with undelivered and failed alone: Twilio, error dictionary, 30003."""
    send(client, receiver.hook, to=number)

    network.control.settled(len(statuses))

    assert receiver.statuses == statuses
    assert receiver.posts[-1].fields.get("ErrorCode") == code


def test_the_done_date_comes_sometimes_and_to_the_minute(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    """RawDlrDoneDate is YYMMDDhhmm, not always there: Twilio's changelog of 14 February 2023."""
    for _ in range(20):
        send(client, receiver.hook)

    network.control.settled(60)

    dates = [p.fields.get("RawDlrDoneDate") for p in receiver.posts if p.status == "delivered"]
    assert len(dates) == 20
    assert None in dates
    assert {len(date) for date in dates if date} == {10}


def test_no_callback_url_no_callback(client: Client, network: BackgroundNetwork) -> None:
    client.messages.create(to=PHONE, from_=SENDER, body="hello")

    assert network.control.webhooks() == ()


def test_by_default_an_error_is_not_tried_again(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    """One retry, on a failure to connect alone: Twilio, "Webhook connection overrides"."""
    receiver.answers.extend([500, 403])
    send(client, receiver.hook)

    hooks = network.control.settled(3)

    assert [[(a.answer, a.failure) for a in hook.attempts] for hook in hooks] == [
        [(500, "5xx")],
        [(403, "4xx")],
        [(204, None)],
    ]


def test_a_refused_connection_is_tried_again_once(
    client: Client, network: BackgroundNetwork
) -> None:
    send(client, "http://127.0.0.1:9/status")

    hooks = network.control.settled(3)

    assert [[a.failure for a in hook.attempts] for hook in hooks] == [["ct", "ct"]] * 3


@pytest.mark.parametrize("answer", [500, 403, 0])
def test_retries_as_the_fragment_asks_with_a_token(
    client: Client, network: BackgroundNetwork, receiver: Receiver, answer: int
) -> None:
    """Retries carry I-Twilio-Idempotency-Token, and fragments are not signed: Twilio, same page."""
    receiver.answers.extend([answer] * 4)
    send(client, f"{receiver.url}/status#rc=5&rp=all&ct=1000&rt=2000", to="+12025550196")

    first = network.control.settled(2)[0]

    posts = [post for post in receiver.posts if post.status == "sending"]
    tokens = [post.headers.get("I-Twilio-Idempotency-Token") for post in posts]
    assert tokens == [None, first.id, first.id]
    assert all(post.genuine and post.path == "/status" for post in posts)
    assert [attempt.answer for attempt in first.attempts] == [answer or None, answer or None, 204]


def test_a_slow_answer_counts_as_none(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    """rt bounds the wait for an answer, in milliseconds: Twilio, same page."""
    receiver.seconds = 0.5
    send(client, f"{receiver.hook}#rt=100&rc=1&rp=rt", to="+12025550196")

    hooks = network.control.settled(2)

    assert [[a.failure for a in hook.attempts] for hook in hooks] == [["rt", "rt"]] * 2


@pytest.mark.parametrize(
    ("fragment", "retries", "retried", "connect_ms", "read_ms"),
    [
        ("", 1, {"ct"}, 5000, 15000),
        ("#rc=9&rp=4xx,5xx", 5, {"4xx", "5xx"}, 5000, 15000),
        ("#rc=0&rp=all&ct=50&rt=99999&e=dublin", 0, {"4xx", "5xx", "ct", "rt"}, 100, 15000),
        ("#rc=many&ct=2000&rt=700&rp=rt", 1, {"rt"}, 2000, 700),
    ],
)
def test_overrides_and_their_limits(
    fragment: str, retries: int, retried: set[str], connect_ms: int, read_ms: int
) -> None:
    """Names, limits and defaults: Twilio, same page."""
    policy = policy_of(f"https://clinic.example/status?i=1{fragment}")

    assert (policy.retries, set(policy.retried)) == (retries, retried)
    assert (policy.connect_ms, policy.read_ms) == (connect_ms, read_ms)


def test_the_create_does_not_wait_for_its_callbacks(
    client: Client, network: BackgroundNetwork, receiver: Receiver
) -> None:
    receiver.gate.clear()

    send(client, receiver.hook, to="+12025550196")

    assert all(not webhook.attempts for webhook in network.control.webhooks())
    receiver.gate.set()
    network.control.settled(2)
