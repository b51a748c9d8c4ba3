"""The codec endpoint: opens for the UI's pages alone, and writes down for whom, first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from codec_stand import (
    AUDITOR,
    NAMESPACE,
    ORIGIN,
    REFERENCE,
    WORDS,
    Browser,
    a_codec,
    in_clear,
    sealed,
)
from sealed import KEYS, RING
from sqlalchemy import insert, update

from config.key_ring import KeyRing, a_new_key, keys_in
from console import codec as endpoint
from console import codec_book
from console.codec_readers import OnThisMachine
from local.ports import free_port
from pathway.roles import Role
from records import decodes, restriction
from records.database import Records
from records.decodes import Noted
from records.tables import Erasure, Journey, Patient

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
OTHER = "J-9876543210"


@pytest.fixture
async def page(records: Records) -> AsyncIterator[Browser]:
    async with a_codec(records) as opened:
        yield opened


async def noted(records: Records) -> list[tuple[Any, ...]]:
    found: tuple[Noted, ...] = await decodes.between(
        records, datetime.now(UTC) - timedelta(minutes=5), datetime.now(UTC)
    )
    return [(n.who, n.role, n.reference, n.outcome.value, n.payloads) for n in found]


async def restricted(records: Records, reference: str = REFERENCE) -> None:
    """A patient whose journey has ended and whose record is restricted."""
    who = {"given_name": "Ada", "family_name": "Quill", "born": NOON.date(), "identity": "x"}
    row = {"phone_kind": "mobile", "language": "en", "text_consent": True, "enrolled_at": NOON}
    ended = {"stage": "ended", "waits_for": "", "ended": True, "through": 1, "as_of": NOON}
    async with records.begin() as session:
        await session.execute(insert(Patient).values(reference=reference, **who, **row))
        no = dict.fromkeys(("texts_held", "opted_out", "deceased"), False)
        await session.execute(insert(Journey).values(reference=reference, **ended, **no))
    by: Any = {"by": "lena.roth", "role": Role.PRIVACY_OFFICER, "at": NOON}
    await restriction.restrict(records, reference, restricted=True, **by)


async def test_a_page_reads_what_was_sealed_and_the_book_says_who(
    page: Browser, records: Records
) -> None:
    answer = await page.decode([await sealed(), await sealed("more"), await sealed("x", OTHER)])
    assert answer.said == [WORDS, "more", "x"]
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"
    assert answer.headers["cache-control"] == "no-store"
    assert sorted(await noted(records)) == [
        ("pat.ops", "ops", REFERENCE, "opened", 2),
        ("pat.ops", "ops", OTHER, "opened", 1),
    ]


async def test_a_browser_is_told_beforehand_what_it_may_send(page: Browser) -> None:
    answer = await page.ask("OPTIONS", "/codec/decode", Access_Control_Request_Method="POST")
    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["vary"] == "Origin"
    asks = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert set(asks) == {"content-type", "x-namespace", "authorization", "authorization-extras"}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://temporal.clinic.example:443",
        "http://temporal.clinic.example",
        "https://temporal.clinic.example.evil.example",
        "https://TEMPORAL.clinic.example",
        "http://127.0.0.1:8233",
    ],
)
@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
async def test_no_other_origin_is_answered(
    page: Browser, records: Records, origin: str | None, method: str
) -> None:
    answer = await page.ask(method, "/codec/decode", "{}", Origin=origin)
    assert answer.status == 403
    assert not any(name.startswith("access-control") for name in answer.headers)
    assert answer.headers["vary"] == "Origin"
    assert await noted(records) == [("", "", "", "wrong_origin", 0)]


async def test_two_names_of_one_machine_are_two_origins(records: Records) -> None:
    here = ("http://127.0.0.1:8233", "http://localhost:8233")
    async with a_codec(records, origins=here) as page:
        for origin in here:
            answer = await page.decode([await sealed()], Origin=origin)
            assert answer.headers["access-control-allow-origin"] == origin


async def test_another_namespace_is_refused_and_noted(page: Browser, records: Records) -> None:
    for namespace in (None, "default", "waymark2"):
        answer = await page.decode([await sealed()], X_Namespace=namespace)
        assert answer.status == 403
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert WORDS not in answer.body
    assert await noted(records) == [("pat.ops", "ops", "", "wrong_namespace", 0)] * 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/codec/encode", 404),
        ("OPTIONS", "/codec/encode", 404),
        ("POST", "/codec/download", 404),
        ("POST", "/codec/decode/", 404),
        ("GET", "/codec/decode", 405),
        ("POST", "/twilio/inbound", 404),
        ("GET", "/healthz", 200),
    ],
)
async def test_it_decodes_and_does_nothing_else(
    page: Browser, method: str, path: str, status: int
) -> None:
    assert (await page.ask(method, path)).status == status


async def test_one_that_does_not_open_holds_up_no_other(page: Browser, records: Records) -> None:
    strange = KeyRing(keys_in(a_new_key("stranger")))
    changed, moved, junk = [await sealed() for _ in range(3)]
    changed.data = changed.data[:-1] + b"x"
    moved.metadata["encryption-bound-to"] = OTHER.encode()
    junk.metadata["encryption-bound-to"] = b"Ada Quill, +14155550132"
    junk.metadata["encryption-key-id"] = b"Ada Quill"
    sent = [changed, moved, await sealed(ring=strange), junk, await sealed("all is well")]
    said = (await page.decode(sent)).said
    lost = "cannot be opened: it was changed, or was sealed for another journey"
    assert said == [
        lost,
        lost,
        "cannot be opened: it was sealed with the key stranger, which is not among the keys",
        "cannot be opened: it was sealed with a key, which is not among the keys",
        "all is well",
    ]
    # What was not opened may say anything of itself; only a reference is kept of it.
    assert sorted(await noted(records)) == [
        ("pat.ops", "ops", "", "no_key", 1),
        ("pat.ops", "ops", REFERENCE, "changed", 1),
        ("pat.ops", "ops", REFERENCE, "no_key", 1),
        ("pat.ops", "ops", REFERENCE, "opened", 1),
        ("pat.ops", "ops", OTHER, "changed", 1),
    ]


async def test_what_is_in_clear_goes_back_as_it_came(page: Browser, records: Records) -> None:
    """Search attributes are never sealed, and the browser has them already."""
    assert (await page.decode([in_clear("preparation")])).payloads == [in_clear("preparation")]
    assert await noted(records) == []


async def test_keys_rotate_and_both_open(records: Records) -> None:
    old = KeyRing(keys_in(KEYS.replace(",", "\n").splitlines()[1]))
    both = KeyRing(keys_in(a_new_key("next") + KEYS.replace(",", "\n")))
    async with a_codec(records, ring=both) as page:
        answer = await page.decode([await sealed("a", ring=old), await sealed("b", ring=both)])
        assert answer.said == ["a", "b"]


async def test_rule_29_a_restricted_record_opens_for_an_auditor_alone(records: Records) -> None:
    await restricted(records)
    async with a_codec(records) as page:
        said = (await page.decode([await sealed(), await sealed("x", OTHER)])).said
    assert "restricted" in said[0]
    assert said[1] == "x"
    async with a_codec(records, OnThisMachine(AUDITOR)) as page:
        assert (await page.decode([await sealed()])).said == [WORDS]
    assert sorted(await noted(records)) == [
        ("lena.roth", "auditor", REFERENCE, "opened", 1),
        ("pat.ops", "ops", REFERENCE, "restricted", 1),
        ("pat.ops", "ops", OTHER, "opened", 1),
    ]


async def test_rule_29_care_that_is_open_hides_nothing_from_ops(records: Records) -> None:
    await restricted(records)
    async with records.begin() as session:
        await session.execute(update(Journey).values(ended=False))
    async with a_codec(records) as page:
        assert (await page.decode([await sealed()])).said == [WORDS]


async def test_rule_29_who_was_erased_is_opened_for_nobody(records: Records) -> None:
    row = {"at": NOON, "by": "lena.roth", "role": "privacy_officer", "entries": 1, "texts": 0}
    async with records.begin() as session:
        await session.execute(insert(Erasure).values(reference=REFERENCE, **row))
    async with a_codec(records, OnThisMachine(AUDITOR)) as page:
        assert (await page.decode([await sealed()])).said == [
            "cannot be opened: the patient was erased"
        ]


async def test_while_the_records_are_away_nothing_is_opened() -> None:
    nowhere = f"postgresql://w:hunter2@127.0.0.1:{free_port()}/w"
    away = await Records.open(nowhere, ring=RING, patience=timedelta(seconds=0.3))
    async with a_codec(away) as page:
        answer = await page.decode([await sealed()])
        assert answer.status == 503
        assert "none is opened" in answer.body
        assert WORDS not in answer.body
        assert (await page.decode([await sealed()], Origin=None)).status == 403, "still refused"
    await away.close()


async def test_an_answer_does_not_leave_before_it_is_noted(
    page: Browser, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_write = asyncio.Event(), asyncio.Event()
    note = decodes.note

    async def slowly(*given: Any) -> None:
        asked.set()
        await may_write.wait()
        await note(*given)

    monkeypatch.setattr(decodes, "note", slowly)
    answering = asyncio.create_task(page.decode([await sealed()]))
    await asked.wait()
    await asyncio.sleep(0.1)
    assert not answering.done()
    may_write.set()
    assert (await answering).said == [WORDS]
    assert len(await noted(records)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("[", 400),
        (b"\xff\xfe", 400),
        ("[" * 100_000, 400),
        ('{"payloads": 7}', 400),
        ('{"payloads": [{"data": 7}]}', 400),
        (b" " * (endpoint.LARGEST_BODY + 1), 413),
        ('{"payloads": [%s{}]}' % ("{}," * endpoint.MOST_PAYLOADS), 413),
    ],
)
async def test_what_is_no_list_of_payloads_is_refused(
    page: Browser, body: str | bytes, status: int
) -> None:
    assert (await page.ask("POST", "/codec/decode", body)).status == status


async def test_a_form_of_another_page_is_refused(page: Browser) -> None:
    """A browser sends such a form without asking beforehand."""
    answer = await page.decode([], Content_Type="text/plain")
    assert answer.status == 415


async def test_too_many_journeys_at_once_are_refused(page: Browser) -> None:
    many = [await sealed("x", f"J-{n:010}") for n in range(endpoint.MOST_JOURNEYS + 1)]
    assert (await page.decode(many)).status == 413
    assert (await page.decode(many[1:])).status == 200


async def test_what_is_new_in_the_ui_does_not_break_it(page: Browser) -> None:
    body = '{"payloads": [{"metadata": {}, "data": "", "somethingNew": 1}], "more": true}'
    assert (await page.ask("POST", "/codec/decode", body)).status == 200


async def test_whoever_knocks_without_end_does_not_fill_the_book(
    page: Browser, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec_book, "REFUSALS_A_MINUTE", 3)
    for _ in range(6):
        assert (await page.decode([], Origin=None)).status == 403
    assert await noted(records) == [("", "", "", "wrong_origin", 0)] * 3
    # Meanwhile nobody who is known is refused without a trace.
    await page.decode([], X_Namespace="default")
    assert (await noted(records))[3:] == [("pat.ops", "ops", "", "wrong_namespace", 0)]


async def test_nothing_of_a_request_is_logged(
    page: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    await page.decode([await sealed()], Authorization="Bearer a-secret-token")
    await page.decode([in_clear()], Origin="https://evil.example", X_Namespace="Ada Quill")
    said = capsys.readouterr()
    for word in (WORDS, "a-secret-token", "evil.example", "Ada Quill", NAMESPACE):
        assert word not in said.out + said.err
