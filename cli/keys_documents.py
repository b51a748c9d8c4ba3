"""The JSON documents of `waymark keys`. Their keys stay; new ones may be added."""

from pathway.model import Instant, Model


class NewKey(Model):
    id: str
    line: str
    """The key itself: whoever reads it opens all that it seals."""


class KeyFound(Model):
    """One key, of the ring or of something that is kept."""

    id: str
    in_ring: bool
    writes: bool
    open: int
    """Histories of open runs that it sealed something in."""
    closed: int
    schedules: int
    records: int
    """Values in the records."""
    oldest: Instant | None
    """When the oldest of the runs began."""

    @property
    def used(self) -> bool:
        return bool(self.open or self.closed or self.schedules or self.records)


class KeysReport(Model):
    namespace: str
    histories: int
    of: int
    complete: bool
    """False: fewer histories were looked at than there are, so no key may go yet."""
    keys: tuple[KeyFound, ...]
    may_go: tuple[str, ...]
    missing: tuple[str, ...]
