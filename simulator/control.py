"""The control API from Python: what tests and local runs steer a network with."""

import http.client
import json
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import TypeAdapter

from simulator.faults import Fault, FaultKind, FaultReport, Match
from simulator.model import Phone, PhoneDeclaration, PhoneKind, Received

_TIMEOUT_SECONDS = 10
_PHONE = TypeAdapter(Phone)
_REPORT = TypeAdapter(FaultReport)
_REPORTS = TypeAdapter(tuple[FaultReport, ...])
_LEDGER = TypeAdapter(tuple[Received, ...])
_COUNTS = TypeAdapter(dict[str, int])


class Control:
    """Steers the network at a base URL. Raises RuntimeError when it answers with an error."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc

    def declare(
        self,
        number: str,
        kind: PhoneKind = PhoneKind.MOBILE,
        *,
        opted_out: bool = False,
        code: int | None = None,
    ) -> Phone:
        declaration = PhoneDeclaration(kind=kind, opted_out=opted_out, code=code)
        return _PHONE.validate_json(
            self._ask("PUT", f"/phones/{quote(number)}", declaration.model_dump(mode="json"))
        )

    def phone(self, number: str) -> Phone:
        """How a number behaves now."""
        return _PHONE.validate_json(self._ask("GET", f"/phones/{quote(number)}"))

    def fault(
        self,
        kind: FaultKind,
        *,
        match: Match | None = None,
        times: int = 1,
        seconds: float = 0,
        retry_after: int | None = None,
    ) -> FaultReport:
        """Put a fault at the end of the script."""
        fault = Fault(
            kind=kind,
            match=match or Match(),
            times=times,
            seconds=seconds,
            retry_after=retry_after,
        )
        return _REPORT.validate_json(
            self._ask("POST", "/faults", fault.model_dump(mode="json", by_alias=True))
        )

    def faults(self) -> tuple[FaultReport, ...]:
        """The script, with how often each fault really fired."""
        return _REPORTS.validate_json(self._ask("GET", "/faults"))

    def ledger(self, number: str | None = None) -> tuple[Received, ...]:
        """What phones really received, oldest first."""
        query = f"?number={quote(number)}" if number else ""
        return _LEDGER.validate_json(self._ask("GET", f"/ledger{query}"))

    def requests(self) -> dict[str, int]:
        """How many creates, fetches and lists came in, answered or not."""
        return _COUNTS.validate_json(self._ask("GET", "/requests"))

    def reset(self) -> None:
        self._ask("POST", "/reset")

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
