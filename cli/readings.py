"""Vital signs as a nurse writes them: `120/80 72 98`, and more behind: `rr=14 moaas=5`."""

import re
from datetime import datetime
from typing import Any

from cli.times import parse_time
from pathway.facts import Vitals

SHAPE = "[TIME] SYS/DIA PULSE SPO2 [rr=N] [moaas=N] [dissociation=none|some|marked] [symptoms]"

_READING = re.compile(r"(?:(?P<at>.+?)\s+)?(\d+)/(\d+)\s+(\d+)\s+(\d+)%?((?:\s+[a-z]+(?:=\w+)?)*)")
_MORE = {
    "rr": "breathing_rate",
    "moaas": "moaas",
    "dissociation": "dissociation",
    "symptoms": "symptoms",
}


def parse_reading(text: str, zone: str, happened_at: datetime) -> dict[str, Any]:
    """One reading; without a time it was taken when the command says it happened.

    Raises:
        ValueError: with how a reading is written.
    """
    match = _READING.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"a reading is written {SHAPE}, as in '120/80 72 98'")
    at = match["at"]
    systolic, diastolic, pulse, spo2 = map(int, match.groups()[1:5])
    return {
        "at": parse_time(at, zone, happened_at) if at else happened_at,
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "heart_rate": pulse,
        "spo2_percent": spo2,
        **_more(match[6] or ""),
    }


def _more(text: str) -> dict[str, Any]:
    """What stands behind the four numbers, each by its name."""
    found: dict[str, Any] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        if name not in _MORE or not (value or name == "symptoms"):
            raise ValueError(f"a reading has words of its own behind it: it is written {SHAPE}")
        found[_MORE[name]] = value or True
    return found


def written_reading(reading: Vitals) -> str:
    """A reading as it can be typed again, with its time."""
    pressure = f"{reading.systolic_mmhg}/{reading.diastolic_mmhg}"
    words = [reading.at.isoformat(), pressure, f"{reading.heart_rate} {reading.spo2_percent}"]
    for word, field in _MORE.items():
        value = getattr(reading, field)
        if value is True:
            words.append(word)
        elif value is not None and value is not False:
            words.append(f"{word}={value}")
    return " ".join(words)
