"""A network over HTTP in a thread, and Twilio's own client pointed at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from simulated_client import closing, twilio_client
from twilio.rest import Client
from webhook_receiver import Receiver, webhook_receiver

from simulator.background import BackgroundNetwork
from simulator.model import Pace
from simulator.network import DEMONSTRATION_TOKEN, NetworkSettings

INSTANT = Pace(accepted=0, sending=0, sent=0, done=0)


@pytest.fixture(scope="module")
def running_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackgroundNetwork]:
    settings = NetworkSettings(state_dir=tmp_path_factory.mktemp("network"), pace=INSTANT)
    with BackgroundNetwork(settings) as running:
        yield running


@pytest.fixture
def network(running_network: BackgroundNetwork) -> BackgroundNetwork:
    running_network.control.reset()
    return running_network


@pytest.fixture
def slow_network(tmp_path: Path) -> Iterator[BackgroundNetwork]:
    """Texts stay on their way for the length of any test."""
    pace = Pace(accepted=60, sending=120, sent=180, done=240)
    with BackgroundNetwork(NetworkSettings(state_dir=tmp_path, pace=pace)) as running:
        yield running


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
