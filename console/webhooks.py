"""What Twilio calls: a text that came in, and what became of one of ours.

A request is checked, kept, and answered. What it means is read later by others. Nothing here
reads the request's own idea of its URL, and nothing of what it brings is logged.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import FastAPI, Request, Response

from config.settings import Settings
from console.bodies import Unacceptable
from console.desk import Desk
from console.forms import read_form
from console.notices import Kind, Notice
from console.signature import Signatures
from workers.metrics import counters

_SIGNATURE = "x-twilio-signature"
_SID = re.compile(r"[A-Z]{2}[0-9A-Fa-f]{1,62}")
"""It becomes part of ids, which stand in clear: one that Twilio cannot have made is no id."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Ours:
    """The account and the senders whose webhooks are ours."""

    account_sid: str
    number: str | None
    service_sid: str | None

    @classmethod
    def of(cls, settings: Settings) -> "Ours":
        """Raises ValueError when no account is set."""
        if settings.twilio_account_sid is None:
            raise ValueError("no account is set")
        return cls(
            settings.twilio_account_sid,
            settings.twilio_from,
            settings.twilio_messaging_service_sid,
        )

    def is_about_us(self, notice: Notice) -> bool:
        """Whether it belongs to this account, and came to or went out from a sender of ours."""
        if notice.first("AccountSid") != self.account_sid:
            return False
        end = notice.first("To" if notice.kind is Kind.INBOUND else "From")
        service = notice.first("MessagingServiceSid")
        if notice.kind is Kind.STATUS and not end and not service:
            return True  # a text that failed before a sender was chosen
        return end == self.number or (service != "" and service == self.service_sid)


class Webhooks:
    """The two webhooks of one account."""

    def __init__(self, ours: Ours, signatures: Signatures, desk: Desk) -> None:
        self._ours = ours
        self._signatures = signatures
        self._desk = desk

    def add_to(self, app: FastAPI, prefix: str) -> None:
        """Answer below this path."""
        # Plain routes: what FastAPI reads of a request would be read before its signature is.
        app.add_route(f"{prefix}/twilio/inbound", self._inbound, methods=["POST"])
        app.add_route(f"{prefix}/twilio/status", self._status, methods=["POST"])

    async def _inbound(self, request: Request) -> Response:
        return await self._answer(request, Kind.INBOUND)

    async def _status(self, request: Request) -> Response:
        return await self._answer(request, Kind.STATUS)

    async def _answer(self, request: Request, kind: Kind) -> Response:
        try:
            notice = await self._verified(request, kind)
        except Unacceptable as refused:
            counters.webhook_refused(refused.reason)
            log.warning("webhook_refused", kind=kind, status=refused.status, reason=refused.reason)
            return Response(status_code=refused.status)
        kept = await self._desk.take(notice)
        counters.webhook_taken(kind, kept=kept)
        # 503 has Twilio try again, which is all that is left.
        return Response(status_code=204 if kept else 503)

    async def _verified(self, request: Request, kind: Kind) -> Notice:
        """The webhook, if Twilio sent it and it is ours. Raises Unacceptable."""
        received_at = datetime.now(UTC)
        fields = await read_form(request)
        path: bytes = request.scope["raw_path"]
        query: bytes = request.scope["query_string"]
        signature = request.headers.get(_SIGNATURE, "")
        if not self._signatures.hold(path, query, fields, signature):
            raise Unacceptable(403, "signature")
        notice = Notice(
            kind=kind, received_at=received_at, query=query.decode("latin-1"), fields=fields
        )
        if not self._ours.is_about_us(notice):
            raise Unacceptable(403, "not_ours")
        if not _SID.fullmatch(notice.sid):
            raise Unacceptable(400, "no_sid")
        return notice
