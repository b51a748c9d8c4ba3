"""One journey in the pure core for each test: opened on a Monday at nine, in Los Angeles."""

import pytest
from core_driver import CoreDriver

from config.loader import load_protocol
from pathway.protocol import Protocol


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """The protocol that ships."""
    return load_protocol()


@pytest.fixture
def opened(protocol: Protocol) -> CoreDriver:
    """A journey that waits for its assessment."""
    return CoreDriver.open(protocol)


@pytest.fixture
def driver(opened: CoreDriver) -> CoreDriver:
    """A journey whose first treatment is open."""
    return opened.admitted()
