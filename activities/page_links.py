"""The links that pages carry, while the records can keep them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from config.links import Links
from config.rota import Staff
from records import links
from records.database import Records
from records.errors import RecordsError
from records.link_making import to_take, to_take_listed
from records.links import Link
from records.page_model import Post
from workflows.messages import SendPage

WITHIN_SECONDS = 0.4
"""A page does not wait longer for its link: it leaves within a second, with the line to type."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class PageLinks:
    """Makes the links of each person who is paged."""

    records: Records
    signed: Links

    async def to_take(self, page: SendPage, person: Staff) -> str | None:
        """Its address: the same for a page that is tried again. None: go without."""
        if page.all_clear:
            return None
        link = to_take(page, person.id, person.roles)
        if not await self._made([link]):
            log.warning("page_without_link", escalation=page.escalation)
            return None
        return self.signed.url(link.id)

    async def to_list(self, post: Post, person: Staff, at: datetime) -> str | None:
        """The address of the list of what one text tells of. None: go without.

        Args:
            at: when the text goes, by the clock of the journeys.
        """
        each = [to_take_listed(item, person.id, at) for item in post.items]
        if post.link is None or not await self._made(each):
            log.warning("pages_without_link", count=len(each))
            return None
        return self.signed.url(post.link)

    async def _made(self, made: Sequence[Link]) -> bool:
        """Whether the records keep them, and said so in time."""
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                await links.make_all(self.records, made)
        except (RecordsError, TimeoutError):
            return False
        return True
