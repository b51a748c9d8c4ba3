"""The page behind the link of a text that counts several: each with the button that takes it.

The list asks nothing itself: each button posts to the link that its own page had, so that one
is taken here as it is there, and is too late here as it is there.
"""

from dataclasses import dataclass

import structlog
from fastapi import Response

from config.links import Links
from console.link_doors import Closed, Doors
from console.link_page import Listed, Voice, page
from console.link_sentences import answered, asked
from records import links, pages
from records.database import Records
from records.link_making import TAKEN_WITHIN, take_id
from records.links import StoredLink
from records.page_model import StoredPageText, each_once

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Lists:
    """The lists of one clinic's links."""

    records: Records
    signed: Links
    doors: Doors

    async def show(self, voice: Voice, id_: str) -> Response:
        """What the text behind this id counted, as it stands now. Raises Closed."""
        text = await pages.behind(self.records, id_)
        if text is None:
            raise Closed(404, "unknown")
        self.doors.require_hers(text.person, text.as_of + TAKEN_WITHIN)
        items = [await self._item(voice, link) for link in await self._links(text)]
        log.info("link_opened", kind="several", outcome="shown")
        sentence = voice.say("several", count=str(len(items)))
        back = self.signed.token(id_)
        return page(voice, 200, "Waymark", [sentence], listed=items, back=back)

    async def _links(self, text: StoredPageText) -> list[StoredLink]:
        """Of each that it counted, in the order of the numbers that take them by text."""
        ids = [take_id(each, text.person) for each in each_once(text.listed)]
        found = await links.get_all(self.records, ids)
        return [found[id_] for id_ in ids if id_ in found]

    async def _item(self, voice: Voice, link: StoredLink) -> Listed:
        due, token = asked(voice, link), None
        try:
            if link.used_at is None:
                await self.doors.require_open(link)
                token, sentences = self.signed.token(link.id), []
            else:
                self.doors.require_shown(link)
                sentences = answered(voice, link)
        except Closed as closed:
            sentences = [voice.say(closed.key, **closed.values)]
        return Listed(f"Waymark {link.reference}", (due, *sentences), token)
