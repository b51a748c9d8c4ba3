"""The page of phones: one can read each, and write on it."""

from importlib.resources import files
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from simulator.cards import cards
from simulator.control_api import Number
from simulator.messages_api import network_of
from simulator.model import E164_PATTERN, Reply

router = APIRouter()
_ASSETS = {"phones.css": "text/css", "phones.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_templates = Environment(
    loader=PackageLoader("simulator", "web"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Body = Annotated[str, Form(max_length=3200)]
"""Browsers send two characters for the end of a line, so longer than a text may be."""
NumberField = Annotated[str, Form(pattern=E164_PATTERN)]


@router.get("/")
async def phones(request: Request) -> HTMLResponse:
    """All phones; refreshes itself."""
    network = network_of(request)
    shown = {"cards": cards(network), "inbound": network.inbound, "senders": network.senders()}
    page = _templates.get_template("phones.html").render(shown)
    return HTMLResponse(page, headers=_HEADERS)


@router.post("/phones/{number}/replies")
async def answer(request: Request, number: Number, body: Body = "") -> Response:
    """What the form below a phone sends."""
    return _written(request, number, body, None)


@router.post("/replies")
async def write(
    request: Request, number: NumberField, to: NumberField, body: Body = ""
) -> Response:
    """What the form for any phone sends: also for one that has received nothing yet."""
    return _written(request, number, body, to)


def _written(request: Request, number: str, body: str, to: str | None) -> Response:
    _refuse_other_sites(request)
    text = body.replace("\r\n", "\n")
    if len(text) > 1600:
        raise HTTPException(422, "a text has 1,600 characters at most")
    network_of(request).write(number, Reply(body=text, to=to))
    return RedirectResponse(f"/#phone-{number.removeprefix('+')}", status_code=303)


def _refuse_other_sites(request: Request) -> None:
    """A form of another site must not write on these phones from a visitor's browser."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "only the page of phones may write on them")


@router.get("/web/{name}")
async def asset(name: str) -> Response:
    """The page's style and script."""
    if name not in _ASSETS:
        raise HTTPException(404)
    content = (files("simulator") / "web" / name).read_bytes()
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=_ASSETS[name], headers=headers)
