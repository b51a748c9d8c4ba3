"""Pages behind signed links: a GET asks, a POST answers, once.

Phones and carriers open links before anybody reads them, so nothing happens on a GET. An answer
is kept in the records and handed to its journey by a worker; the page waits a moment to say what
came of it. Nothing of a link is logged but its kind and what it was answered with.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

import structlog
from fastapi import FastAPI, Request, Response

from config.clinic import Clinic
from config.links import PATH, Links
from console.forms import Unacceptable, read_form
from console.link_answers import HELD, MOVED, Answer, answer_in
from console.link_page import Voice, page
from console.link_words import language_for
from pathway.protocol import Choice
from records import link_state, links
from records.database import Records
from records.errors import RecordsError
from records.link_making import recommendation_after, session_of
from records.links import TREATING_THERAPIST, LinkKind, Outcome, StoredLink

WAITS_SECONDS = 3.0
"""How long a page waits for a worker to hand its answer on."""
_ASKS_AGAIN_SECONDS = 0.1
_DUE = {
    LinkKind.TAKE: "due",
    LinkKind.SESSION: "session_due",
    LinkKind.RECOMMENDATION: "recommendation_due",
}

log = structlog.stdlib.get_logger(__name__)


class _Closed(Exception):  # noqa: N818 - an answer to whoever opened it
    """A link that asks nothing any more, with the status and the sentence that say why."""

    def __init__(self, status: int, key: str, **values: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.values = values


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

    def add_to(self, app: FastAPI, prefix: str) -> None:
        """Answer below this path."""
        app.add_route(f"{prefix}{PATH}{{token}}", self._show, methods=["GET"])
        app.add_route(f"{prefix}{PATH}{{token}}", self._take, methods=["POST"])

    async def _show(self, request: Request) -> Response:
        voice = self._voice(request)
        link: StoredLink | None = None
        try:
            link = await self._found(request)
            if link.used_at is not None:
                return await self._done(voice, link)
            await self._require_open(link)
        except _Closed as closed:
            return _closed(voice, link, closed)
        except RecordsError:
            return _closed(voice, None, _Closed(503, "unavailable"))
        sentence = voice.say(_DUE[link.kind], what=link.what, since=voice.since(link.since))
        _log(link, "shown")
        heading = f"Waymark {link.reference}"
        return page(voice, 200, heading, [sentence], asks=link.kind, choices=self._choices)

    async def _take(self, request: Request) -> Response:
        voice = self._voice(request)
        link: StoredLink | None = None
        try:
            link = await self._found(request)
            return await self._answered(voice, link, await self._answer(request, link))
        except _Closed as closed:
            return _closed(voice, link, closed)
        except RecordsError:
            return _closed(voice, None, _Closed(503, "unavailable"))

    async def _found(self, request: Request) -> StoredLink:
        id_ = self._signed.id_of(request.path_params["token"])
        link = await links.get(self._records, id_) if id_ else None
        if link is None:
            raise _Closed(404, "unknown")
        return link

    async def _answer(self, request: Request, link: StoredLink) -> Answer:
        try:
            fields = await read_form(request)
        except Unacceptable as refused:
            raise _Closed(refused.status, "unusable") from None
        zone, now = self._clinic.zone, self._clock()
        answer = answer_in(link.kind, fields, self._choices, zone, link.used_at or now)
        if answer is None:
            raise _Closed(422, "unusable")
        return answer

    async def _answered(self, voice: Voice, link: StoredLink, given: Answer) -> Response:
        if link.used_at is None:
            await self._require_open(link)
            await links.use(self._records, link.id, given.answer, given.said, self._clock())
            link = await self._after(link)
        if (link.answer, link.said) != (given.answer, given.said):
            answered = self._in_words(voice, link)
            raise _Closed(409, "answered_before", answer=answered)
        return await self._done(voice, link)

    async def _after(self, link: StoredLink) -> StoredLink:
        """The link once its answer was handed on, or when nobody waits for that any longer."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._waits
        while True:
            now = await links.get(self._records, link.id)
            if now is None or now.used_at is None:
                raise _Closed(410, "expired")
            if now.outcome is not None or loop.time() >= until:
                return now
            await asyncio.sleep(_ASKS_AGAIN_SECONDS)

    async def _require_open(self, link: StoredLink) -> None:
        if self._clock() >= link.expires_at:
            raise _Closed(410, "expired")
        if link.whom != TREATING_THERAPIST and self._clinic.staff(link.whom) is None:
            raise _Closed(410, "left")
        match link.kind:
            case LinkKind.TAKE:
                await self._require_nobodys(link)
            case LinkKind.SESSION:
                treatment, revision = session_of(link)
                moved = await link_state.session(self._records, link.reference, treatment, revision)
                if moved is not None:
                    raise _Closed(410, moved.value)
            case LinkKind.RECOMMENDATION:
                pass  # it is recorded whatever was decided meanwhile

    async def _require_nobodys(self, link: StoredLink) -> None:
        standing = await link_state.escalation(self._records, link.reference, link.about)
        if not standing.open:
            raise _Closed(410, "closed")
        if standing.owner == link.whom:
            raise _Closed(200, "has_it_yourself")
        if standing.owner is not None:
            self._somebody_has_it(standing.owner)

    def _somebody_has_it(self, owner: str) -> NoReturn:
        person = self._clinic.staff(owner)
        raise _Closed(410, "has_it", owner=person.name if person else owner)

    async def _done(self, voice: Voice, link: StoredLink) -> Response:
        """What came of the answer, as often as it is asked for."""
        if link.outcome is Outcome.TOO_LATE:
            self._somebody_has_it(link.sentence or "somebody")
        if link.outcome is Outcome.CLOSED:
            raise _Closed(410, "closed")
        sentences = [voice.say("answered", answer=self._in_words(voice, link))]
        sentences.append(_came_of(voice, link))
        onward = await self._onward(link) if link.answer == HELD else None
        _log(link, link.outcome or "kept")
        return page(voice, 200, f"Waymark {link.reference}", sentences, onward=onward)

    async def _onward(self, link: StoredLink) -> str | None:
        """From a session that was held to what she recommends after it."""
        if link.outcome in {Outcome.REFUSED, Outcome.ENDED}:
            return None
        after = recommendation_after(link)
        await links.make(self._records, after)
        return self._signed.token(after.id)

    def _in_words(self, voice: Voice, link: StoredLink) -> str:
        answer = link.answer or ""
        if link.kind is LinkKind.RECOMMENDATION:
            return voice.choice(answer)
        at = voice.day(datetime.fromisoformat(link.said)) if answer == MOVED else ""
        return voice.say(f"say_{answer}", at=at)

    def _voice(self, request: Request) -> Voice:
        language = language_for(request.headers.get("accept-language", ""))
        return Voice(language, self._clinic.callback_phone, self._clinic.zone)


def _came_of(voice: Voice, link: StoredLink) -> str:
    match link.outcome:
        case None:
            return voice.say("kept_take" if link.kind is LinkKind.TAKE else "kept")
        case Outcome.REFUSED:
            return voice.say("refused", sentence=link.sentence or "")
        case Outcome.ENDED:
            return voice.say("journey_ended")
        case Outcome.HELP_NOTED:
            return voice.say("help_noted")
        case _:
            return voice.say(f"taken_{link.kind}")


def _closed(voice: Voice, link: StoredLink | None, closed: _Closed) -> Response:
    if link is None:
        log.info("link_opened", outcome=closed.key, status=closed.status)
    else:
        _log(link, closed.key)
    heading = f"Waymark {link.reference}" if link else "Waymark"
    return page(voice, closed.status, heading, [voice.say(closed.key, **closed.values)])


def _log(link: StoredLink, outcome: str) -> None:
    log.info("link_opened", kind=link.kind.value, outcome=outcome)
