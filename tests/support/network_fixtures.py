"""A simulated phone network over HTTP, and a provider that sends through it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.provider import Provider
from simulator.background import BackgroundNetwork
from simulator.model import Pace
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, NetworkSettings

OURS = "+15005550006"
"""The number that texts come from."""
INSTANT = Pace(accepted=0, sending=0, sent=0, done=0)


def a_network(folder: Path, pace: Pace = INSTANT) -> BackgroundNetwork:
    return BackgroundNetwork(NetworkSettings(state_dir=folder, pace=pace))


def a_provider(network: BackgroundNetwork) -> Provider:
    token = SecretStr(DEMONSTRATION_TOKEN)
    return Provider(DEMONSTRATION_ACCOUNT, token, OURS, network.url, None, 5)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[BackgroundNetwork]:
    """One of the test's own."""
    with a_network(tmp_path / "phones") as opened:
        yield opened


@pytest.fixture(scope="module")
def running_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackgroundNetwork]:
    """One for all tests of a file, which empties it before each."""
    with a_network(tmp_path_factory.mktemp("network")) as running:
        yield running


@pytest.fixture
def slow_network(tmp_path: Path) -> Iterator[BackgroundNetwork]:
    """Texts stay on their way for the length of any test."""
    pace = Pace(accepted=60, sending=120, sent=180, done=240)
    with a_network(tmp_path, pace) as running:
        yield running


@pytest.fixture
def provider(network: BackgroundNetwork) -> Iterator[Provider]:
    opened = a_provider(network)
    yield opened
    opened.close()
