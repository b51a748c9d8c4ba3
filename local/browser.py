"""The machine's own browser: where it is, and how it is started to be driven."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Error, async_playwright

from local.errors import StandError

VARIABLE = "WAYMARK_BROWSER"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The Temporal UI asks its makers for news; nothing that is driven here leaves the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def find_browser() -> Path:
    """The program that WAYMARK_BROWSER names, or a Chromium on PATH.

    Raises StandError saying how to get one when there is none.
    """
    named = os.environ.get(VARIABLE)
    for name in [named] if named else _NAMES:
        if found := shutil.which(name):
            return Path(found)
    problem = f"{VARIABLE} names no program: {named}." if named else "No Chromium was found."
    raise StandError(
        problem,
        "Install one (on Debian: apt-get install chromium), "
        f"or name a program that is one: {VARIABLE}=/path/to/chromium",
    )


@asynccontextmanager
async def browsing(program: Path) -> AsyncIterator[Browser]:
    """Run a browser without a window for as long as the block runs.

    Raises StandError when the program does not start.
    """
    # Chromium refuses to run its sandbox for root.
    flags = [*_QUIET, "--no-sandbox"] if os.geteuid() == 0 else [*_QUIET]
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=program, args=flags)
        except Error:
            raise StandError(
                f"The browser {program} does not start.",
                f"See whether it is a Chromium that runs by itself, or name another: {VARIABLE}=…",
            ) from None
        try:
            yield browser
        finally:
            await browser.close()
