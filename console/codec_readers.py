"""Who may have payloads opened: identities of the console, which no journey knows."""

from enum import StrEnum
from typing import Protocol

from fastapi import Request

from pathway.model import Model


class ReaderRole(StrEnum):
    OPS = "ops"
    AUDITOR = "auditor"
    """Sees restricted records too, as the privacy officer does."""


class Reader(Model):
    """Who asks, and as what."""

    who: str
    role: ReaderRole


class Readers(Protocol):
    async def of(self, request: Request) -> Reader:
        """Whose request it is. Raises Refused."""


class OnThisMachine:
    """Everybody is the same person: for the demonstration on a loopback address alone."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of(self, _request: Request) -> Reader:
        return self._reader
