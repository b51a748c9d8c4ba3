"""Why a link asks nothing any more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.clinic import Clinic
from records import link_state
from records.database import Records
from records.link_making import session_of
from records.links import TREATING_THERAPIST, LinkKind, Outcome, StoredLink


class Closed(Exception):  # noqa: N818 - an answer to whoever opened it
    """A link that asks nothing any more, with the status and the sentence that say why."""

    def __init__(self, status: int, key: str, **values: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Doors:
    """Closes links that have run out, that somebody left behind, or whose matter is over."""

    records: Records
    clinic: Clinic
    clock: Callable[[], datetime]

    def require_hers(self, whom: str, expires_at: datetime) -> None:
        """Raises Closed where it has run out, or where whom it was made for is gone."""
        over = self._over(whom, expires_at)
        if over is not None:
            raise Closed(410, over)

    async def require_open(self, link: StoredLink) -> None:
        """Raises Closed where its answer is not wanted any more."""
        self.require_hers(link.whom, link.expires_at)
        match link.kind:
            case LinkKind.TAKE:
                await self._require_nobodys(link)
            case LinkKind.SESSION:
                treatment, revision = session_of(link)
                moved = await link_state.session(self.records, link.reference, treatment, revision)
                if moved is not None:
                    raise Closed(410, moved.value)
            case LinkKind.RECOMMENDATION:
                pass  # it is recorded whatever was decided meanwhile

    def require_shown(self, link: StoredLink) -> None:
        """Raises Closed where an answered link tells its answer no more, or was answered too late.

        Whoever holds a link sees its page: what was answered is told no longer than it was asked.
        """
        if self._over(link.whom, link.expires_at) is not None:
            raise Closed(410, "answered_expired")
        if link.outcome is Outcome.TOO_LATE:
            raise Closed(410, "had_it", owner=self._name(link.sentence or "somebody"))
        if link.outcome is Outcome.CLOSED:
            raise Closed(410, "closed")

    def _over(self, whom: str, expires_at: datetime) -> str | None:
        """Why nobody is asked by it any more; None while it runs and its person is there."""
        if self.clock() >= expires_at:
            return "expired"
        gone = whom != TREATING_THERAPIST and self.clinic.staff(whom) is None
        return "left" if gone else None

    async def _require_nobodys(self, link: StoredLink) -> None:
        standing = await link_state.escalation(self.records, link.reference, link.about)
        if not standing.open:
            raise Closed(410, "closed")
        if standing.owner == link.whom:
            raise Closed(200, "has_it_yourself")
        if standing.owner is not None:
            raise Closed(410, "has_it", owner=self._name(standing.owner))

    def _name(self, owner: str) -> str:
        person = self.clinic.staff(owner)
        return person.name if person else owner
