"""All places of a stand that are searched, and what may stand where."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from canary_calling import call
from canary_faults import SPOOL_AS_IT_WAS
from canary_server import server_places
from canary_stand import CanaryStand
from places import Place
from sqlalchemy import text

OURS = "our database"
METRICS = "metrics"
PROCESSES = "processes"
URLS = "URLs"
TEXTS = "texts to phones"
PHONES = "the simulated network, but for texts and numbers"
_FIELDS_OF_A_TEXT = frozenset({"Body", "To", "From"})


async def all_places(stand: CanaryStand) -> list[Place]:
    """Everything that the stand has written or answered so far."""
    files = await asyncio.to_thread(_files, stand)
    places = [
        *await server_places(stand),
        *files,
        await _metrics(stand),
        await _phones(stand),
        _processes(stand),
        stand.said,
        stand.answers,
        await _urls(stand),
        await _texts(stand),
    ]
    if stand.session.records.dialect != "sqlite":
        # No file of ours then: what its database holds is dumped.
        places = [place for place in places if place.name != OURS]
        places.append(await _dump(stand))
    return places


def _files(stand: CanaryStand) -> Iterator[Place]:
    """Every file of the state folder: each belongs to one class of places."""
    classes = {
        "logs": Place("logs and standard output"),
        "temporal": Place("the server's files"),
        "ui": Place("the server's files of its UI"),
        "spool": Place("the spool"),
        "waymark.db": Place(OURS),
        "phones": Place("phones, which are not ours"),
    }
    rest = Place("the state folder")
    for file in sorted(stand.folder.rglob("*")):
        if not file.is_file():
            continue
        first = file.relative_to(stand.folder).parts[0]
        # The database has its log beside it.
        name = "waymark.db" if first.startswith("waymark.db") else first
        name = "spool" if first == SPOOL_AS_IT_WAS else name
        classes.get(name, rest).add_files([file], stand.folder)
    del classes["phones"]
    return iter([*classes.values(), rest])


async def _metrics(stand: CanaryStand) -> Place:
    """Wherever a process of ours serves them."""
    place = Place(METRICS)
    ports = [getattr(stand.settings, n) for n in type(stand.settings).model_fields if "port" in n]
    before = len(stand.answers.pieces)
    for port in ports:
        if port != stand.settings.port_temporal:
            await call(stand, "GET", "/metrics", port=port)
    place.pieces = stand.answers.pieces[before:]
    return place


async def _phones(stand: CanaryStand) -> Place:
    """What the network was sent beside the text itself, and the number that it went to."""
    place = Place(PHONES)
    file = stand.folder / "phones" / "simulator.db"
    for content in await asyncio.to_thread(_contents, file):
        _add_without_text(place, json.loads(content))
    return place


async def _urls(stand: CanaryStand) -> Place:
    """Those that texts carry, and those that the network is told to call."""
    place = Place(URLS)
    for received in await asyncio.to_thread(stand.control.ledger):
        place.add("status callback", received.status_callback or "")
        for link in re.findall(r"https?://\S+", received.body):
            place.add("link in a text", link)
    return place


def _contents(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as opened:
        rows = opened.execute("SELECT content FROM messages UNION ALL SELECT content FROM webhooks")
        return [row[0] for row in rows]


def _add_without_text(place: Place, content: dict[str, Any]) -> None:
    kept = {k: v for k, v in content.items() if k not in {"to", "from_number", "body", "phone"}}
    if "fields" in kept:
        kept["fields"] = [pair for pair in kept["fields"] if pair[0] not in _FIELDS_OF_A_TEXT]
    place.add(str(content.get("sid") or content.get("id")), json.dumps(kept, ensure_ascii=False))


def _processes(stand: CanaryStand) -> Place:
    """The arguments and the environment of each, which the machine shows to others."""
    place = Place(PROCESSES)
    for member in stand.stand.members:
        for name in ("cmdline", "environ"):
            file = Path(f"/proc/{member.pid}/{name}")
            if file.exists():
                place.add(f"{member.name}: {name}", file.read_bytes())
    return place


async def _dump(stand: CanaryStand) -> Place:
    """Every row of every table, as PostgreSQL writes it out."""
    place = Place(OURS)
    async with stand.session.records.session() as session:
        tables = await session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        for table in tables.all():
            rows = await session.scalars(text(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
            place.add(table, "\n".join(rows.all()))
    return place


async def _texts(stand: CanaryStand) -> Place:
    """The words of texts that we sent: no name, number or birth date may stand in them."""
    place = Place(TEXTS)
    for received in await asyncio.to_thread(stand.control.ledger):
        place.add(received.sid, received.body)
    return place
