"""The browser that these tests drive; where there is none they are skipped, and say so."""

from pathlib import Path

import pytest

from local.browser import find_browser
from local.errors import StandError


@pytest.fixture(scope="session")
def browser_program() -> Path:
    """The machine's own: none can be fetched in a test."""
    try:
        return find_browser()
    except StandError as error:
        pytest.skip(f"The pages were not looked at. {error}")
