"""What is kept of webhooks, in whatever order and however often they come, and what is refused."""

import asyncio
import re
from datetime import UTC, datetime
from itertools import permutations, product
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from console_stand import Console, a_console, console_settings
from enrolled import enrolled, opted_out
from twilio_caller import NUMBER, PUBLIC, SID, inbound, signature, status

from console import bodies, forms
from pathway.protocol import Template
from records import deliveries, text_status, texts
from records import inbound as inbound_texts
from records.database import Records
from records.text_model import TextState
from workers.metrics.counters import WEBHOOK_REFUSALS
from workflows.messages import SendText

INBOUND, STATUS = "/twilio/inbound", "/twilio/status"
SERVICE = "MG" + "5" * 32
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
CONSOLE = Path(forms.__file__).parent


async def posted(records: Records) -> str:
    """A text in the moment between its POST and the answer to it."""
    reference = await enrolled(records)
    send = SendText(
        reference=reference,
        intent=f"{reference}/t1/infusion/a1/text/day",
        template=Template.CHECKIN_THANKS,
        as_of=NOW,
    )
    await texts.reserve(records, send, "see you")
    assert await texts.mark_posting(records, send.intent, NOW)
    return send.intent


def callback(intent: str) -> str:
    return f"{STATUS}?i={quote(intent, safe='')}"


async def stands(records: Records) -> str | None:
    found = text_status.standing(await text_status.history(records, SID))
    return found.status if found else None


async def test_a_text_is_stored_once_however_often_it_comes(
    console: Console, records: Records
) -> None:
    reference = await enrolled(records)
    calls = (console.twilio.post(INBOUND, inbound("hola ¿qué?", NumMedia="2")) for _ in range(8))
    assert set(await asyncio.gather(*calls)) == {204}
    (stored,) = await inbound_texts.not_routed(records)
    assert (stored.sid, stored.body, stored.num_media) == (SID, "hola ¿qué?", 2)
    assert (stored.references, stored.keyword, stored.opt_out_type) == ((reference,), None, None)
    assert console.spool.waiting() == ()


@pytest.mark.parametrize(
    "fields",
    [inbound("STOP"), inbound("no me escriban", OptOutType="STOP"), inbound("cancel")],
    ids=["keyword", "provider's word", "cancel"],
)
async def test_a_stop_stands_when_it_is_answered(
    console: Console, records: Records, fields: dict[str, str]
) -> None:
    reference = await enrolled(records)
    assert await console.twilio.post(INBOUND, fields) == 204
    assert await opted_out(records, reference)
    back = inbound("START", MessageSid="SM" + "2" * 32)
    assert await console.twilio.post(INBOUND, back) == 204
    assert not await opted_out(records, reference)


ORDERS = [
    order
    for words in (
        ("queued", "sent", "delivered"),
        ("queued", "sending", "sent", "undelivered"),
        ("sent", "delivered", "sent", "delivered"),
    )
    for order in sorted(set(permutations(words)))
]


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_in_any_order_the_end_stands_and_the_text_is_claimed(
    console: Console, records: Records, order: tuple[str, ...]
) -> None:
    intent = await posted(records)
    ended = None
    for word in order:
        code = {"ErrorCode": "30005"} if word == "undelivered" else {}
        assert await console.twilio.post(callback(intent), status(word, **code)) == 204
        ended = ended or (word if word in {"delivered", "undelivered"} else None)
        if ended:
            assert await stands(records) == ended, "an end was taken back"
    assert await stands(records) in {"delivered", "undelivered"}
    stored = await texts.get(records, intent)
    assert stored is not None
    assert (stored.state, stored.sid) == (TextState.ADOPTED, SID)
    words = {said.status: said.provider_code for said in await text_status.history(records, SID)}
    assert words.keys() == set(order)
    assert words.get(text_status.Delivery.UNDELIVERED, 30005) == 30005


async def test_two_ends_in_either_order_are_the_first(console: Console, records: Records) -> None:
    for number, (first, second) in enumerate(product(("delivered", "failed"), repeat=2)):
        sid = f"SM{number:032x}"
        for word in (first, second):
            fields = status(word, MessageSid=sid)
            assert await console.twilio.post(STATUS, fields) == 204
    # None of these messages is known, so nothing is believed of them.
    assert len(await deliveries.parked(records)) == 6
    assert await text_status.history(records, "SMdeliveredfailed") == ()


async def test_an_unknown_message_is_parked_and_answered(
    console: Console, records: Records
) -> None:
    intent = await posted(records)
    assert await console.twilio.post(STATUS, status("failed", ErrorCode="30003")) == 204
    other = callback("J-0123456789/e1/rung/1/mara.voss")
    assert await console.twilio.post(other, status("sent")) == 204
    assert len(await deliveries.parked(records)) == 2
    stored = await texts.get(records, intent)
    assert stored is not None
    assert (stored.state, stored.sid) == (TextState.POSTING, None)
    assert await stands(records) is None


