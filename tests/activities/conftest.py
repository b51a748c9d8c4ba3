"""A simulated phone network over HTTP, and a provider that sends through it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from activities.provider import Provider
from simulator.background import BackgroundNetwork
from simulator.model import Pace
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, NetworkSettings

INSTANT = Pace(accepted=0, sending=0, sent=0, done=0)
ProviderMaker = Callable[..., Provider]


@pytest.fixture(scope="module")
def running_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackgroundNetwork]:
    settings = NetworkSettings(state_dir=tmp_path_factory.mktemp("network"), pace=INSTANT)
    with BackgroundNetwork(settings) as running:
        yield running


@pytest.fixture
def network(running_network: BackgroundNetwork) -> BackgroundNetwork:
    """Empty phones, no faults."""
    running_network.control.reset()
    return running_network


@pytest.fixture
def slow_network(tmp_path: Path) -> Iterator[BackgroundNetwork]:
    """Texts stay queued for the length of any test."""
    pace = Pace(accepted=60, sending=120, sent=180, done=240)
    with BackgroundNetwork(NetworkSettings(state_dir=tmp_path, pace=pace)) as running:
        yield running


@pytest.fixture
def make_provider() -> Iterator[ProviderMaker]:
    """Makes providers that are closed after the test; keywords replace the defaults."""
    made: list[Provider] = []

    def make(
        api_base: str,
        *,
        token: str = DEMONSTRATION_TOKEN,
        sender: str = "+15005550006",
        status_callback: str | None = None,
        timeout_seconds: float = 5,
    ) -> Provider:
        provider = Provider(
            DEMONSTRATION_ACCOUNT,
            SecretStr(token),
            sender,
            api_base,
            status_callback,
            timeout_seconds,
        )
        made.append(provider)
        return provider

    yield make
    for provider in made:
        provider.close()


@pytest.fixture
def provider(network: BackgroundNetwork, make_provider: ProviderMaker) -> Provider:
    return make_provider(network.url)
