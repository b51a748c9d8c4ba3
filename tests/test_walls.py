"""The walls around every test: nothing leaves this machine, nothing comes in from the shell."""

import os
import socket
import zoneinfo

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "api.twilio.example"])
def test_a_connection_to_elsewhere_is_refused(address: str) -> None:
    with socket.socket() as outgoing:
        outgoing.settimeout(1)
        with pytest.raises(RuntimeError, match="outside this machine"):
            outgoing.connect((address, 443))


def test_the_shells_accounts_and_addresses_are_forgotten() -> None:
    names = ("TEMPORAL_", "TWILIO_", "WAYMARK_")
    kept = {"WAYMARK_BROWSER", "WAYMARK_CACHE_DIR", "WAYMARK_TWILIO_OPENAPI"}
    assert {name for name in os.environ if name.startswith(names)} <= kept


def test_time_zones_are_the_pinned_ones() -> None:
    assert zoneinfo.TZPATH == ()
