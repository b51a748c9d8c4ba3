"""Vital signs as a nurse writes them: `120/80 72 98`."""

import re
from datetime import datetime
from typing import Any

from cli.times import parse_time
from pathway.facts import Vitals

SHAPE = "[TIME] SYS/DIA PULSE SPO2"

_READING = re.compile(r"(?:(?P<at>.+?)\s+)?(\d+)/(\d+)\s+(\d+)\s+(\d+)%?")


def parse_reading(text: str, zone: str, happened_at: datetime) -> dict[str, Any]:
    """One reading; without a time it was taken when the command says it happened.

    Raises:
        ValueError: with how a reading is written.
    """
    match = _READING.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"a reading is written {SHAPE}, as in '120/80 72 98'")
    at = match["at"]
    systolic, diastolic, pulse, spo2 = map(int, match.groups()[1:])
    return {
        "at": parse_time(at, zone, happened_at) if at else happened_at,
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "heart_rate": pulse,
        "spo2_percent": spo2,
    }


def written_reading(reading: Vitals) -> str:
    """A reading as it can be typed again, with its time."""
    pressure = f"{reading.systolic_mmhg}/{reading.diastolic_mmhg}"
    return f"{reading.at.isoformat()} {pressure} {reading.heart_rate} {reading.spo2_percent}"
