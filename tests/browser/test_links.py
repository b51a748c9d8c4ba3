"""A phone's browser opens a link, taps its button, and is told what came of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from link_phone import SIGNED, link_console
from playwright.async_api import BrowserContext, Page, Request, ViewportSize
from sealed import RING

from local.browser import browsing
from pathway.roles import Role
from records import links
from records.database import Records, migrate
from records.link_making import about_session, to_take
from records.links import Link, Outcome
from workflows.messages import SendPage

NOON = datetime(2026, 3, 9, 19, tzinfo=UTC)
REFERENCE = "J-0123456789"
PHONE: ViewportSize = {"width": 360, "height": 640}


class Held:
    """A phone in somebody's hand, and the console that it reaches."""

    def __init__(self, context: BrowserContext, records: Records, port: int) -> None:
        self.context = context
        self.records = records
        self.port = port
        self.asked: list[Request] = []

    async def open(self, link: Link) -> Page:
        await links.make(self.records, link)
        page = await self.context.new_page()
        page.on("request", lambda request: self.asked.append(request))
        path = urlsplit(SIGNED.url(link.id)).path
        await page.goto(f"http://127.0.0.1:{self.port}{path}")
        return page


@pytest.fixture
async def held(browser_program: Path, tmp_path: Path) -> AsyncIterator[Held]:
    url = f"sqlite:///{tmp_path}/records.db"
    await migrate(url, ring=RING)
    records = await Records.open(url, ring=RING)

    def clock() -> datetime:
        return NOON + timedelta(minutes=5)

    async with link_console(url, tmp_path, clock) as console, browsing(browser_program) as browser:
        # Without scripts, as the page promises to work.
        context = await browser.new_context(viewport=PHONE, java_script_enabled=False)
        yield Held(context, records, console.twilio.port)
        await context.close()
    await records.close()


def taking() -> Link:
    page = SendPage(
        reference=REFERENCE,
        escalation="e1",
        key="e1/r1/0/0",
        role="on_call_clinician",
        level="safety",
        what="a safety flag needs a clinician",
        since=NOON,
        as_of=NOON,
    )
    return to_take(page, "dr.hale", (Role.ON_CALL_CLINICIAN,))


def session() -> Link:
    return about_session(REFERENCE, 1, 1, ends=NOON, whom="ines.abara", now=NOON)


async def answered(held: Held, link: Link) -> tuple[str | None, str]:
    stored = await links.get(held.records, link.id)
    assert stored is not None
    return stored.answer, stored.said


async def test_a_page_is_taken_by_one_tap(held: Held) -> None:
    page = await held.open(taking())
    assert await answered(held, taking()) == (None, "")
    button = page.get_by_role("button", name="I have it")
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 44, "too small for a thumb"
    assert box["x"] + box["width"] <= PHONE["width"], "it must be scrolled to"
    await button.click()
    await page.get_by_text("You answered: I have it.").wait_for()
    assert await answered(held, taking()) == ("take", "")
    await links.settle(held.records, taking().id, Outcome.TAKEN)
    await page.reload()
    await page.get_by_text("paging stopped then").wait_for()
    assert [request.method for request in held.asked] == ["GET", "POST", "POST"]
    named = [await request.all_headers() for request in held.asked]
    assert not any("referer" in headers for headers in named)


async def test_the_page_looks_as_it_was_styled(held: Held) -> None:
    """A policy that refused its own style would leave small buttons behind."""
    page = await held.open(session())
    button = page.get_by_role("button", name="It was held")
    box = await button.bounding_box()
    assert box is not None
    assert box["width"] > 300


async def test_not_held_and_whose_wish_it_was(held: Held) -> None:
    page = await held.open(session())
    await page.get_by_label("Whose wish was it?").select_option("The patient's")
    await page.get_by_role("button", name="It was not held").click()
    await page.get_by_text("You answered: not held.").wait_for()
    assert await answered(held, session()) == ("not_held", "patient")


async def test_moved_asks_for_the_time(held: Held) -> None:
    page = await held.open(session())
    await page.get_by_label("New time").fill("2026-03-09T16:30")
    await page.get_by_role("button", name="It was moved").click()
    await page.get_by_text("You answered: moved to Mon 2026-03-09 16:30.").wait_for()
    assert await answered(held, session()) == ("moved", "2026-03-09T23:30:00+00:00")


async def test_held_leads_on_to_the_recommendation(held: Held) -> None:
    page = await held.open(session())
    await page.get_by_role("button", name="It was held").click()
    await page.get_by_role("link", name="Say what you recommend").click()
    await page.get_by_label("Next").select_option("lengthen interval")
    await page.get_by_label("Why").fill("steady for a month")
    await page.get_by_role("button", name="Recommend this").click()
    await page.get_by_text("You answered: lengthen interval.").wait_for()
    waiting = await links.waiting(held.records)
    assert {each.answer for each in waiting} == {"held", "lengthen_interval"}
