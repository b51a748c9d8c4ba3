"""A network that is emptied before each test, and Twilio's own client pointed at it."""

from collections.abc import Iterator

import pytest
from simulated_client import closing, twilio_client
from twilio.rest import Client
from webhook_receiver import Receiver, webhook_receiver

from simulator.background import BackgroundNetwork
from simulator.network import DEMONSTRATION_TOKEN


@pytest.fixture
def network(running_network: BackgroundNetwork) -> BackgroundNetwork:
    running_network.control.reset()
    return running_network


@pytest.fixture
def client(network: BackgroundNetwork) -> Iterator[Client]:
    yield from closing(twilio_client(network.url))


@pytest.fixture
def slow_client(slow_network: BackgroundNetwork) -> Iterator[Client]:
    yield from closing(twilio_client(slow_network.url))


@pytest.fixture
def strange_client(network: BackgroundNetwork) -> Iterator[Client]:
    yield from closing(twilio_client(network.url, token="wrong"))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver(DEMONSTRATION_TOKEN) as running:
        yield running
