"""The control API from Python: what tests and local runs steer a network with."""

from urllib.parse import quote

from pydantic import TypeAdapter

from simulator.control_connection import of_number
from simulator.faults import Fault, FaultKind, FaultReport, Match
from simulator.model import Phone, PhoneDeclaration, PhoneKind, Received
from simulator.webhook_control import WebhookControl

_PHONE = TypeAdapter(Phone)
_REPORT = TypeAdapter(FaultReport)
_REPORTS = TypeAdapter(tuple[FaultReport, ...])
_LEDGER = TypeAdapter(tuple[Received, ...])
_COUNTS = TypeAdapter(dict[str, int])


class Control(WebhookControl):
    """Steers the network at a base URL. Raises RuntimeError when it answers with an error."""

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
        return _LEDGER.validate_json(self._ask("GET", of_number("/ledger", number)))

    def requests(self) -> dict[str, int]:
        """How many creates, fetches and lists came in, answered or not."""
        return _COUNTS.validate_json(self._ask("GET", "/requests"))

    def reset(self) -> None:
        self._ask("POST", "/reset")
