"""Time zones come from the pinned package."""

import re
import zoneinfo
from pathlib import Path

import pytest

from workers import time_zones
from workers.time_zones import PINNED_TZDATA, WrongTimeZonesError, use_pinned_time_zones

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lock", ["runtime.txt", "dev.txt"])
def test_the_lock_pins_the_same_release(lock: str) -> None:
    text = (ROOT / "locks" / lock).read_text()
    assert re.findall(r"^tzdata==(\S+)", text, re.MULTILINE) == [PINNED_TZDATA]


def test_the_systems_zones_are_not_read() -> None:
    assert use_pinned_time_zones() == PINNED_TZDATA
    assert zoneinfo.TZPATH == ()
    assert zoneinfo.ZoneInfo("America/Chicago").key == "America/Chicago"


def test_another_release_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_zones, "PINNED_TZDATA", "1999.1")
    with pytest.raises(WrongTimeZonesError, match="install the locked requirements"):
        use_pinned_time_zones()