@pytest.mark.parametrize("code", ["", "none", "30005x", "9" * 40])
async def test_a_code_that_is_no_number_does_not_cost_the_word(
    console: Console, records: Records, code: str
) -> None:
    intent = await posted(records)
    assert await console.twilio.post(callback(intent), status("failed", ErrorCode=code)) == 204
    (said,) = await text_status.history(records, SID)
    assert (said.status, said.provider_code) == ("failed", None)


async def test_a_word_that_is_new_is_kept(console: Console, records: Records) -> None:
    intent = await posted(records)
    assert await console.twilio.post(callback(intent), status("teleported")) == 204
    assert [each.status for each in await deliveries.parked(records)] == ["teleported"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (INBOUND, inbound(AccountSid="AC" + "8" * 32)),
        (INBOUND, inbound(AccountSid="")),
        (INBOUND, inbound(To="+15005550007")),
        (INBOUND, inbound(To="")),
        (INBOUND, inbound(To="+15005550007", MessagingServiceSid=SERVICE)),
        (STATUS, status("sent", AccountSid="AC" + "8" * 32)),
        (STATUS, status("sent", From="+15005550007")),
        (STATUS, status("sent", From="", MessagingServiceSid=SERVICE)),
    ],
)
async def test_another_account_or_number_is_refused(
    console: Console, records: Records, path: str, fields: dict[str, str]
) -> None:
    assert await console.twilio.post(path, fields) == 403
    assert await inbound_texts.not_routed(records) == ()
    assert await deliveries.parked(records) == ()


async def test_any_number_of_our_messaging_service_is_ours(
    records: Records, records_url: str, tmp_path: Path
) -> None:
    settings = console_settings(tmp_path, twilio_from=None, twilio_messaging_service_sid=SERVICE)
    async with a_console(records_url, settings) as console:
        pooled = inbound(To="+15005550009", MessagingServiceSid=SERVICE)
        assert await console.twilio.post(INBOUND, pooled) == 204
        assert await console.twilio.post(INBOUND, inbound(To=NUMBER)) == 403
        assert await console.twilio.post(STATUS, status("failed", From="")) == 204


async def test_a_text_without_a_name_is_refused(console: Console, records: Records) -> None:
    for sid in ("", "S" * 65, "Ann Quill", "SM1/../2"):
        fields = inbound(MessageSid=sid, SmsMessageSid=sid)
        assert await console.twilio.post(INBOUND, fields) == 400
    old = inbound(SmsMessageSid=SID)
    del old["MessageSid"]
    assert await console.twilio.post(INBOUND, old) == 204
    assert console.spool.waiting() == ()


async def test_a_body_may_not_be_long(console: Console) -> None:
    long = inbound("x" * forms.LARGEST_BODY)
    assert await console.twilio.post(INBOUND, long) == 413
    just = inbound("x" * (forms.LARGEST_BODY - 1000))
    assert await console.twilio.post(INBOUND, just) == 204
    headers = {"Content-Length": "", "Transfer-Encoding": "chunked"}
    chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
    assert await console.twilio.raw(INBOUND, chunk * 17 + b"0\r\n\r\n", headers) == 413


async def test_a_form_may_not_have_many_fields(console: Console) -> None:
    many = {f"Field{n}": "" for n in range(forms.MOST_FIELDS)}
    assert await console.twilio.post(INBOUND, inbound() | many) == 400
    fewer = {f"Field{n}": "" for n in range(forms.MOST_FIELDS - 20)}
    assert await console.twilio.post(INBOUND, inbound() | fewer) == 204


async def test_a_body_that_does_not_end_is_not_waited_for(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SLOWEST_BODY_SECONDS", 0.2)
    async with asyncio.timeout(5):
        assert await console.twilio.raw(INBOUND, b"Body=a", {}, length=500) == 408


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", ""])
async def test_only_a_form_is_read(console: Console, kind: str) -> None:
    headers = {
        "Content-Type": kind,
        "X-Twilio-Signature": signature(PUBLIC + INBOUND, inbound()),
    }
    assert await console.twilio.raw(INBOUND, urlencode(inbound()).encode(), headers) == 415


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD"])
async def test_only_a_post_is_read(console: Console, method: str) -> None:
    assert await console.twilio.raw(INBOUND, b"", {}, method) == 405


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/twilio/inbound/", "/twilio", "/"])
async def test_nothing_else_is_there(console: Console, path: str) -> None:
    assert await console.twilio.post(path, inbound()) == 404


def test_every_reason_to_refuse_is_counted_from_the_start() -> None:
    """A series that begins with its first event hides it from every rule."""
    sources = [path.read_text(encoding="utf-8") for path in CONSOLE.glob("*.py")]
    reasons = {r for source in sources for r in re.findall(r'Unacceptable\(\d+, "(\w+)"\)', source)}
    assert reasons == set(WEBHOOK_REFUSALS)
