"""The link in a page: hers, the same when it is tried again, and never what a page waits for."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from a_page import MONDAY_NOON, a_page
from database_proxy import Proxy, through
from link_phone import SIGNED
from sealed import RING
from temporalio.exceptions import ApplicationError

from activities.page_links import PageLinks
from activities.page_sending import PageSender
from activities.page_words import together
from activities.paging import Paging
from activities.provider import Provider
from config.clinic import load_clinic
from config.gsm7 import segments
from pathway.roles import Role
from records import links, pages
from records.database import Records
from records.engine import database_url
from records.errors import RecordsError
from records.link_making import take_id
from records.links import LinkKind
from records.page_model import Listed, Post
from simulator.background import BackgroundNetwork
from simulator.faults import FaultKind


def paging_with_links(provider: Provider, records: Records) -> Paging:
    clinic = load_clinic()
    sender = PageSender(provider, clinic, links=PageLinks(records, SIGNED))
    return Paging(provider, clinic, sender)


def linked(body: str) -> str | None:
    """The id of the link that a page ends in."""
    found = re.search(r"Take it: https://texts\.clinic\.example/l/(\S+)$", body)
    return SIGNED.id_of(found[1]) if found else None


async def test_everybody_paged_gets_a_link_of_her_own(
    provider: Provider, network: BackgroundNetwork, records: Records
) -> None:
    paging = paging_with_links(provider, records)
    outcome = await paging.send_page(a_page())
    found = {text.to: linked(text.body) or "" for text in network.control.ledger()}
    stored = {to: await links.get(records, id_) for to, id_ in found.items()}
    clinic = load_clinic()
    assert len(stored) == len(outcome.reached) > 1
    for to, link in stored.items():
        assert link is not None
        person = clinic.staff(link.whom)
        assert person is not None
        assert (person.phone, link.kind, link.about) == (to, LinkKind.TAKE, "e1")
        assert link.expires_at == MONDAY_NOON + timedelta(hours=12)


async def test_a_page_that_is_tried_again_carries_the_same_link(
    provider: Provider, network: BackgroundNetwork, records: Records
) -> None:
    network.control.fault(FaultKind.ACCEPT_THEN_DROP)
    for _ in range(2):  # as after a crash: a page may go twice, and never be lost
        paging = paging_with_links(provider, records)
        with contextlib.suppress(ApplicationError):
            await paging.send_page(a_page(person="dr.hale"))
    bodies = [text.body for text in network.control.ledger()]
    assert [fault.fired for fault in network.control.faults()] == [1]
    assert len(bodies) == 2
    assert len(set(bodies)) == 1
    assert linked(bodies[0])


async def test_an_all_clear_carries_none(
    provider: Provider, network: BackgroundNetwork, records: Records
) -> None:
    paging = paging_with_links(provider, records)
    await paging.send_page(a_page(all_clear=True, person="dr.hale"))
    (text,) = network.control.ledger()
    assert "/l/" not in text.body


async def test_without_records_a_page_leaves_within_a_second_with_the_line_to_type(
    provider: Provider, network: BackgroundNetwork, tmp_path: Path
) -> None:
    away = await Records.open(f"sqlite:///{tmp_path}/no/folder/here.db", ring=RING)
    paging = paging_with_links(provider, away)
    begun = time.monotonic()
    await paging.send_page(a_page(person="dr.hale"))
    assert time.monotonic() - begun < 1
    (text,) = network.control.ledger()
    assert text.body.endswith("waymark ack J-0000000001 e1")
    await away.close()


async def test_a_hung_database_does_not_hold_a_page_up(
    provider: Provider, network: BackgroundNetwork, postgres_url: str
) -> None:
    proxy = Proxy(database_url(postgres_url))
    async with proxy.listening() as port:
        records = await Records.open(through(postgres_url, port), ring=RING)
        paging = paging_with_links(provider, records)
        await paging.send_page(a_page(person="dr.hale"))
        proxy.freeze()
        begun = time.monotonic()
        await paging.send_page(a_page(person="dr.hale", key="e1/r2/0/0"))
        assert time.monotonic() - begun < 1
        with_link, without = network.control.ledger()
        assert linked(with_link.body)
        assert without.body.endswith("waymark ack J-0000000001 e1")
        proxy.thaw()
        await records.close()


async def test_number_and_link_are_asked_for_at_once_so_a_page_waits_for_one_of_them(
    provider: Provider,
    network: BackgroundNetwork,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    given_up: list[int] = []

    def hung(name: str) -> Callable[..., Awaitable[None]]:
        async def hang(*_: object) -> None:
            asked.append(name)
            try:
                await asyncio.sleep(60)
            finally:
                given_up.append(len(asked))

        return hang

    monkeypatch.setattr(pages, "take_turn", hung("number"))
    monkeypatch.setattr(links, "make_all", hung("link"))
    clinic = load_clinic()
    sender = PageSender(provider, clinic, records, links=PageLinks(records, SIGNED))
    await Paging(provider, clinic, sender).send_page(a_page(person="dr.hale"))
    assert sorted(asked) == ["link", "number"]
    assert given_up == [2, 2], "one was asked for when the other had been given up"
    (text,) = network.control.ledger()
    assert text.body.endswith("waymark ack J-0000000001 e1")


class Storm:
    """Pages to Dr. Hale: one that goes, and more that wait for the minute's end."""

    def __init__(self, provider: Provider, records: Records) -> None:
        clinic = load_clinic()
        made = PageLinks(records, SIGNED)
        sender = PageSender(provider, clinic, records, timedelta(minutes=1), 10.0, made)
        self._paging = Paging(provider, clinic, sender)

    async def breaks(self, level: str = "follow_up") -> None:
        pages = [a_page(reference=f"J-{n:010}", person="dr.hale", level=level) for n in range(1, 7)]
        for page in pages:
            with contextlib.suppress(ApplicationError):
                await self._paging.send_page(page)
        after = {"as_of": MONDAY_NOON + timedelta(minutes=1)}
        await self._paging.send_page(pages[1].model_copy(update=after))


