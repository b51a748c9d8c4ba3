"""A long code's queue: so many segments a second, and no more than ten hours of them."""

from datetime import datetime, timedelta

from simulator.segments import count

LONGEST = timedelta(hours=10)
"""Twilio's error 21611: a create that would wait longer is refused."""


class SenderQueue:
    """When each number may send its next text; without a rate, at once."""

    def __init__(self, segments_per_second: float | None) -> None:
        self._rate = segments_per_second
        self._free: dict[str, datetime] = {}

    def is_full(self, number: str, now: datetime) -> bool:
        """Whether a text would wait longer than a queue may be."""
        return self._free.get(number, now) - now > LONGEST

    def admit(self, number: str, body: str, now: datetime) -> datetime | None:
        """When this text leaves, if there is a queue; the next one waits for its segments."""
        if self._rate is None:
            return None
        leaves = max(self._free.get(number, now), now)
        self.follows(number, body, leaves)
        return leaves

    def follows(self, number: str, body: str, leaves: datetime) -> None:
        """Take note of a text that leaves then, as after a restart."""
        if self._rate is not None:
            seconds = count(body) / self._rate
            after = leaves + timedelta(seconds=seconds)
            self._free[number] = max(after, self._free.get(number, after))

    def forget(self) -> None:
        self._free.clear()
