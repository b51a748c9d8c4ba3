"""A network that is emptied before each test, and providers made to measure."""

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from activities.provider import Provider
from simulator.background import BackgroundNetwork
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN

ProviderMaker = Callable[..., Provider]


@pytest.fixture
def network(running_network: BackgroundNetwork) -> BackgroundNetwork:
    """Empty phones, no faults."""
    running_network.control.reset()
    return running_network


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
