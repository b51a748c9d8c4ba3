"""Twilio's list of messages: filters by To, From and DateSent, pages by a token."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import QueryParams

from simulator.errors import error
from simulator.faults import FaultKind
from simulator.messages_api import Credentials, network_of, unauthorized
from simulator.model import Draft, Message
from simulator.network import Network
from simulator.resource import API_VERSION, date_sent, resource

router = APIRouter(prefix=f"/{API_VERSION}/Accounts/{{account_sid}}")
_DEFAULT_PAGE, _LARGEST_PAGE = 50, 1000
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_ONE_DAY, _ONE_SECOND = timedelta(days=1), timedelta(seconds=1)

SentFilter = Callable[[datetime], bool]


def _span(given: str) -> tuple[datetime, datetime]:
    """The span that a filter's value names: a day for a date, a second for a moment."""
    moment = datetime.fromisoformat(given)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment, moment + (_ONE_DAY if len(given) == len("2026-01-31") else _ONE_SECOND)


def _sent_filters(query: QueryParams) -> list[SentFilter]:
    """Tests on the date of sending; both bounds include what they name.

    Raises ValueError for a value that is no date.
    """
    filters: list[SentFilter] = []
    if exact := query.get("DateSent"):
        start, end = _span(exact)
        filters.append(lambda sent: start <= sent < end)
    if latest := query.get("DateSent<"):
        before = _span(latest)[1]
        filters.append(lambda sent: sent < before)
    if earliest := query.get("DateSent>"):
        after = _span(earliest)[0]
        filters.append(lambda sent: sent >= after)
    return filters


def _found(network: Network, account_sid: str, query: QueryParams) -> list[Message]:
    """A text still queued has no date of sending, so any filter on that date hides it."""
    filters, now, pace = _sent_filters(query), network.now(), network.settings.pace

    def passes(message: Message) -> bool:
        sent = date_sent(message, pace, now)
        return not filters or (sent is not None and all(test(sent) for test in filters))

    listed = network.listed(account_sid, query.get("To") or None)
    wanted = query.get("From")
    return [m for m in listed if passes(m) and (not wanted or m.from_number == wanted)]


def _page_size(query: QueryParams) -> int:
    given = query.get("PageSize", "")
    return min(max(int(given), 1), _LARGEST_PAGE) if given.isdigit() else _DEFAULT_PAGE


def _after_token(messages: list[Message], token: str) -> list[Message]:
    """What follows the text that the token names: new texts do not shift later pages."""
    sids = [message.sid for message in messages]
    last = "SM" + token.removeprefix("PA")
    return messages[sids.index(last) + 1 :] if last in sids else messages


def _envelope(request: Request, page: list[Message], *, more: bool) -> dict[str, object]:
    query, path = request.query_params, request.url.path
    size = _page_size(query)
    number = int(query.get("Page", "0")) if query.get("Page", "0").isdigit() else 0
    kept = [(name, query[name]) for name in _FILTERS if name in query] + [("PageSize", str(size))]
    after = [("Page", str(number + 1)), ("PageToken", f"PA{page[-1].sid[2:]}")] if more else []
    return {
        "first_page_uri": f"{path}?{urlencode([*kept, ('Page', '0')])}",
        "next_page_uri": f"{path}?{urlencode(kept + after)}" if more else None,
        "previous_page_uri": None,
        "uri": f"{path}?{request.url.query}" if request.url.query else path,
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(page) - 1, 0),
    }


@router.get("/Messages.json")
async def index(request: Request, account_sid: str, given: Credentials) -> Response:
    """Texts newest first, a page at a time."""
    network, query = network_of(request), request.query_params
    network.requests["lists"] += 1
    if (denied := unauthorized(network, account_sid, given)) is not None:
        return denied
    asked = Draft(to=query.get("To", ""), from_number=query.get("From", ""))
    fault = network.faults.first(frozenset({FaultKind.LIST_UNAVAILABLE}), asked)
    if fault is not None:
        await asyncio.sleep(fault.fire().seconds)
        return error(20500)
    try:
        found = _after_token(_found(network, account_sid, query), query.get("PageToken", ""))
    except ValueError:
        return error(20001)
    page, now = found[: _page_size(query)], network.now()
    shown = [resource(message, network.settings.pace, now) for message in page]
    envelope = _envelope(request, page, more=len(found) > len(page))
    return JSONResponse({**envelope, "messages": shown})
