"""A network over HTTP in a thread, and Twilio's own client pointed at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from simulator.background import BackgroundNetwork
from simulator.model import Pace
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, NetworkSettings

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


def twilio_client(
    url: str, account: str = DEMONSTRATION_ACCOUNT, token: str = DEMONSTRATION_TOKEN
) -> Client:
    client = Client(account, token, http_client=TwilioHttpClient(timeout=5))  # type: ignore[no-untyped-call]
    client.api.base_url = url
    return client


@pytest.fixture
def client(network: BackgroundNetwork) -> Iterator[Client]:
    yield from closing(twilio_client(network.url))


def closing(client: Client) -> Iterator[Client]:
    yield client
    http_client = client.http_client
    assert isinstance(http_client, TwilioHttpClient)
    assert http_client.session is not None
    http_client.session.close()


@pytest.fixture
def slow_client(slow_network: BackgroundNetwork) -> Iterator[Client]:
    yield from closing(twilio_client(slow_network.url))


@pytest.fixture
def strange_client(network: BackgroundNetwork) -> Iterator[Client]:
    yield from closing(twilio_client(network.url, token="wrong"))
