"""Phones write: what the webhook is told, what carriers do about STOP, and who answers."""

from datetime import datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from webhook_receiver import Receiver

from simulator.background import BackgroundNetwork
from simulator.network import DEMONSTRATION_ACCOUNT

SENDER = "+15005550006"
OTHER_SENDER = "+15005550010"
PHONE = "+12025550123"
SERVICE = "MG" + "a" * 32

STOPS = ["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]


@pytest.fixture
def heard(network: BackgroundNetwork, receiver: Receiver) -> Receiver:
    network.control.direct_inbound(receiver.hook)
    return receiver


def send(client: Client, sender: str = SENDER) -> None:
    client.messages.create(to=PHONE, from_=sender, body="hello")


def refused(client: Client, **fields: str) -> int | None:
    try:
        client.messages.create(to=PHONE, body="hello", **(fields or {"from_": SENDER}))
    except TwilioRestException as error:
        return error.code
    return None


def carrier_texts(network: BackgroundNetwork) -> list[str]:
    return [text.body for text in network.control.ledger(PHONE) if text.from_carrier]


@pytest.mark.parametrize(
    ("body", "segments"),
    [("I will come", 1), ("", 1), ("x" * 1600, 11), ("Sí, mañana 🙂", 1), ("a=b&c+d %20", 1)],
)
def test_the_webhook_is_told_every_word(
    network: BackgroundNetwork, heard: Receiver, body: str, segments: int
) -> None:
    """The fields are those of Twilio's "Webhooks for incoming messages", its request parameters."""
    (text,) = network.control.write(PHONE, body)

    (hook,) = network.control.settled(1)

    (post,) = heard.posts
    assert post.genuine
    assert post.fields == {
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "SmsMessageSid": text.sid,
        "SmsStatus": "received",
        "AccountSid": DEMONSTRATION_ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": PHONE,
        "To": SENDER,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": str(segments),
        "FromCountry": "US",
        "FromState": "DC",
        "FromCity": "WASHINGTON",
        "FromZip": "",
        "ToCountry": "US",
        "ToState": "DC",
        "ToCity": "WASHINGTON",
        "ToZip": "",
    }
    assert hook.taken


def test_a_reply_goes_to_who_texted_last(
    client: Client, network: BackgroundNetwork, heard: Receiver
) -> None:
    send(client)
    send(client, OTHER_SENDER)

    network.control.write(PHONE, "to the last")
    network.control.write(PHONE, "to the first", to=SENDER)

    assert [text.to for text in network.control.written(PHONE)] == [OTHER_SENDER, SENDER]


def test_what_was_written_is_in_twilios_lists(client: Client, network: BackgroundNetwork) -> None:
    """Direction inbound, status received: Twilio's message resource. No webhook is needed."""
    network.control.write(PHONE, "hello")

    (message,) = client.messages.list(to=SENDER)

    assert (str(message.direction), str(message.status)) == ("inbound", "received")
    assert client.messages(message.sid or "").fetch().body == "hello"
    assert network.control.webhooks() == ()
    assert network.control.ledger() == ()


def test_what_was_written_has_a_date_of_sending(client: Client, network: BackgroundNetwork) -> None:
    """For an incoming message, when it was passed on: Twilio's message resource, `date_sent`."""
    network.control.write(PHONE, "hello")
    (message,) = client.messages.list(to=SENDER)
    sent = message.date_sent
    assert isinstance(sent, datetime)
    day = timedelta(days=1)

    assert len(client.messages.list(to=SENDER, date_sent_after=sent)) == 1
    assert client.messages.list(to=SENDER, date_sent_after=sent + day) == []
    assert len(client.messages.list(date_sent_after=f"{sent:%Y-%m-%d}")) == 1


def test_a_flood_comes_whole(network: BackgroundNetwork, heard: Receiver) -> None:
    network.control.write(PHONE, "stop pls", copies=200)

    network.control.settled(200, within_seconds=60)

    assert len({post.fields["MessageSid"] for post in heard.posts}) == 200
    assert len(heard.posts) == 200


@pytest.mark.parametrize("word", [*STOPS, "stop", " Stop\n"])
def test_a_stop_word_ends_texts_of_that_sender(
    client: Client, network: BackgroundNetwork, heard: Receiver, word: str
) -> None:
    """Keywords: Twilio, "Advanced opt-out", default keywords.

    That the text reaches the webhook too, and that later creates give 21610: Twilio, article on
    opt-out keywords (SMS STOP filtering).
    """
    send(client)

    network.control.write(PHONE, word)

    assert refused(client) == 21610
    assert refused(client, messaging_service_sid=SERVICE) == 21610
    assert refused(client, from_=OTHER_SENDER) is None
    assert network.control.phone(PHONE).opted_out
    network.control.settled(1)
    assert heard.posts[0].fields["Body"] == word
    assert "OptOutType" not in heard.posts[0].fields


@pytest.mark.parametrize("words", ["STOP please", "please cancel", "stop.", "unstoppable", "Alto"])
def test_other_words_stop_nothing(client: Client, network: BackgroundNetwork, words: str) -> None:
    """Only a message of that single word counts: the same article."""
    network.control.write(PHONE, words)

    assert refused(client) is None
    assert carrier_texts(network) == []


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_a_start_word_lifts_it(client: Client, network: BackgroundNetwork, word: str) -> None:
    """Opt-in keywords: Twilio, "Advanced opt-out"."""
    network.control.write(PHONE, "STOP")
    network.control.write(PHONE, word)

    assert refused(client) is None
    assert not network.control.phone(PHONE).opted_out


def test_a_start_word_lifts_a_declared_opt_out(client: Client, network: BackgroundNetwork) -> None:
    network.control.declare(PHONE, opted_out=True)
    network.control.write(PHONE, "START")
    assert refused(client) is None

    network.control.declare(PHONE, opted_out=True)
    assert refused(client) == 21610


def test_the_carrier_answers_what_changes_something(network: BackgroundNetwork) -> None:
    """HELP is not answered after STOP: Twilio, article on toll-free keywords."""
    for word in ("YES", "HELP", "STOP", "CANCEL", "INFO", "START", "START"):
        network.control.write(PHONE, word)

    answers = carrier_texts(network)

    assert len(answers) == 3
    assert ["may charge" in answers[0], "START" in answers[1], "again" in answers[2]] == [True] * 3
    assert all(text.from_number == SENDER for text in network.control.ledger(PHONE))


def test_the_carriers_answer_is_no_text_of_the_clinics(
    client: Client, network: BackgroundNetwork
) -> None:
    send(client)
    network.control.write(PHONE, "STOP")

    assert [text.from_carrier for text in network.control.ledger(PHONE)] == [False, True]
    assert [m.body for m in client.messages.list(to=PHONE)] == ["hello"]


@pytest.mark.parametrize(
    ("word", "kind"), [("Quit", "STOP"), ("UNSTOP", "START"), ("info", "HELP"), ("hello", None)]
)
def test_advanced_opt_out_names_the_kind(
    network: BackgroundNetwork, receiver: Receiver, word: str, kind: str | None
) -> None:
    """OptOutType is STOP, START or HELP: Twilio, "Advanced opt-out"."""
    network.control.direct_inbound(receiver.hook, advanced_opt_out=True)

    (text,) = network.control.write(PHONE, word)

    network.control.settled(1)
    assert receiver.posts[0].fields.get("OptOutType") == kind
    assert text.opt_out_type == kind


def test_inbound_retries_follow_the_urls_fragment(
    network: BackgroundNetwork, receiver: Receiver
) -> None:
    network.control.direct_inbound(f"{receiver.hook}#rc=3&rp=all")
    receiver.answers.extend([500, 0])

    network.control.write(PHONE, "hello")

    (hook,) = network.control.settled(1)
    assert [attempt.failure for attempt in hook.attempts] == ["5xx", "rt", None]
    assert len({post.fields["MessageSid"] for post in receiver.posts}) == 1


@pytest.mark.parametrize("url", ["", "clinic", "http://app_server/in", "ftp://clinic.example/"])
def test_a_webhook_twilio_would_not_take_is_refused(network: BackgroundNetwork, url: str) -> None:
    with pytest.raises(RuntimeError, match="422"):
        network.control.direct_inbound(url)
