"""`make picture`: stories are lived, and the Temporal UI is photographed as people see it."""

import asyncio
import json
import re
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from playwright.async_api import Browser, Error, Page, ViewportSize
from rich.console import Console

from cli.ops_filters import OPEN
from config.clinic import load_clinic
from config.keys import ring_of
from config.settings import Settings
from local import orphans
from local.browser import browsing, find_browser
from local.demo.stage import FOLDER, run_demo
from local.errors import StandError
from local.instance import sole_instance
from local.ports import free_ports
from local.progress import Progress
from local.stand import Stand, log_of
from pathway.model import PathwayReference
from pathway.roles import Role
from records import patients
from records.database import Records
from workflows.search_attributes import ALL, ESCALATION, WAITS_FOR

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
STORY = "NG-2052"
"""Short, and everything is in it: texts, a visit, a flag that pages, psychotherapy."""
MIDWAY_DAYS = 11
"""Then most patients of the examples are somewhere on their way, and some are overdue."""

_COLUMNS = ("Status", "Workflow ID", *(key.name for key in ALL))
_WINDOW: ViewportSize = {"width": 1720, "height": 1120}
_A_JOURNEY = re.compile(r"^J-[0-9A-Z]{10}$")
_ENDLESS = 5_000
"""Pixels: higher than any timeline of a short story."""
_BELOW = 130
"""Pixels for what stands below the last line: the days."""
_PORTS = ("port_temporal", "port_ui", "port_simulator", "port_console", "port_codec")
_PATIENCE_MS = 30_000
_OPENED = "nudge coordinator"
"""How a summary begins that every story has."""


@dataclass(frozen=True)
class Shown:
    """What there is to be seen: the list of all journeys, and one whose story was lived."""

    workflows: str
    """The address of the list in the Temporal UI."""
    reference: PathwayReference

    @property
    def journey(self) -> str:
        """The address of the journey's pages."""
        return f"{self.workflows}/{self.reference}"


View = Callable[[Page, Shown], Awaitable[None]]
"""Brings a page to where its picture is taken."""


async def timeline(page: Page, shown: Shown) -> None:
    """The journey from its first day down to its last, without the copies for the records."""
    await page.goto(shown.journey)
    await page.get_by_role("heading", name="Timeline", exact=True).wait_for()
    await page.get_by_role("button", name="Descending").click()
    await page.get_by_role("button", name="Filter").click()
    await page.get_by_role("menuitem", name="Local Activity").click()
    await page.keyboard.press("Escape")
    await page.get_by_text("record_consent").first.wait_for()
    # Summaries are opened by the codec endpoint, one after another.
    await page.get_by_text(_OPENED).first.wait_for()
    # The UI draws only the lines that are in the window.
    await page.set_viewport_size({**_WINDOW, "height": _ENDLESS})
    last_line = page.get_by_text("close", exact=True)
    top = await last_line.evaluate("line => line.getBoundingClientRect().top")
    await page.set_viewport_size({**_WINDOW, "height": round(top) + _BELOW})


async def workflow_list(page: Page, shown: Shown) -> None:
    """All journeys, with what the search attributes say of each."""
    await page.goto(shown.workflows)
    await page.get_by_role("columnheader", name=_COLUMNS[-1]).wait_for()
    await page.get_by_role("link", name=shown.reference).wait_for()


def filtered(query: str) -> View:
    """A list worth saving: see `waymark ops links`."""

    async def view(page: Page, shown: Shown) -> None:
        await page.goto(f"{shown.workflows}?{urlencode({'query': query})}")
        await page.get_by_role("columnheader", name=_COLUMNS[-1]).wait_for()
        await page.get_by_role("link", name=_A_JOURNEY).first.wait_for()

    return view


VIEWS: Mapping[str, View] = {
    "workflows": workflow_list,
    "escalations": filtered(f"{OPEN} AND {ESCALATION.name} IS NOT NULL"),
    "waits-for-prescriber": filtered(f"{OPEN} AND {WAITS_FOR.name} = '{Role.PRESCRIBER}'"),
    "timeline": timeline,
}
_MIDWAY = VIEWS.keys() - {"timeline"}
"""Taken in the middle of all stories; the others at the end of one."""


def draw_pictures(
    settings: Settings, console: Console, to: Path = PICTURES, views: Mapping[str, View] = VIEWS
) -> None:
    """Live the stories on a stand of their own, and write a picture of each view as a PNG.

    Args:
        to: the folder that gets them; made where it is missing.
        views: by the names of their files.

    Raises StandError when something the person can put right is in the way.
    """
    browser = find_browser()
    folder = settings.state_dir / "picture"
    with sole_instance(folder):
        ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
        mine = settings.model_copy(update={"state_dir": folder, **ports})
        midway = {name: view for name, view in views.items() if name in _MIDWAY}
        at_the_end = {name: view for name, view in views.items() if name not in _MIDWAY}
        if midway:
            _begin_with_nobody(folder)
            look = partial(_draw, browser, to, midway)
            run_demo(mine, console, stay=False, look=look, days=MIDWAY_DAYS)
        if at_the_end:
            _begin_with_nobody(folder)
            look = partial(_draw, browser, to, at_the_end)
            run_demo(mine, console, stay=False, stories=[STORY], look=look)


def _begin_with_nobody(folder: Path) -> None:
    """A story that was told is not told again."""
    orphans.end_orphans(folder / FOLDER / "processes.json")
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


async def _draw(
    program: Path, to: Path, views: Mapping[str, View], stand: Stand, progress: Progress
) -> None:
    # A demonstration has a server of its own, and its UI with it.
    shown = Shown(str(stand.ui_url), await _reference(stand.settings))
    async with browsing(program) as browser:
        for name, view in views.items():
            path = to / f"{name}.png"
            try:
                picture = await _picture(browser, view, shown, stand.namespace)
            except Error as error:
                raise StandError(
                    f"The Temporal UI did not show the {name}: {error.message.splitlines()[0]}",
                    f"Its log may say why: {log_of(stand.settings, 'ui')}",
                ) from None
            await asyncio.to_thread(_write, path, picture)
            progress.say(f"The {name}: {path}")


async def _picture(browser: Browser, view: View, shown: Shown, namespace: str) -> bytes:
    # The same picture wherever it is taken.
    context = await browser.new_context(viewport=_WINDOW, locale="en-US", timezone_id="UTC")
    try:
        context.set_default_timeout(_PATIENCE_MS)
        await context.add_init_script(columns_script(namespace))
        page = await context.new_page()
        await view(page, shown)
        # The UI fades its numbers and bars in.
        await page.wait_for_timeout(1_000)
        return await page.screenshot()
    finally:
        await context.close()


def columns_script(namespace: str) -> str:
    """Chooses the list's columns where the UI keeps what a person has chosen."""
    chosen = {namespace: [{"label": label} for label in _COLUMNS]}
    key, value = json.dumps("namespace-workflow-table-columns"), json.dumps(json.dumps(chosen))
    return f"localStorage.setItem({key}, {value})"


async def _reference(settings: Settings) -> PathwayReference:
    ring = ring_of(settings, load_clinic(settings.clinic_file))
    records = await Records.open(settings.database_url, ring=ring)
    try:
        for reference in await patients.started(records):
            patient = await patients.get(records, reference)
            if patient is not None and patient.record_number == STORY:
                return reference
    finally:
        await records.close()
    raise AssertionError(f"{STORY} was told and is nobody's")


def _write(path: Path, picture: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    except OSError as error:
        raise StandError(
            f"The picture {path} cannot be written: {error.strerror}.",
            "Name another folder: python -m local picture --to <folder>",
        ) from None
