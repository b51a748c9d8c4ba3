"""What both toys do: the plan of a treatment, one text, one journal row. No rules, no refusals.

They are what a team writes that needs reminders and a record of what happened, and leaves out
escalations, contact rules, moved appointments and everything else that makes the product.
"""

import os
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import BigInteger, DateTime, Integer, MetaData, String, Table, Text
from sqlalchemy import Column as Col
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from twilio.rest import Client

DATABASE, PROVIDER = "TOY_DATABASE", "TOY_PROVIDER"
DAY_SECONDS = 86_400.0

_tables = MetaData()
JOURNAL = Table(
    "journal",
    _tables,
    Col("id", BigInteger, primary_key=True, autoincrement=True),
    Col("patient", String(40), index=True),
    Col("number", Integer),
    Col("kind", String(40)),
    Col("at", DateTime(timezone=True)),
    Col("payload", Text),
)


class Start(BaseModel):
    patient: str
    phone: str
    treatments: int
    steps: dict[str, list[int]]
    """The steps of a treatment in their order; of each, its texts in seconds after the booking."""


class Act(BaseModel):
    """What a member of staff has done, with what she notes about it."""

    kind: str
    treatment: int
    by: str
    at: datetime
    note: str = ""


class Entry(BaseModel):
    patient: str
    number: int
    act: Act


class Message(BaseModel):
    patient: str
    phone: str
    body: str


class Outside:
    """The database and the provider, as one worker process holds them."""

    def __init__(self) -> None:
        address = os.environ[DATABASE].replace("postgresql://", "postgresql+psycopg://")
        self.engine: AsyncEngine = create_async_engine(address, pool_size=10)
        client: Any = Client("AC" + "0" * 32, "token")  # type: ignore[no-untyped-call]
        client.api.base_url = os.environ[PROVIDER]
        self._client = client

    async def prepare(self) -> None:
        async with self.engine.begin() as connection:
            await connection.run_sync(_tables.create_all)
        # Its connections belong to the event loop that made them, and a worker may use another.
        await self.engine.dispose()

    async def write(self, entry: Entry) -> None:
        act = entry.act
        row = {
            "patient": entry.patient,
            "number": entry.number,
            "kind": act.kind,
            "at": act.at,
            "payload": act.model_dump_json(),
        }
        async with self.engine.begin() as connection:
            await connection.execute(JOURNAL.insert().values(row))

    def send(self, message: Message) -> str:
        """Blocks; the provider's id of the text."""
        sent = self._client.messages.create(
            to=message.phone, body=message.body, from_="+15005550006"
        )
        return str(sent.sid)
