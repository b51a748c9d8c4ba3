"""What processes cost: CPU seconds, and memory that stays with them."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil  # type: ignore[import-untyped]

MIB = 1024 * 1024


@dataclass(frozen=True)
class Cpu:
    """CPU seconds, user and system together, of each part of a system."""

    parts: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.parts.values())

    def per(self, count: int) -> "Cpu":
        return Cpu({name: seconds / count for name, seconds in self.parts.items()})


class Meter:
    """Reads processes by name; children and those that have ended count with their parent."""

    def __init__(self, **pids: int) -> None:
        self._pids = pids
        self._before = self._read()

    def reset(self) -> None:
        self._before = self._read()

    def cpu(self) -> Cpu:
        """Since the last reset."""
        now = self._read()
        return Cpu({name: now[name] - self._before[name] for name in now})

    def _read(self) -> dict[str, float]:
        return {name: _seconds(pid) for name, pid in self._pids.items()}


def _seconds(pid: int) -> float:
    parent = psutil.Process(pid)
    times = parent.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in parent.children(recursive=True):
        try:
            own = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += own.user + own.system
    return float(total)


def resident(pid: int) -> float:
    """Memory of one process that is not shared with others, in MiB."""
    return float(psutil.Process(pid).memory_full_info().uss) / MIB


def disk(folder: Path) -> float:
    """What a folder takes, in MiB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MIB


def provenance() -> str:
    """One line under each block of figures: when and on what they were taken."""
    cores, memory = os.cpu_count(), round(psutil.virtual_memory().total / 1024**3)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"Taken {datetime.now(UTC):%Y-%m-%d} on {cores} cores, {memory} GiB, Python "
        f"{platform.python_version()}; load average at the end {load}."
    )
