"""The codec endpoint: opens payloads for the Temporal UI, and writes down for whom it did.

The browser asks it, not the UI's server. It decodes and never encodes; for an origin that the
settings name, for a person in a role that may, in one namespace. What is opened stands in the
records before it leaves; while they do not answer, nothing is opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from config.key_ring import KeyRing
from console.bodies import Unacceptable, read_body
from console.codec_book import Book
from console.codec_opening import journeys_of, open_all
from console.codec_readers import Reader, ReaderRole, Readers
from console.codec_refusals import Refused
from records import decodes
from records.database import Records
from records.decodes import Outcome
from records.errors import RecordsError

PATH = "/codec"
"""The UI's setting is the address of this; it puts /decode behind it."""
LARGEST_BODY = 4 * 1024 * 1024
"""Bytes. Temporal takes payloads of 2 MB, and ours are far below."""
MOST_PAYLOADS = 1000
MOST_JOURNEYS = 100
"""In one request: each is looked up in the records."""
_HEADERS = "Content-Type, X-Namespace, Authorization, Authorization-Extras"
_SAME_ANSWER_SECONDS = 600


@dataclass(frozen=True)
class Codec:
    """One namespace's endpoint."""

    origins: frozenset[str]
    namespace: str
    readers: Readers
    ring: KeyRing
    records: Records
    book: Book

    def add_to(self, app: FastAPI) -> None:
        app.add_route(f"{PATH}/decode", self._preflight, methods=["OPTIONS"])
        app.add_route(f"{PATH}/decode", self._decode, methods=["POST"])

    async def _preflight(self, request: Request) -> Response:
        """What a browser asks before it lets a page of another origin ask."""
        try:
            allowed = self._allowed(request)
        except Refused as refused:
            # The browser asks no further, so this is all that is ever seen of such a page.
            await self.book.note_refusal(None, refused)
            return _refusal(refused, {})
        more = {
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": str(_SAME_ANSWER_SECONDS),
        }
        return Response(status_code=204, headers={**_always(), **allowed, **more})

    async def _decode(self, request: Request) -> Response:
        allowed: Mapping[str, str] = {}
        reader: Reader | None = None
        try:
            allowed = self._allowed(request)
            reader = await self.readers.of(request)
            self._require_namespace(request)
            opened = await self._opened(reader, await _payloads_in(request))
        except Refused as refused:
            await self.book.note_refusal(reader, refused)
            return _refusal(refused, allowed)
        except RecordsError:
            return _response(503, {"sentence": _NO_RECORDS}, allowed)
        answer = json_format.MessageToJson(Payloads(payloads=opened), indent=None)
        return Response(answer, 200, {**_always(), **allowed}, "application/json")

    async def _opened(self, reader: Reader, payloads: Sequence[Payload]) -> list[Payload]:
        """The payloads, once it is noted that they were opened. Raises RecordsError."""
        journeys = journeys_of(payloads)
        if len(journeys) > MOST_JOURNEYS:
            raise _unreadable(413, "These are payloads of too many journeys at once.")
        sees_restricted = reader.role is ReaderRole.AUDITOR
        closed = await decodes.closed(self.records, journeys, sees_restricted=sees_restricted)
        opened = await open_all(self.ring, payloads, closed)
        await self.book.note(reader, opened)
        return [each.payload for each in opened]

    def _allowed(self, request: Request) -> dict[str, str]:
        """What lets the browser read the answer. Raises Refused for any other origin, and none."""
        given = request.headers.getlist("origin")
        if len(given) != 1 or given[0] not in self.origins:
            raise Refused(
                403,
                Outcome.WRONG_ORIGIN,
                "Payloads are opened for the Temporal UI alone: WAYMARK_UI_ORIGIN names where it "
                "is opened, to the letter.",
            )
        return {
            "Access-Control-Allow-Origin": given[0],
            "Access-Control-Allow-Credentials": "true",
        }

    def _require_namespace(self, request: Request) -> None:
        if request.headers.getlist("x-namespace") != [self.namespace]:
            raise Refused(
                403,
                Outcome.WRONG_NAMESPACE,
                f"Payloads of the namespace {self.namespace} are opened here, and of no other.",
            )


_NO_RECORDS = (
    "The records do not answer: who reads payloads is written down first, so none is opened."
)


async def _payloads_in(request: Request) -> list[Payload]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _unreadable(415, "Payloads are sent as application/json.")
    try:
        body = await read_body(request, LARGEST_BODY)
        found = json_format.Parse(body, Payloads(), ignore_unknown_fields=True).payloads
    except Unacceptable as refused:
        raise _unreadable(refused.status, f"The body is {refused.reason}.") from None
    except (json_format.Error, ValueError, RecursionError):
        raise _unreadable(400, "The body is not a list of payloads as the UI sends it.") from None
    if len(found) > MOST_PAYLOADS:
        raise _unreadable(413, f"More than {MOST_PAYLOADS} payloads are sent at once.")
    return list(found)


def _unreadable(status: int, sentence: str) -> Refused:
    return Refused(status, Outcome.UNREADABLE, sentence)


def _always() -> dict[str, str]:
    return {"Vary": "Origin", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _refusal(refused: Refused, allowed: Mapping[str, str]) -> Response:
    asks = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else {}
    return _response(refused.status, {"sentence": refused.sentence}, {**allowed, **asks})


def _response(status: int, content: Mapping[str, str], headers: Mapping[str, str]) -> Response:
    return JSONResponse(content, status, {**_always(), **headers})
