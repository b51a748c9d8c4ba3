"""Twilio's Messages resource: create and fetch. Lists are in listing.py."""

import asyncio
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from starlette.datastructures import FormData

from simulator.checks import refusal
from simulator.connections import CutOff
from simulator.errors import error
from simulator.faults import AFTER_ACCEPT, BEFORE_ACCEPT, Fault, FaultKind
from simulator.model import Draft, Message
from simulator.network import Network
from simulator.resource import API_VERSION, resource

router = APIRouter(prefix=f"/{API_VERSION}/Accounts/{{account_sid}}")
_GATEWAY_PAGE = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
_basic = HTTPBasic(auto_error=False)
Credentials = Annotated[HTTPBasicCredentials | None, Depends(_basic)]


def network_of(request: Request) -> Network:
    """The network that this application serves."""
    network: Network = request.app.state.network
    return network


def unauthorized(network: Network, account_sid: str, given: Credentials) -> Response | None:
    """Twilio's 401 unless the credentials are those of the account in the path."""
    token = network.settings.accounts.get(given.username) if given else None
    if given and token and secrets.compare_digest(token.encode(), given.password.encode()):
        return None if given.username == account_sid else error(20404, path=account_sid)
    return error(20003, headers={"WWW-Authenticate": 'Basic realm="Twilio API"'})


def _draft(form: FormData) -> Draft:
    def field(name: str) -> str:
        value = form.get(name, "")
        return value if isinstance(value, str) else ""

    return Draft(
        to=field("To"),
        from_number=field("From"),
        messaging_service_sid=field("MessagingServiceSid"),
        body=field("Body"),
        status_callback=field("StatusCallback"),
    )


def _without_accepting(fault: Fault, draft: Draft) -> Response:
    match fault.kind:
        case FaultKind.RATE_LIMIT:
            after = fault.retry_after
            return error(20429, draft, headers={} if after is None else {"Retry-After": str(after)})
        case FaultKind.HTML_503:
            return HTMLResponse(_GATEWAY_PAGE, status_code=503)
        case FaultKind.DROP_BEFORE_ACCEPT:
            return CutOff()
        case _:
            return error(20500, draft)


async def _after_accepting(fault: Fault, answer: Response) -> Response:
    match fault.kind:
        case FaultKind.ACCEPT_THEN_DROP:
            return CutOff()
        case FaultKind.ACCEPT_THEN_500:
            return error(20500)
        case FaultKind.BAD_JSON:
            half = bytes(answer.body)[: len(answer.body) // 2]
            return Response(half, status_code=201, media_type="application/json")
        case _:
            await asyncio.sleep(fault.seconds)
            return answer


def _shown(network: Network, message: Message, status: int = 200) -> Response:
    shown = resource(message, network.settings.pace, network.now())
    return JSONResponse(shown, status_code=status)


@router.post("/Messages.json")
async def create(request: Request, account_sid: str, given: Credentials) -> Response:
    """Accept a text, or refuse it as Twilio would, or do what the script of faults says."""
    network = network_of(request)
    network.requests["creates"] += 1
    if (denied := unauthorized(network, account_sid, given)) is not None:
        return denied
    draft = _draft(await request.form())
    fault = network.faults.first(BEFORE_ACCEPT | AFTER_ACCEPT, draft)
    if fault and fault.fault.kind in BEFORE_ACCEPT:
        return _without_accepting(fault.fire(), draft)
    code = refusal(draft, network.settings.senders) or network.meets(draft).refusal
    if code is not None:
        return error(code, draft)
    message = network.accept(draft, account_sid)
    answer = _shown(network, message, 201)
    await network.announce(message)
    return await _after_accepting(fault.fire(), answer) if fault else answer


@router.get("/Messages/{sid}.json")
async def fetch(request: Request, account_sid: str, sid: str, given: Credentials) -> Response:
    """One text as it stands now."""
    network = network_of(request)
    network.requests["fetches"] += 1
    if (denied := unauthorized(network, account_sid, given)) is not None:
        return denied
    message = network.message(account_sid, sid)
    if message is None:
        return error(20404, path=request.url.path)
    return _shown(network, message)
