"""Ports: free ones are found, taken ones are named."""

import socket
from collections.abc import Iterator

import pytest

from local.errors import StandError
from local.ports import LOOPBACK, free_port, free_ports, is_free, require_free


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind((LOOPBACK, free_port()))
        holder.listen()
        yield holder.getsockname()[1]


def test_free_ports_are_distinct_and_below_the_outgoing_range() -> None:
    ports = free_ports(50)
    assert len(set(ports)) == 50
    assert max(ports) < 32768


def test_a_taken_port_is_seen(taken_port: int) -> None:
    assert not is_free(taken_port)


def test_a_taken_port_is_refused_in_a_sentence(taken_port: int) -> None:
    with pytest.raises(StandError) as refused:
        require_free(taken_port, used_by="the Temporal UI", variable="WAYMARK_PORT_UI")
    assert str(taken_port) in refused.value.problem
    assert "the Temporal UI" in refused.value.problem
    assert "WAYMARK_PORT_UI=" in refused.value.remedy


def test_a_free_port_is_not_refused() -> None:
    require_free(free_port(), used_by="a test", variable="WAYMARK_PORT_UI")