async def test_the_one_text_for_many_opens_the_list_of_them_in_one_segment(
    provider: Provider, network: BackgroundNetwork, records: Records
) -> None:
    await Storm(provider, records).breaks()
    _, many = network.control.ledger()
    words, _, url = many.body.rpartition(" ")
    assert words == ("Waymark: 5 items need you since Mon 12:00. Reply 2 for all, L to list, or")
    assert segments(many.body) == 1
    text = await pages.behind(records, SIGNED.id_of(url.rpartition("/")[2]) or "")
    assert text is not None
    assert (text.person, len(text.listed)) == ("dr.hale", 5)
    kept = await links.get_all(records, [take_id(each, "dr.hale") for each in text.listed])
    assert len(kept) == 5
    assert {link.whom for link in kept.values()} == {"dr.hale"}


def test_with_its_gravest_words_and_a_long_address_it_is_one_segment_still() -> None:
    listed = tuple(
        Listed(
            intent="",
            reference=f"J-{n:010}",
            escalation="e1",
            key="e1",
            role=Role.PRESCRIBER,
            level="safety",
            what="x",
            since=MONDAY_NOON,
        )
        for n in range(9)
    )
    url = f"https://{'x' * 29}/l/{'x' * 34}"
    words = together(Post(intent="", number=9, listed=listed), "UTC", url)
    assert "9 items need you (9 safety)" in words
    assert segments(words) == 1


async def test_where_no_link_can_be_kept_the_text_for_many_goes_as_it_did(
    provider: Provider,
    network: BackgroundNetwork,
    records: Records,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(*_: object) -> None:
        raise RecordsError

    monkeypatch.setattr(links, "make_all", away)
    await Storm(provider, records).breaks()
    _, many = network.control.ledger()
    assert many.body.endswith("Reply 2 to take all 5, L for the list with a number for each.")
