"""What every test may ask for: a real Temporal server, a client, and walls around both.

`temporal_server` is started once for the whole run and skips time; `client` is connected to it;
`private_server` starts another one that a test may kill. No server means failure, not a skip.
"""

import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from sealed import KEYS, client_of
from structlog.testing import LogCapture
from temporalio.client import Client
from temporalio.service import ConnectConfig, ServiceClient

from local.binary import ServerBinary
from local.dynamic_config import FOR_TESTS
from local.errors import StandError
from local.finder import find_test_server
from local.progress import Progress
from local.temporal_server import RETENTION, Endpoint, ServerStarter, TemporalServer
from workers import namespace as namespaces
from workers.time_zones import use_pinned_time_zones
from workflows.search_attributes import ALL

pytest_plugins = [
    "database_fixtures",
    "journey_fixtures",
    "network_fixtures",
    "real_stand_fixtures",
]

# A test that read these could write into a clinic's cluster or text a patient.
_OUTSIDE_WORLD = ("TEMPORAL_", "TWILIO_", "WAYMARK_")
_KEPT = (
    "WAYMARK_BROWSER",
    "WAYMARK_CACHE_DIR",
    "WAYMARK_TEST_SEED",
    "WAYMARK_TWILIO_OPENAPI",
)
_SERVER_FIXTURES = frozenset({"temporal_server", "client", "private_server", "server_binary"})
_FOUND: pytest.StashKey[ServerBinary | StandError] = pytest.StashKey()


@dataclass(frozen=True)
class ExistingServer:
    address: str
    namespace: str


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("waymark")
    group.addoption(
        "--temporal-address",
        default=None,
        help="use this server (1.32 or newer, time skipping enabled) instead of starting one",
    )
    group.addoption("--temporal-namespace", default="waymark-tests")
    group.addoption(
        "--postgres-url",
        default=None,
        help="use this PostgreSQL, as a user who may create databases, instead of starting one",
    )


def pytest_configure() -> None:
    for name in tuple(os.environ):
        if name.startswith(_OUTSIDE_WORLD) and name not in _KEPT:
            del os.environ[name]
    # One ring for the whole run: for clients in it, and for the processes it starts.
    os.environ["WAYMARK_KEYS"] = KEYS
    use_pinned_time_zones()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Get the server before the first test: a build may take longer than a test is given."""
    wanted = any(
        _SERVER_FIXTURES.intersection(getattr(item, "fixturenames", ())) for item in session.items
    )
    if not wanted or session.config.option.collectonly:
        return
    capture = session.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        try:
            session.config.stash[_FOUND] = find_test_server(Progress())
        except StandError as error:
            session.config.stash[_FOUND] = error


@pytest.fixture(scope="session")
def server_binary(pytestconfig: pytest.Config) -> ServerBinary:
    """The Temporal server program that the tests run on."""
    found = pytestconfig.stash[_FOUND]
    if isinstance(found, StandError):
        pytest.fail(str(found), pytrace=False)
    return found


@pytest.fixture(scope="session")
async def temporal_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Endpoint]:
    """One server for the whole run, with time skipping and every search attribute."""
    address = request.config.getoption("--temporal-address")
    if address is not None:
        yield await _existing(address, request.config.getoption("--temporal-namespace"))
        return
    binary = request.getfixturevalue("server_binary")
    folder = tmp_path_factory.mktemp("temporal")
    async with TemporalServer.start(binary, folder, dynamic_config=FOR_TESTS) as server:
        yield server


async def _existing(address: str, namespace: str) -> Endpoint:
    service = await ServiceClient.connect(ConnectConfig(target_host=address))
    await namespaces.prepare(service, namespace, RETENTION, ALL)
    return ExistingServer(address, namespace)


@pytest.fixture(scope="session")
async def client(temporal_server: Endpoint) -> Client:
    """A client of the shared server. Use fresh workflow ids and task queues on it."""
    return await client_of(temporal_server)


@pytest.fixture(scope="session")
async def in_clear(temporal_server: Endpoint) -> Client:
    """Somebody with a terminal and no keys: reads what the server keeps as it keeps it."""
    return await Client.connect(temporal_server.address, namespace=temporal_server.namespace)


@pytest.fixture
def lines() -> Iterator[LogCapture]:
    """What is logged while the test runs."""
    captured = LogCapture()
    structlog.configure(processors=[captured])
    yield captured
    structlog.reset_defaults()


@pytest.fixture
def private_server(server_binary: ServerBinary, tmp_path: Path) -> ServerStarter:
    """Starts a server of one's own, to be killed and restarted.

    `async with private_server() as server:`; takes the keywords of TemporalServer.start.
    """
    return partial(
        TemporalServer.start, server_binary, tmp_path / "temporal", dynamic_config=FOR_TESTS
    )


@pytest.fixture(autouse=True, scope="session")
def _no_strangers() -> Iterator[None]:
    """Refuse connections that leave this machine, whoever opens them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
        yield


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        local = self.family not in (socket.AF_INET, socket.AF_INET6)
        if not local and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"a test tried to connect to {address[0]}, outside this machine")
        return connect(self, address)

    return guarded
