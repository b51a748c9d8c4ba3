"""Whatever HTTP routes there are: called well, badly, with junk; every answer is kept."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlencode, urlsplit

from canary_stand import CanaryStand
from pydantic import SecretStr
from starlette.routing import Route
from twilio_caller import signature

from config.clinic import load_clinic
from config.link_keys import links_of
from config.loader import load_protocol
from config.public_url import public_url
from console.app import create_app
from console.desk import Desk
from console.links import LinkPages
from console.spool import Spool
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, SERVICE_SENDER

_FORM = "application/x-www-form-urlencoded"


def console_routes(stand: CanaryStand) -> dict[str, Route]:
    """Each route of the console as it is served, by method and path."""
    told = {
        "public_url": public_url(stand.settings),
        "twilio_account_sid": DEMONSTRATION_ACCOUNT,
        "twilio_auth_token": SecretStr(DEMONSTRATION_TOKEN),
        "twilio_from": SERVICE_SENDER,
    }
    settings = stand.settings.model_copy(update=told)
    clinic, records = load_clinic(settings.clinic_file), stand.session.records
    signed = links_of(settings, clinic)
    assert signed is not None
    choices = load_protocol(settings.protocol_file).steps.decision.options
    pages = LinkPages(records, signed, clinic, choices)
    app = create_app(settings, Desk(records, Spool(stand.folder / "spool", records.seals)), pages)
    routes = [route for route in app.routes if isinstance(route, Route)]
    return {f"{m} {r.path}": r for r in routes for m in (r.methods or ()) if m != "HEAD"}


async def junk_to_each_route(stand: CanaryStand, *, cut: bool) -> None:
    """Names and numbers in path, query, headers, forms and JSON, with every method."""
    for name, route in console_routes(stand).items():
        flow = f"HTTP {name}"
        for method in ("GET", "POST", *(() if cut else ("PUT", "DELETE", "OPTIONS", "HEAD"))):
            for headers, query, body in _bodies(stand, flow):
                word = stand.needles.word(flow)
                path = re.sub(r"\{[^}]+\}", quote(word), route.path)
                await call(stand, method, f"{path}{query}", body, headers)
        stand.drove(f"route: {name}")
    for path in ("", "docs", "openapi.json", "twilio/status/", "metrics", "healthz"):
        await call(stand, "GET", f"/{path}?q={quote(stand.needles.word('HTTP elsewhere'))}")
    await _raw(stand, f"GET /{stand.needles.name('HTTP broken')} HTTP/9.9\r\n\r\n")
    await _raw(stand, f"{stand.needles.name('HTTP broken')}\r\n\r\n")


def _bodies(stand: CanaryStand, flow: str) -> Iterator[tuple[dict[str, str], str, bytes]]:
    word, phone = stand.needles.word(flow), stand.needles.given[0].text
    form = {"Body": word, "From": phone, "MessageSid": "", "AccountSid": "AC0", "answer": word}
    yield {}, "", b""
    yield {"Content-Type": _FORM}, f"?i={quote(word)}", urlencode(form).encode()
    yield {"Content-Type": "application/json"}, "", json.dumps(form).encode()
    yield {"Content-Type": _FORM, "X-Twilio-Signature": word.encode().hex()}, "", b"%ff&=&&" * 9
    yield {"Content-Type": "multipart/form-data; boundary=x", "Origin": "https://x"}, "", b"--x"


async def signed_webhooks(stand: CanaryStand, phone: str) -> None:
    """Webhooks that Twilio would sign, with what it never sends."""
    word = stand.needles.word
    base = {"AccountSid": DEMONSTRATION_ACCOUNT, "From": phone, "To": SERVICE_SENDER}
    for path, fields in (
        ("/twilio/inbound", {**base, "Body": word("signed: no sid"), "MessageSid": ""}),
        ("/twilio/inbound", {**base, "Body": word("signed: long sid"), "MessageSid": "S" * 99}),
        ("/twilio/inbound", {**base, "To": "+1", "Body": word("signed: not ours")}),
        ("/twilio/inbound", {**base, "MessageSid": "SM1", "Body": f"\0{word('signed: nul')}"}),
        ("/twilio/inbound", {**base, "MessageSid": word("signed: odd sid"), "NumMedia": "x"}),
        (f"/twilio/status?i={word('signed: unknown intent')}", {**base, "MessageSid": "SM2"}),
        ("/twilio/status", {**base, "MessageSid": "SM3", "ErrorCode": word("signed: code")}),
    ):
        swapped = fields
        if "status" in path:
            swapped = {**fields, "From": SERVICE_SENDER, "To": phone, "MessageStatus": "failed"}
        url = f"{public_url(stand.settings)}{quote(path, safe='/?=')}"
        headers = {
            "Content-Type": _FORM,
            "X-Twilio-Signature": signature(url, swapped, DEMONSTRATION_TOKEN),
        }
        await call(stand, "POST", quote(path, safe="/?="), urlencode(swapped).encode(), headers)


async def open_links(stand: CanaryStand) -> int:
    """Each link that any phone has got: shown, answered with junk, answered well, opened again."""
    texts = await asyncio.to_thread(stand.control.ledger)
    links = {link for text in texts for link in re.findall(r"https?://\S+/l/[\w-]+", text.body)}
    for link in sorted(links):
        path = urlsplit(link).path
        form = {"Content-Type": _FORM, "Accept-Language": "es"}
        await call(stand, "GET", path)
        for answer in ("take", "held", "not_held", "moved", "continue_same", "x"):
            fields = {
                "answer": answer if answer != "x" else stand.needles.word("link: answer"),
                "reason": f"she told {stand.needles.word('link: reason')}",
                "wish": stand.needles.word("link: wish") if answer == "not_held" else "",
                "at": stand.needles.word("link: time"),
                "list": stand.needles.word("link: list"),
            }
            await call(stand, "POST", path, urlencode(fields).encode(), form)
    stand.drove(*(["link opened"] * len(links)))
    return len(links)


async def call(
    stand: CanaryStand,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    port: int | None = None,
) -> int:
    """Call the console; the answer's status, headers and body are kept to be searched."""
    where = port or stand.settings.port_console
    answer = await asyncio.to_thread(_asked, where, method, path, body, headers or {})
    stand.answers.add(f"{method} {urlsplit(path).path[:20]}", answer)
    return int(answer.split()[0] or 0)


def _asked(port: int, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        lines = [f"{answer.status} {answer.reason}", *(f"{k}: {v}" for k, v in answer.getheaders())]
        return "\n".join(lines).encode() + b"\n" + answer.read()
    except (OSError, HTTPException) as error:
        return f"0 {type(error).__name__}".encode()
    finally:
        connection.close()


async def _raw(stand: CanaryStand, request: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stand.settings.port_console)
    writer.write(request.encode())
    stand.answers.add("a broken request", await reader.read(4096))
    writer.close()
    await writer.wait_closed()
