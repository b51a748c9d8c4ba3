"""A clinic's web server as the network sees it: takes posts, judges signatures, answers as told."""

import threading
import time
from bisect import insort
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from socket import socket
from typing import Any
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

_GATE_SECONDS = 30


@dataclass(frozen=True)
class Post:
    """One request as it came in."""

    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    genuine: bool
    """Whether Twilio's own validator takes its signature."""
    at: float
    came: int
    """Which connection it came by, counted as they were made: each request has one of its own."""

    @property
    def status(self) -> str:
        return self.fields.get("MessageStatus", "")


@dataclass
class Receiver:
    """Records what comes, in the order of its coming; answers with the next of `answers`, then
    with 204.

    Each request is read by a thread of its own, so a caller who cuts its connection and makes the
    next can overtake itself there.
    """

    token: str
    url: str = ""
    posts: list[Post] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)
    """HTTP statuses; 0 closes the connection without an answer."""
    seconds: float = 0
    """How long each answer takes."""
    gate: threading.Event = field(default_factory=threading.Event)
    """No answer leaves while it is cleared."""

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def hook(self) -> str:
        """A webhook's URL here."""
        return f"{self.url}/hook"

    @property
    def statuses(self) -> list[str]:
        return [post.status for post in self.posts]

    def take(self, path: str, headers: dict[str, str], body: bytes, came: int) -> int:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        validator = RequestValidator(self.token)  # type: ignore[no-untyped-call]
        signature = headers.get("X-Twilio-Signature", "")
        genuine = bool(validator.validate(self.url + path, fields, signature))  # type: ignore[no-untyped-call]
        post = Post(path, fields, headers, genuine, time.monotonic(), came)
        insort(self.posts, post, key=lambda each: each.came)
        answer = self.answers.popleft() if self.answers else 204
        time.sleep(self.seconds)
        self.gate.wait(_GATE_SECONDS)
        return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.came: dict[Any, int] = {}
        self._connections = count(1)

    def get_request(self) -> tuple[socket, Any]:
        request, address = super().get_request()
        self.came[address] = next(self._connections)
        return request, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: that callers cut their connections is what the tests are about."""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server: _Server

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came = self.server.came[self.client_address]
            answer = receiver.take(self.path, dict(self.headers.items()), body, came)
            if answer:
                self.send_response(answer)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: a test's output is for what failed."""

    return Handler


@contextmanager
def webhook_receiver(token: str) -> Iterator[Receiver]:
    """A receiver on a free loopback port, for as long as the block lasts."""
    receiver = Receiver(token)
    with _Server(("127.0.0.1", 0), _handler(receiver)) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join(10)
