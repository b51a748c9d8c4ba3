"""One request to the control API."""

import http.client
import json
from typing import Any
from urllib.parse import quote, urlsplit

_TIMEOUT_SECONDS = 10


class ControlConnection:
    """Asks the network at a base URL. Raises RuntimeError when it answers with an error."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc

    def _ask(self, method: str, path: str, content: dict[str, Any] | None = None) -> bytes:
        connection = http.client.HTTPConnection(self._address, timeout=_TIMEOUT_SECONDS)
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json", "Connection": "close"}
        try:
            connection.request(method, f"/_sim{path}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"the simulated network answered {answer.status} to {method} {path}")
        return text


def of_number(path: str, number: str | None) -> str:
    """The path of what concerns one phone, or all."""
    return f"{path}?number={quote(number)}" if number else path
