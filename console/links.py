"""Pages behind signed links: a GET asks, a POST answers, once.

Phones and carriers open links before anybody reads them, so nothing happens on a GET. An answer
is kept in the records and handed to its journey by a worker; the page waits a moment to say what
came of it. Nothing of a link is logged but its kind and what it was answered with.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from fastapi import FastAPI, Request, Response

from config.clinic import Clinic
from config.links import PATH, Links
from console.bodies import Unacceptable
from console.forms import read_form
from console.link_answers import LIST, Answer, answer_in
from console.link_doors import Closed, Doors
from console.link_lists import Lists
from console.link_page import Voice, page
from console.link_sentences import answer_words, answered, asked
from console.link_words import language_for
from console.signature import Fields
from pathway.protocol import Choice
from records import links
from records.database import Records
from records.errors import RecordsError
from records.link_making import recommendation_after
from records.links import HELD, Outcome, StoredLink

WAITS_SECONDS = 3.0
"""How long a page waits for a worker to hand its answer on."""
_ASKS_AGAIN_SECONDS = 0.1

log = structlog.stdlib.get_logger(__name__)


class LinkPages:
    """The pages of one clinic's links."""

    def __init__(
        self,
        records: Records,
        signed: Links,
        clinic: Clinic,
        choices: tuple[Choice, ...],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        waits_seconds: float = WAITS_SECONDS,
    ) -> None:
        self._records = records
        self._signed = signed
        self._clinic = clinic
        self._choices = choices
        self._clock = clock
        self._waits = waits_seconds
        self._doors = Doors(records, clinic, clock)
        self._lists = Lists(records, signed, self._doors)

    def add_to(self, app: FastAPI, prefix: str) -> None:
        """Answer below this path."""
        app.add_route(f"{prefix}{PATH}{{token}}", self._show, methods=["GET"])
        app.add_route(f"{prefix}{PATH}{{token}}", self._take, methods=["POST"])

    async def _show(self, request: Request) -> Response:
        voice = self._voice(request)
        link: StoredLink | None = None
        try:
            id_ = self._id_of(request)
            link = await links.get(self._records, id_)
            if link is None:
                return await self._lists.show(voice, id_)
            if link.used_at is not None:
                return await self._done(voice, link)
            await self._doors.require_open(link)
        except Closed as closed:
            return _closed(voice, link, closed)
        except RecordsError:
            return _closed(voice, None, Closed(503, "unavailable"))
        _log(link, "shown")
        heading = f"Waymark {link.reference}"
        sentences = [asked(voice, link)]
        return page(voice, 200, heading, sentences, asks=link.kind, choices=self._choices)

    async def _take(self, request: Request) -> Response:
        voice = self._voice(request)
        link: StoredLink | None = None
        back: str | None = None
        try:
            id_ = self._id_of(request)
            link = await links.get(self._records, id_)
            if link is None:
                # A list takes nothing itself: posted to, it is shown.
                return await self._lists.show(voice, id_)
            fields = await _fields(request)
            back = self._list_in(fields)
            return await self._answered(voice, link, self._answer(fields, link), back)
        except Closed as closed:
            return _closed(voice, link, closed, back)
        except RecordsError:
            return _closed(voice, None, Closed(503, "unavailable"))

    def _id_of(self, request: Request) -> str:
        id_ = self._signed.id_of(request.path_params["token"])
        if id_ is None:
            raise Closed(404, "unknown")
        return id_

    def _list_in(self, fields: Fields) -> str | None:
        """The list that she took it from; no other address comes onto a page of ours."""
        token = dict(fields).get(LIST, "")
        return token if self._signed.id_of(token) else None

    def _answer(self, fields: Fields, link: StoredLink) -> Answer:
        zone, now = self._clinic.zone, self._clock()
        answer = answer_in(link.kind, fields, self._choices, zone, link.used_at or now)
        if answer is None:
            raise Closed(422, "unusable")
        return answer

    async def _answered(
        self, voice: Voice, link: StoredLink, given: Answer, back: str | None
    ) -> Response:
        if link.used_at is None:
            await self._doors.require_open(link)
            await links.use(self._records, link.id, given.answer, given.said, self._clock())
            link = await self._after(link)
        else:
            self._doors.require_shown(link)
        if (link.answer, link.said) != (given.answer, given.said):
            raise Closed(409, "answered_before", answer=answer_words(voice, link))
        return await self._done(voice, link, back)

    async def _after(self, link: StoredLink) -> StoredLink:
        """The link once its answer was handed on, or when nobody waits for that any longer."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._waits
        while True:
            now = await links.get(self._records, link.id)
            if now is None or now.used_at is None:
                raise Closed(410, "expired")
            if now.outcome is not None or loop.time() >= until:
                return now
            await asyncio.sleep(_ASKS_AGAIN_SECONDS)

    async def _done(self, voice: Voice, link: StoredLink, back: str | None = None) -> Response:
        """What came of the answer, as often as it is asked for while the link runs."""
        self._doors.require_shown(link)
        onward = await self._onward(link) if link.answer == HELD else None
        _log(link, link.outcome or "kept")
        heading = f"Waymark {link.reference}"
        return page(voice, 200, heading, answered(voice, link), onward=onward, back=back)

    async def _onward(self, link: StoredLink) -> str | None:
        """From a session that was held to what she recommends after it."""
        if link.outcome in {Outcome.REFUSED, Outcome.ENDED}:
            return None
        after = recommendation_after(link)
        await links.make(self._records, after)
        return self._signed.token(after.id)

    def _voice(self, request: Request) -> Voice:
        language = language_for(request.headers.get("accept-language", ""))
        return Voice(language, self._clinic.callback_phone, self._clinic.zone)


async def _fields(request: Request) -> Fields:
    try:
        return await read_form(request)
    except Unacceptable as refused:
        raise Closed(refused.status, "unusable") from None


def _closed(
    voice: Voice, link: StoredLink | None, closed: Closed, back: str | None = None
) -> Response:
    if link is None:
        log.info("link_opened", outcome=closed.key, status=closed.status)
    else:
        _log(link, closed.key)
    heading = f"Waymark {link.reference}" if link else "Waymark"
    sentences = [voice.say(closed.key, **closed.values)]
    return page(voice, closed.status, heading, sentences, back=back)


def _log(link: StoredLink, outcome: str) -> None:
    log.info("link_opened", kind=link.kind.value, outcome=outcome)
