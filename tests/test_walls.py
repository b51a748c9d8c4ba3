"""The walls around every test: nothing leaves this machine, nothing comes in from the shell."""

import os
import socket
import subprocess
import sys
import zoneinfo
from pathlib import Path

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "api.twilio.example"])
def test_a_connection_to_elsewhere_is_refused(address: str) -> None:
    with socket.socket() as outgoing:
        outgoing.settimeout(1)
        with pytest.raises(RuntimeError, match="outside this machine"):
            outgoing.connect((address, 443))


def test_the_shells_accounts_and_addresses_are_forgotten() -> None:
    names = ("TEMPORAL_", "TWILIO_", "WAYMARK_")
    kept = {
        "WAYMARK_BROWSER",
        "WAYMARK_CACHE_DIR",
        "WAYMARK_KEYS",
        "WAYMARK_TEST_SEED",
        "WAYMARK_TWILIO_OPENAPI",
    }
    assert {name for name in os.environ if name.startswith(names)} <= kept


def test_the_seed_that_the_shell_names_is_walked_from() -> None:
    """It is read after the walls are up, which forget nearly all that the shell says."""
    program = "import conftest; conftest.pytest_configure(); from seeds import first_seed;"
    here = Path(__file__).parent
    folders = os.pathsep.join(map(str, (here, here / "support", here.parent)))
    environment = {**os.environ, "PYTHONPATH": folders, "WAYMARK_TEST_SEED": "7"}
    said = subprocess.run(
        [sys.executable, "-c", f"{program} print(first_seed())"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "7\n"


def test_time_zones_are_the_pinned_ones() -> None:
    assert zoneinfo.TZPATH == ()
