"""A long code sends a segment a second and queues ten hours at most, where that is switched on.

Both figures are Twilio's: error dictionary, 30001 and 21611.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from simulated_client import closing, twilio_client
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulator.background import BackgroundNetwork
from simulator.network import NetworkSettings
from simulator.sender_queue import SenderQueue

SENDER = "+15005550006"
PHONE = "+12025550123"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def settings(folder: Path, rate: float | None) -> NetworkSettings:
    return NetworkSettings(state_dir=folder, segments_per_second=rate)


@pytest.fixture
def queued_client(tmp_path: Path) -> Iterator[tuple[Client, BackgroundNetwork]]:
    with BackgroundNetwork(settings(tmp_path, 0.001)) as network:
        for client in closing(twilio_client(network.url)):
            yield client, network


def test_each_segment_takes_its_second() -> None:
    queue = SenderQueue(1)

    leaves = [queue.admit(SENDER, body, NOON) for body in ("a", "a" * 161, "a")]

    assert leaves == [NOON + timedelta(seconds=seconds) for seconds in (0, 1, 3)]
    assert queue.admit("+15005550010", "a", NOON) == NOON


def test_ten_hours_are_full() -> None:
    queue = SenderQueue(1)
    for _ in range(36_000):
        queue.admit(SENDER, "a", NOON)
    assert not queue.is_full(SENDER, NOON)

    queue.admit(SENDER, "a", NOON)

    assert queue.is_full(SENDER, NOON)
    assert not queue.is_full(SENDER, NOON + timedelta(seconds=1))


def test_without_a_rate_nobody_queues() -> None:
    queue = SenderQueue(None)

    assert queue.admit(SENDER, "a", NOON) is None
    assert not queue.is_full(SENDER, NOON)


def test_a_queued_text_has_not_arrived_and_a_full_queue_refuses(
    queued_client: tuple[Client, BackgroundNetwork], tmp_path: Path
) -> None:
    client, network = queued_client
    first = client.messages.create(to=PHONE, from_=SENDER, body="first")
    second = client.messages.create(to=PHONE, from_=SENDER, body="a" * 1600)
    for _ in range(3):
        client.messages.create(to=PHONE, from_=SENDER, body="a" * 1600)

    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=PHONE, from_=SENDER, body="too many")

    assert caught.value.code == 21611
    assert [text.sid for text in network.control.ledger(PHONE)] == [first.sid]
    assert str(client.messages(second.sid or "").fetch().status) == "queued"


def test_the_queue_outlives_a_restart(tmp_path: Path) -> None:
    for expected in (None, None, None, 21611):
        with BackgroundNetwork(settings(tmp_path, 0.0004)) as network:
            for client in closing(twilio_client(network.url)):
                code = None
                try:
                    client.messages.create(to=PHONE, from_=SENDER, body="a" * 900)
                except TwilioRestException as error:
                    code = error.code
                assert code == expected
