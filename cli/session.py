"""What a command works with: settings, clinic, records, and Temporal when it is needed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client

from config.clinic import Clinic, load_clinic
from config.keys import ring_of
from config.loader import load_protocol
from config.settings import Settings, SettingsError, load_settings
from pathway.demonstration import is_demonstration
from pathway.roles import Role
from records.database import Records
from records.engine import database_url
from records.errors import RecordsUnavailableError
from workers.connection import connect
from workers.plugin import plugin_for


@dataclass
class Session:
    """Everything a command may turn to, and how long it may wait for it."""

    settings: Settings
    clinic: Clinic
    records: Records
    patience: timedelta
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """One instant for the whole command, so that its parts agree."""
    _client: Client | None = None
    _begun: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @classmethod
    @asynccontextmanager
    async def open(cls, patience: float) -> AsyncIterator["Session"]:
        """Read the settings and open the records; nothing is connected yet.

        Raises SettingsError, ConfigError or RecordsUnavailableError, each with its sentence.
        """
        settings = load_settings()
        clinic = load_clinic(settings.clinic_file)
        _require_file(settings)
        ring = ring_of(settings, clinic)
        records = await Records.open(settings.database_url, ring=ring)
        try:
            yield cls(settings, clinic, records, timedelta(seconds=patience))
        finally:
            await records.close()

    async def temporal(self) -> Client:
        """The connection to Temporal. Raises UnreachableError when patience runs out."""
        if self._client is None:
            self._client = await connect(
                self.settings,
                plugin=plugin_for(self.records.ring, self.clinic),
                patience=self.left,
            )
        return self._client

    @property
    def left(self) -> timedelta:
        """How much patience is left; never nothing, so that each thing is tried once."""
        used = asyncio.get_running_loop().time() - self._begun
        return max(self.patience - timedelta(seconds=used), timedelta(milliseconds=100))

    @property
    def exhausted(self) -> bool:
        used = asyncio.get_running_loop().time() - self._begun
        return timedelta(seconds=used) >= self.patience

    @property
    def zone(self) -> str:
        """The clinic's zone, in which staff think."""
        return self.clinic.zone

    @property
    def demonstration(self) -> bool:
        """Whether the clinic, or the protocol that new journeys carry, is invented."""
        if self.clinic.demo:
            return True
        return is_demonstration(load_protocol(self.settings.protocol_file))

    def roles_of(self, staff_id: str) -> tuple[Role, ...] | None:
        """What a person of the clinic may act as; None when nobody has this id."""
        person = self.clinic.staff(staff_id)
        return person.roles if person else None


def _require_file(settings: Settings) -> None:
    """SQLite would make an empty file of a missing one, for everybody on the machine to read."""
    try:
        url = database_url(settings.database_url)
    except ValueError as error:
        raise SettingsError(f"WAYMARK_DATABASE_URL cannot be used: {error}.") from None
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        raise RecordsUnavailableError("there is no database file yet")
