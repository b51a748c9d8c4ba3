"""Who is believed: every way in which a right signature was once refused, or a wrong one taken."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from console_stand import Console, a_console, console_settings
from sealed import RING
from twilio_caller import PUBLIC, SID, TOKEN, Caller, inbound, signature, status

from records import inbound as inbound_texts
from records.database import Records, migrate

INBOUND = "/twilio/inbound"


@pytest.fixture(scope="module")
async def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db"
    await migrate(url, ring=RING)
    return url


@pytest.fixture(scope="module")
async def running(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Console]:
    settings = console_settings(
        tmp_path_factory.mktemp("state"), twilio_auth_token_previous="the-token-before"
    )
    async with a_console(database, settings) as opened:
        yield opened


@pytest.fixture
def twilio(running: Console) -> Caller:
    return running.twilio


async def test_what_twilio_signed_is_taken_and_taken_again(twilio: Caller) -> None:
    assert [await twilio.post(INBOUND, inbound()) for _ in range(3)] == [204, 204, 204]


@pytest.mark.parametrize("token", [TOKEN, "the-token-before"])
async def test_two_tokens_are_good_while_one_is_changed(twilio: Caller, token: str) -> None:
    assert await twilio.with_token(token).post(INBOUND, inbound()) == 204


async def test_a_token_that_was_never_ours_is_not(twilio: Caller) -> None:
    assert await twilio.with_token("a-guess").post(INBOUND, inbound()) == 403


@pytest.mark.parametrize(
    "signed",
    [
        PUBLIC + ":443" + INBOUND,  # Twilio's back ends differ about the default port
        PUBLIC + INBOUND,
    ],
)
async def test_the_default_port_may_be_said_or_not(twilio: Caller, signed: str) -> None:
    assert await twilio.post(INBOUND, inbound(), signed=signed) == 204


@pytest.mark.parametrize(
    "signed",
    [
        "http://texts.clinic.example" + INBOUND,
        "https://10.0.0.7" + INBOUND,
        "https://other.example" + INBOUND,
        PUBLIC + ":8443" + INBOUND,
        PUBLIC + INBOUND + "/",
        PUBLIC + INBOUND + "?i=1",
        PUBLIC + "/twilio/status",
        PUBLIC + "/TWILIO/inbound",
    ],
)
async def test_a_signature_for_another_url_is_refused(twilio: Caller, signed: str) -> None:
    assert await twilio.post(INBOUND, inbound(), signed=signed) == 403


async def test_what_the_request_says_of_its_own_url_is_not_believed(twilio: Caller) -> None:
    headers = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
    }
    signed = "http://evil.example" + INBOUND
    assert await twilio.post(INBOUND, inbound(), signed=signed, **headers) == 403
    assert await twilio.post(INBOUND, inbound(), **headers) == 204


@pytest.mark.parametrize(
    "query", ["?i=a%20b", "?i=a+b", "?i=J-1%2Ft1%2Ftext", "?i=J-1/t1/text", "?i=&b", "?i=%c3%a9"]
)
async def test_the_query_is_signed_as_it_was_written(twilio: Caller, query: str) -> None:
    path = "/twilio/status" + query
    assert await twilio.post(path, status("sent")) == 204
    other = path.replace("%20", "+") if "%20" in path else path.replace("i=", "i=x")
    assert await twilio.post(path, status("sent"), signed=PUBLIC + other) == 403


async def test_an_altered_or_missing_query_is_refused(twilio: Caller) -> None:
    signed = PUBLIC + "/twilio/status?i=J-1"
    for path in ("/twilio/status", "/twilio/status?i=J-2", "/twilio/status?i=J-1&i=J-2"):
        assert await twilio.post(path, status("sent"), signed=signed) == 403


async def test_blank_fields_are_part_of_what_is_signed(twilio: Caller) -> None:
    assert inbound()["FromCity"] == ""
    assert await twilio.post(INBOUND, inbound(Body="")) == 204
    without = {name: value for name, value in inbound().items() if value}
    headers = {"X-Twilio-Signature": signature(PUBLIC + INBOUND, inbound())}
    assert await twilio.raw(INBOUND, urlencode(without).encode(), headers) == 403


@pytest.mark.parametrize("given", [None, "", "nonsense", "\xe9\xff"])
async def test_a_missing_or_unreadable_signature_is_refused(
    twilio: Caller, given: str | None
) -> None:
    headers = {} if given is None else {"X-Twilio-Signature": given}
    assert await twilio.raw(INBOUND, urlencode(inbound()).encode(), headers) == 403


async def test_no_header_chooses_another_algorithm(twilio: Caller) -> None:
    fields = inbound()
    signed = PUBLIC + INBOUND + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha256).digest()
    headers = {
        "X-Twilio-Signature": base64.b64encode(digest).decode(),
        "X-Twilio-Webhooks-Signature-Settings": "key=any,algorithm=HMAC_SHA256",
    }
    assert await twilio.raw(INBOUND, urlencode(fields).encode(), headers) == 403
    empty = {"X-Twilio-Webhooks-Signature-Settings": "algorithm=none"}
    assert await twilio.post(INBOUND, fields, **empty) == 204


async def test_a_changed_field_is_refused(twilio: Caller) -> None:
    headers = {"X-Twilio-Signature": signature(PUBLIC + INBOUND, inbound())}
    for changed in (inbound("STOP"), inbound(From="+14155550199"), inbound(Extra="")):
        assert await twilio.raw(INBOUND, urlencode(changed).encode(), headers) == 403


async def test_a_second_value_of_a_field_is_not_smuggled_in(twilio: Caller) -> None:
    body = urlencode([*inbound().items(), ("Body", "STOP")]).encode()
    headers = {"X-Twilio-Signature": signature(PUBLIC + INBOUND, inbound())}
    assert await twilio.raw(INBOUND, body, headers) == 403


@pytest.mark.parametrize("body", [b"Body=%ff%fe", b"\xff\xfe=\x00", b"&&&=", b"", b"%"])
async def test_bytes_that_are_no_text_crash_nothing(twilio: Caller, body: bytes) -> None:
    headers = {"X-Twilio-Signature": signature(PUBLIC + INBOUND, inbound())}
    assert await twilio.raw(INBOUND, body, headers) == 403


async def test_words_of_every_script_are_kept_as_written(twilio: Caller, database: str) -> None:
    words = "¿Mañana? 好 🙏 +1 a&b=c%20d \r\n\u2019"
    sid = "MM" + "9" * 32
    assert await twilio.post(INBOUND, inbound(words, MessageSid=sid)) == 204
    records = await Records.open(database, ring=RING)
    stored = await inbound_texts.get(records, sid)
    await records.close()
    assert stored is not None
    assert stored.body == words


@pytest.mark.parametrize("left_on", [True, False])
async def test_a_proxy_may_take_the_prefix_off_or_leave_it(
    database: str, tmp_path: Path, left_on: bool
) -> None:
    public = "https://clinic.example/texts"
    async with a_console(database, console_settings(tmp_path, public_url=public)) as behind:
        path = ("/texts" if left_on else "") + INBOUND
        fields = inbound(MessageSid=SID)
        assert await behind.twilio.post(path, fields, signed=public + INBOUND) == 204
        elsewhere = "https://clinic.example" + INBOUND
        assert await behind.twilio.post(path, fields, signed=elsewhere) == 403


async def test_a_port_of_its_own_is_part_of_the_url(database: str, tmp_path: Path) -> None:
    public = "https://clinic.example:8443"
    async with a_console(database, console_settings(tmp_path, public_url=public)) as behind:
        assert await behind.twilio.post(INBOUND, inbound()) == 204


async def test_without_a_public_url_there_are_no_webhooks(database: str, tmp_path: Path) -> None:
    async with a_console(database, console_settings(tmp_path, public_url=None)) as closed:
        assert await closed.twilio.post(INBOUND, inbound()) == 404
        assert await closed.twilio.raw("/healthz", b"", {}, method="GET") == 200
