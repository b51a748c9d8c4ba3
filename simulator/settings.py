"""What a network is started with."""

from pathlib import Path

from pydantic import Field

from simulator.faults import RandomFaults
from simulator.model import Inbound, Model, Pace

DEMONSTRATION_ACCOUNT = "AC" + "0" * 32
DEMONSTRATION_TOKEN = "demonstration"  # noqa: S105 - it opens a toy network and nothing else
SERVICE_SENDER = "+15005550006"
"""Sends for a Messaging Service: Twilio's magic number of a good sender."""


class NetworkSettings(Model):
    """What a network is started with."""

    state_dir: Path
    accounts: dict[str, str] = Field(
        default_factory=lambda: {DEMONSTRATION_ACCOUNT: DEMONSTRATION_TOKEN}, min_length=1
    )
    """Token by account sid."""
    senders: frozenset[str] = frozenset()
    """Numbers that may send; empty: any."""
    pace: Pace = Pace()
    inbound: Inbound | None = None
    """Where texts from phones go; None: as before the start, at first nowhere."""
    segments_per_second: float | None = Field(default=None, gt=0)
    """What each number may send; None: it has no queue."""
    random_faults: RandomFaults | None = None
    """What goes wrong by chance from the start on."""
