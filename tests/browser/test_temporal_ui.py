"""What a browser shows of a journey in the Temporal UI: where it stands, and nobody's name."""

import asyncio
import base64
import contextlib
import json
import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from google.protobuf import json_format
from personal import Person
from playwright.async_api import Error, Page, Response
from rich.console import Console
from temporalio.api.common.v1 import Payload

from config.key_ring import KeyRing, keys_in
from config.settings import Settings
from local.binary import ServerBinary
from local.picture import STORY, VIEWS, Shown, View, draw_pictures
from workers.payload_codec import KEY_ID, REFUSED, SealedPayloads

pytestmark = pytest.mark.chaos  # a whole stand, a story and every page: a minute
PATIENT = Person.referred(STORY)
TABS = {
    "User Metadata": "user-metadata",
    "Event History": "history",
    "Search Attributes": "search-attributes",
    "Memo": "memo",
    "Queries": "query",
}


@dataclass
class Seen:
    """What the browser was shown, and what its pages were told to show it."""

    pictures: Path
    said: StringIO = field(default_factory=StringIO)
    pages: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    """Answers of the server, their payloads decoded, which are sealed."""
    opened: list[str] = field(default_factory=list)
    """Every word in what the server's payloads hold, whether or not a page had it opened."""
    sealed: list[Payload] = field(default_factory=list)

    def watched(self, name: str, view: View) -> View:
        async def watch(page: Page, shown: Shown) -> None:
            keeping: list[asyncio.Task[None]] = []
            page.on("response", lambda a: keeping.append(asyncio.create_task(self._keep(a))))
            await view(page, shown)
            await page.wait_for_load_state("networkidle")
            # Summaries and details are drawn in frames of their own.
            texts = [await frame.inner_text("body") for frame in page.frames]
            sources = [await frame.content() for frame in page.frames]
            self.pages[name] = "\n".join([*texts, *sources])
            await asyncio.gather(*keeping)

        return watch

    async def _keep(self, answer: Response) -> None:
        if "/api/" not in answer.url or not answer.ok:
            return
        with contextlib.suppress(Error):  # the page went on before it had read all of it
            said = await answer.json()
            self.told += _decoded(said)
            self.sealed += _sealed_in(said)

    async def open(self, ring: KeyRing) -> None:
        codec = SealedPayloads(ring, plain_allowed=False)
        for payload in await codec.decode(self.sealed):
            assert payload.metadata["encoding"] != REFUSED
            self.opened += _decoded(json.loads(payload.data or b"null"))


def _decoded(value: Any) -> Iterator[str]:
    """Every text in an answer, and every text inside its payloads."""
    if isinstance(value, dict):
        if isinstance(value.get("data"), str):
            inside = base64.b64decode(value["data"]).decode("latin-1")
            yield inside
            with contextlib.suppress(ValueError):  # it is sealed
                yield from _decoded(json.loads(inside or "null"))
        for name, inner in value.items():
            yield name
            yield from _decoded(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _decoded(inner)
    elif value is not None:
        yield str(value)


def _sealed_in(value: Any) -> Iterator[Payload]:
    """Every sealed payload in an answer."""
    inner = list(value.values()) if isinstance(value, dict) else value
    if isinstance(value, dict) and KEY_ID in (value.get("metadata") or {}):
        yield json_format.ParseDict(value, Payload())
    elif isinstance(inner, list):
        for each in inner:
            yield from _sealed_in(each)


def _tab(name: str) -> View:
    async def view(page: Page, shown: Shown) -> None:
        await page.goto(shown.journey)
        await page.locator(f"a[href*='/{TABS[name]}']", has_text=name).click()
        await page.wait_for_url(re.compile(f"/{TABS[name]}\\b"))

    return view


@pytest.fixture(scope="module")
def seen(
    browser_program: Path, server_binary: ServerBinary, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """One story, lived by `make picture`, and every page of it that people would open."""
    folder = tmp_path_factory.mktemp("picture")
    seen = Seen(folder / "pictures")
    views = {**VIEWS, **{name: _tab(name) for name in TABS}}
    watched = {name: seen.watched(name, view) for name, view in views.items()}
    # The demonstration forgets what the shell says; the tests after this one may not.
    with patch.dict(os.environ):
        console = Console(file=seen.said, soft_wrap=True)
        draw_pictures(Settings(state_dir=folder), console, seen.pictures, watched)
    (keys,) = folder.rglob("payload.keys")
    asyncio.run(seen.open(KeyRing(keys_in(keys.read_text()))))
    return seen


@pytest.mark.timeout(300)
def test_the_pictures_are_written_and_named(seen: Seen) -> None:
    for name in VIEWS:
        path = seen.pictures / f"{name}.png"
        picture = path.read_bytes()
        assert picture.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", picture[16:24])
        assert width > 1000, name
        assert height > 1000, name
        assert f"The {name}: {path}" in seen.said.getvalue()


@pytest.mark.timeout(300)
def test_the_timeline_names_what_people_did_and_what_each_timer_waits_for(seen: Seen) -> None:
    shown = seen.pages["timeline"]
    for done in ("record_consent", "start_infusion", "record_reply", "assess_risk", "close"):
        assert re.search(rf"^{done}$", shown, re.MULTILINE), f"no update is called {done}"
    assert re.search(r"^nudge coordinator: Book the visit at 20", shown, re.MULTILINE)
    assert "send_page • page on_call_clinician: the patient is to be called today" in shown


@pytest.mark.timeout(300)
def test_the_user_metadata_says_where_the_journey_stands(seen: Seen) -> None:
    shown = seen.pages["User Metadata"]
    assert "Stage: ended, treatment 1 (ketamine-iv@1)" in shown
    assert "Ended: discontinued." in shown


@pytest.mark.timeout(300)
def test_the_list_shows_the_search_attributes(seen: Seen) -> None:
    shown = seen.pages["workflows"]
    for text in ("WaymarkStage", "WaymarkWaitsFor", "mental_health_professional", "ketamine-iv@1"):
        assert text in shown


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", [*VIEWS, *TABS])
def test_a_page_shows_nothing_of_who_she_is(seen: Seen, page: str) -> None:
    assert PATIENT.found_in(seen.pages[page]) == []


@pytest.mark.timeout(300)
def test_the_server_tells_no_word_of_a_journey(seen: Seen) -> None:
    told = "\n".join(seen.told)
    assert "WaymarkStage" in told, "nothing was looked into"
    for word in ("milligrams_given", "nudge coordinator", "Stage: "):
        assert word not in told
    assert PATIENT.found_in(told) == []


@pytest.mark.timeout(300)
def test_what_is_opened_says_nothing_of_who_she_is(seen: Seen) -> None:
    opened = "\n".join(seen.opened)
    assert "milligrams_given" in opened, "the payloads of her commands were not looked into"
    assert PATIENT.found_in(opened) == []


@pytest.mark.parametrize(
    "planted",
    [
        "Hello Mateo,",
        "VILLASEÑOR, M.",
        "+12135550151",
        "(213) 555-0151",
        "1999-07-21",
        "7/21/1999",
        "21.07.1999",
        "21 July 1999",
        "Jul 21, 1999",
    ],
)
def test_a_trace_of_her_would_be_found(planted: str) -> None:
    assert PATIENT.found_in(f"text: {planted} and more") != []
