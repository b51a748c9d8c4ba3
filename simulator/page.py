"""The page of phones: a card for each, with the texts it received, newest last."""

from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from simulator.messages_api import network_of
from simulator.model import Model, Phone, PhoneKind, Received
from simulator.network import Network

router = APIRouter()
_ASSETS = {"phones.css": "text/css", "phones.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_templates = Environment(
    loader=PackageLoader("simulator", "web"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
)


class _Card(Model):
    phone: Phone
    note: str
    texts: tuple[Received, ...]


def _note(phone: Phone) -> str:
    """What is special about a phone; empty for an ordinary mobile."""
    kind = "" if phone.kind is PhoneKind.MOBILE else phone.kind.replace("_", " ")
    return ", ".join(filter(None, (kind, "opted out" if phone.opted_out else "")))


def _cards(network: Network) -> list[_Card]:
    texts: dict[str, list[Received]] = {}
    for received in network.ledger():
        texts.setdefault(received.to, []).append(received)
    return [
        _Card(phone=phone, note=_note(phone), texts=tuple(texts.get(phone.number, ())))
        for phone in network.phones()
    ]


@router.get("/")
async def phones(request: Request) -> HTMLResponse:
    """All phones; refreshes itself."""
    page = _templates.get_template("phones.html").render(cards=_cards(network_of(request)))
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page, headers=headers)


@router.get("/web/{name}")
async def asset(name: str) -> Response:
    """The page's style and script."""
    if name not in _ASSETS:
        raise HTTPException(404)
    content = (files("simulator") / "web" / name).read_bytes()
    return Response(content, media_type=_ASSETS[name])
