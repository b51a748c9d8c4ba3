"""Leaks on purpose, one in each class of places, to prove that a search there finds what is there.

Where a leak can be made as a real one would be made, it is: lines in logs, a workflow that is
started without a key, a row, a file, a request. Where not, its bytes are put among those kept.
"""

import asyncio
import base64
import sqlite3
from contextlib import closing
from urllib.parse import quote

from canary_stand import CanaryStand
from needles import Needles
from places import Place
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from activities.provider import Provider
from activities.provider_answers import Posted
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, SERVICE_SENDER
from workflows.search_attributes import PROTOCOL


async def plant(stand: CanaryStand) -> Needles:
    """Put a leak of each kind into the stand; the needles that are to be found now."""
    planted = Needles(99)
    word = planted.word("planted")
    _in_files(stand, planted)
    await _in_the_server(stand, word)
    await _in_our_database(stand, planted)
    await asyncio.to_thread(_in_the_network, stand, planted.name("planted"))
    stand.said.add("planted", base64.b64encode(f"no {word}".encode()))
    stand.answers.add("planted", f'{{"input": "{quote(word)}"}}')
    return planted


def among(place: Place, planted: Needles) -> None:
    """Put a leak among the bytes of a place that is made of what others tell us."""
    (word, *_) = planted.given
    place.add("planted", word.text.upper().encode("utf-16-le"))


def _in_files(stand: CanaryStand, planted: Needles) -> None:
    born, number = planted.born("planted"), planted.number("planted")
    with (stand.folder / "logs" / "worker.log").open("a") as log:
        log.write(
            f'{{"event": "odd", "born": "{born:%m/%d/%Y}", "to": "{number[2:].encode().hex()}"}}\n'
        )
    (stand.folder / "spool").mkdir(exist_ok=True)
    (stand.folder / "spool" / f"{number}.notice").touch()
    (stand.folder / "odd.json").write_text(f"{born!r}")
    (stand.folder / "ui" / "odd.log").write_text(f"GET /?to={quote(number)}")


async def _in_the_server(stand: CanaryStand, word: str) -> None:
    await stand.in_clear.start_workflow(
        "Nobody",
        {"note": word},
        id="planted",
        task_queue="nobody",
        memo={"who": word},
        static_summary=word,
        search_attributes=TypedSearchAttributes([SearchAttributePair(PROTOCOL, word)]),
    )
    # Visibility is written a moment later.
    await asyncio.sleep(2)


async def _in_our_database(stand: CanaryStand, planted: Needles) -> None:
    written = planted.name("planted in our database")
    if stand.session.records.dialect == "sqlite":
        with closing(sqlite3.connect(stand.folder / "waymark.db")) as opened, opened:
            opened.execute("CREATE TABLE planted (said TEXT)")
            opened.execute("INSERT INTO planted VALUES (?)", (written,))
        return
    async with stand.session.records.begin() as session:
        await session.execute(text("CREATE TABLE planted (said TEXT)"))
        await session.execute(text("INSERT INTO planted VALUES (:said)"), {"said": written})


def _in_the_network(stand: CanaryStand, name: str) -> None:
    provider = Provider(
        DEMONSTRATION_ACCOUNT,
        SecretStr(DEMONSTRATION_TOKEN),
        SERVICE_SENDER,
        f"http://127.0.0.1:{stand.settings.port_simulator}",
        f"http://127.0.0.1:{stand.settings.port_console}/twilio/status",
        10,
    )
    answer = provider.create("+14155550123", f"Dear {name}", f"J-0000000000/{name}")
    provider.close()
    assert isinstance(answer, Posted), answer
