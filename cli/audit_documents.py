"""The JSON documents of `waymark audit`. Their keys stay; new ones may be added."""

from pathway.model import Instant, Model
from records.auditing import Verified


class AuditVerified(Verified):
    good: bool
    """Nothing that was sealed is altered, removed, moved or put in."""
    anchor: str | None = None
    """What was compared outside: a file, or the head that was given."""


class AuditHead(Model):
    head: str | None
    """Round and anchor, as `--anchor` takes them; null before anything is sealed."""
    round: int = 0
    at: Instant | None = None
    key_id: str | None = None
