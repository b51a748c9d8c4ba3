"""The Temporal UI with the codec endpoint, without it, and from an address that may not ask it.

With it ops read a journey. Without it they still see where everyone stands, and nothing else.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from codec_stand import a_codec
from entry_fields import assessed, consenting
from journey_stand import LiveJourney, Stand, clinic_time
from playwright.async_api import Browser, Error, Page
from sealed import RING
from temporalio.client import Client

from local.browser import browsing
from local.build import UI_SERVER, built
from local.child import Child
from local.picture import columns_script
from local.ports import free_port
from local.progress import Progress
from local.temporal_server import Endpoint
from local.ui_server import origins_of, ui_spec
from pathway import commands as cmd
from pathway.facts import Step
from records import decodes
from records.database import Records, migrate
from records.decodes import Outcome

pytestmark = pytest.mark.chaos  # builds and starts UIs, and drives a browser: half a minute
SUMMARY = "page on_call_clinician: a safety flag needs a clinician"
STAGE = "Stage: "
INPUT = "IV ketamine for treatment-resistant depression"
RESULT = "flag_raised"
WORDS = (SUMMARY, STAGE, INPUT, RESULT)


@dataclass
class Seen:
    """Three UIs of one server, and a journey that all of them show."""

    browser: Browser
    journey: LiveJourney
    namespace: str
    records: Records
    ports: Mapping[str, int]
    """Of the UI that may ask the endpoint, one of another origin, and one that knows of none."""

    async def page(self, port: int, tab: str) -> Page:
        context = await self.browser.new_context(
            viewport={"width": 1720, "height": 2500}, locale="en-US", timezone_id="UTC"
        )
        context.set_default_timeout(30_000)
        await context.add_init_script(columns_script(self.namespace))
        page = await context.new_page()
        workflows = f"http://127.0.0.1:{port}/namespaces/{self.namespace}/workflows"
        run = f"/{self.journey.reference}/{await self.journey.run_id()}"
        await page.goto(workflows if tab == "list" else f"{workflows}{run}/{tab}")
        return page


async def _shown(page: Page) -> str:
    """Summaries and details are drawn in frames of their own."""
    await page.wait_for_timeout(300)
    shown: list[str] = []
    for frame in page.frames:
        with contextlib.suppress(Error):  # a frame that the page has drawn anew meanwhile
            shown += [await frame.inner_text("body"), await frame.content()]
    return "\n".join(shown)


async def _until(page: Page, word: str) -> None:
    """Until a page shows it; a page asks its server and the endpoint for one part after another."""
    try:
        async with asyncio.timeout(30):
            while word not in await _shown(page):
                await asyncio.sleep(0.2)
    except TimeoutError:
        pytest.fail(f"the page never showed {word!r}: {(await page.inner_text('body'))[-2000:]}")


async def _sealed_input(seen: Seen) -> str:
    """How a page begins to show what it could not have opened."""
    history = await seen.journey.handle.fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    return base64.b64encode(started.input.payloads[0].data).decode()[:40]


@asynccontextmanager
async def _ui(folder: Path, server: Endpoint, codec: str | None, port: int) -> AsyncIterator[int]:
    spec = ui_spec(
        built(UI_SERVER, Progress()),
        folder,
        port=port,
        temporal=server.address,
        namespace=server.namespace,
        log=folder.with_suffix(".log"),
        codec=codec,
    )
    child = Child(spec)
    await child.up()
    try:
        yield port
    finally:
        await child.stop()


@pytest.fixture
async def seen(
    browser_program: Path,
    temporal_server: Endpoint,
    client: Client,
    stand: Stand,
    tmp_path: Path,
) -> AsyncIterator[Seen]:
    url = f"sqlite:///{tmp_path}/records.db"
    await migrate(url, ring=RING)
    records = await Records.open(url, ring=RING)
    journey = await stand.start()
    await journey.do(cmd.RecordAssessment, "mental_health_professional", **assessed())
    await journey.do(cmd.RecordConsent, **consenting())
    day = (await journey.now()).date() + timedelta(days=3)
    day += timedelta(days=day.weekday() == 6)  # closed on Sundays
    await journey.do(cmd.Book, treatment=1, step=Step.PREPARATION, at=clinic_time(day, "13:00"))
    await journey.do(cmd.RaiseFlag, "nurse", flag_kind="respiratory_depression")
    async with AsyncExitStack() as stack:
        port = free_port()
        page = await stack.enter_async_context(
            a_codec(records, origins=origins_of(port), namespace=client.namespace)
        )
        codec = f"http://127.0.0.1:{page.port}/codec"
        told = {"read": (codec, port), "other": (codec, free_port()), "none": (None, free_port())}
        ports = {
            name: await stack.enter_async_context(
                _ui(tmp_path / name, temporal_server, endpoint, at)
            )
            for name, (endpoint, at) in told.items()
        }
        browser = await stack.enter_async_context(browsing(browser_program))
        yield Seen(browser, journey, client.namespace, records, ports)
    await records.close()


async def test_with_the_endpoint_a_journey_can_be_read_and_it_is_noted(seen: Seen) -> None:
    timeline = await seen.page(seen.ports["read"], "timeline")
    await _until(timeline, SUMMARY)
    assert await _sealed_input(seen) not in await _shown(timeline)
    await _until(await seen.page(seen.ports["read"], "user-metadata"), STAGE)
    history = await seen.page(seen.ports["read"], "history")
    await _until(history, INPUT)
    await _until(history, RESULT)
    now = datetime.now(UTC)
    noted = await decodes.between(seen.records, now - timedelta(minutes=5), now)
    assert {(n.who, n.reference, n.outcome) for n in noted} == {
        ("pat.ops", seen.journey.reference, Outcome.OPENED)
    }


@pytest.mark.parametrize("which", ["other", "none"])
async def test_without_it_the_ui_says_where_everyone_stands_and_nothing_else(
    seen: Seen, which: str
) -> None:
    port = seen.ports[which]
    listed = await seen.page(port, "list")
    stands = ("preparation", "safety", "therapist", "ketamine-iv@1")
    for said in (seen.journey.reference, *stands):
        await _until(listed, said)
    await _until(await seen.page(port, "search-attributes"), "WaymarkDueAt")
    for tab in ("timeline", "history", "user-metadata", "memo"):
        page = await seen.page(port, tab)
        # A bar for each act that is named in clear, so the page is drawn.
        await _until(page, "raise_flag" if tab == "timeline" else "PatientJourney")
        if tab == "history":
            await _until(page, await _sealed_input(seen))
        shown = await _shown(page)
        assert [word for word in WORDS if word in shown] == [], tab
    now = datetime.now(UTC)
    noted = await decodes.between(seen.records, now - timedelta(minutes=5), now)
    refused = {(n.who, n.outcome) for n in noted}
    assert refused == ({("", Outcome.WRONG_ORIGIN)} if which == "other" else set())
