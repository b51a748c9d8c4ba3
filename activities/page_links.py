"""The link that a page carries, while the records can keep one."""

import asyncio
from dataclasses import dataclass

import structlog

from config.links import Links
from config.rota import Staff
from records import links
from records.database import Records
from records.errors import RecordsError
from records.link_making import to_take
from workflows.messages import SendPage

WITHIN_SECONDS = 0.4
"""A page does not wait longer for its link: it leaves within a second, with the line to type."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class PageLinks:
    """Makes a page's link for each person who gets it."""

    records: Records
    signed: Links

    async def to_take(self, page: SendPage, person: Staff) -> str | None:
        """Its address: the same for a page that is tried again. None: go without."""
        if page.all_clear:
            return None
        link = to_take(page, person.id, person.roles)
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                await links.make(self.records, link)
        except (RecordsError, TimeoutError):
            log.warning("page_without_link", escalation=page.escalation)
            return None
        return self.signed.url(link.id)
