"""The sign to the outside: one request, short, and no harm when nobody hears it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from activities.deadman import Deadman


class Heard(BaseHTTPRequestHandler):
    answers = 200
    paths: list[str] = []  # noqa: RUF012 - the test's own

    def do_POST(self) -> None:
        self.paths.append(self.path)
        self.send_response(self.answers)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""


@pytest.fixture
def outside() -> Iterator[str]:
    Heard.paths.clear()
    Heard.answers = 200
    server = HTTPServer(("127.0.0.1", 0), Heard)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_beat_is_one_request(outside: str) -> None:
    assert await Deadman(SecretStr(f"{outside}/ping/secret")).beat()
    assert Heard.paths == ["/ping/secret"]


@pytest.mark.parametrize("how", ["refused", "away", "none"])
async def test_a_beat_that_nobody_hears_stops_nothing(outside: str, how: str) -> None:
    Heard.answers = 500
    url = {"refused": f"{outside}/ping/secret", "away": "http://127.0.0.1:9/ping/secret"}.get(how)
    with capture_logs() as lines:
        assert not await Deadman(SecretStr(url) if url else None).beat()
    assert [line["event"] for line in lines] == ([] if how == "none" else ["deadman_not_reached"])
    assert "secret" not in str(lines)
