"""Failures that prove that nothing was sent, so that the text may simply go again."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from activities.provider import Provider
from activities.provider_answers import Answer, NotSent

ProviderMaker = Callable[..., Provider]


def send(provider: Provider) -> Answer:
    return provider.create("+12025550123", "We would like to hear from you.", "intent")


@pytest.fixture
def deaf_address() -> Iterator[str]:
    """Accepts no connection and refuses none: its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_connect_timeout_is_certainly_not_sent(
    make_provider: ProviderMaker, deaf_address: str
) -> None:
    answer = send(make_provider(deaf_address, timeout_seconds=0.3))

    assert answer == NotSent(kind="connect_timeout")


def test_refused_connection_is_certainly_not_sent(make_provider: ProviderMaker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]

    answer = send(make_provider(f"http://127.0.0.1:{port}"))

    assert answer == NotSent(kind="connection_refused")


def test_unresolved_name_is_certainly_not_sent(make_provider: ProviderMaker) -> None:
    assert send(make_provider("http://nobody.invalid")) == NotSent(kind="name_not_resolved")


@pytest.mark.parametrize("base", ["", "nonsense", "ftp://127.0.0.1"])
def test_a_nonsense_address_raises_nothing(make_provider: ProviderMaker, base: str) -> None:
    assert isinstance(send(make_provider(base)), NotSent)
