"""Reading a file of 10,000 referrals while Temporal is away, on both databases.

The file has a byte-order mark, quoted newlines, several forms of dates and 3 % bad rows. What is
measured is the whole command as a person gives it, with its memory at the highest.
"""

import argparse
import asyncio
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from bench import postgres
from bench.keys import KEYS, RING
from bench.meter import provenance
from bench.page import Figures
from bench.programs import ROOT
from cli.exit_codes import ExitCode
from local.errors import StandError
from local.ports import free_port
from local.process import bare_environment
from local.progress import Progress
from records.database import migrate

_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%-d %b %Y", "%B %-d, %Y")
_TAKEN_IN = frozenset({ExitCode.OK, ExitCode.SOME_ROWS_BAD, ExitCode.NO_ANSWER})
"""Some rows are bad, and no journey can be started."""
_BAD_EVERY = 33
_BAD = ({"phone": "555"}, {"born": "31/12/1980"}, {"born": "2015-01-01"}, {"given_name": ""})


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 10_000])


async def run(chosen: argparse.Namespace, progress: Progress) -> list[Figures]:
    rows = []
    with postgres.running() as server, tempfile.TemporaryDirectory() as folder:
        for count in chosen.rows:
            file = Path(folder) / f"{count}.csv"
            bad = _written(file, count)
            for store in ("sqlite", "postgres"):
                url = f"sqlite+aiosqlite:///{folder}/{count}.db"
                if store == "postgres":
                    url = server.url(server.create("records"))
                with progress.step(f"{count} referrals on {store}"):
                    rows.append([store, f"{count:,}", str(bad), *await _enrolled(file, url)])
    note = f"`waymark enroll --csv FILE --patience 2`, Temporal away. {provenance()}"
    return [Figures("referrals", _HEADINGS, rows, note)]


_HEADINGS = ("store", "rows", "bad", "seconds", "most MiB")


def _written(file: Path, count: int) -> int:
    """Write the file; how many of its rows are bad."""
    rows = list(_rows(count))
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return sum(1 for number in range(count) if _is_bad(number))


def _is_bad(number: int) -> bool:
    return number % _BAD_EVERY == _BAD_EVERY - 1


def _rows(count: int) -> Iterator[dict[str, str]]:
    for number in range(count):
        born = date(1950, 1, 1) + timedelta(days=number)
        row = {
            "record_number": f"B-{number:06}",
            "given_name": f"Given{number}",
            "family_name": f"Family{number}",
            "born": born.strftime(_FORMS[number % len(_FORMS)]),
            "phone": f"+1415555{100 + number % 100:04}",
            "note": "Calls back late.\nAsks for a letter." if number % 5 == 0 else "",
        }
        yield row | (_BAD[number // _BAD_EVERY % len(_BAD)] if _is_bad(number) else {})


async def _enrolled(file: Path, url: str) -> list[str]:
    """Seconds, and the highest memory that the command's process came to."""
    await migrate(url, ring=RING)
    env = bare_environment(
        WAYMARK_DATABASE_URL=url,
        WAYMARK_PORT_TEMPORAL=str(free_port()),
        WAYMARK_STATE_DIR=str(file.parent),
        WAYMARK_KEYS=KEYS,
        PYTHONPATH=str(ROOT),
    )
    command = ("enroll", "--csv", str(file), "--by", "mara.voss", "--patience", "2")
    return await asyncio.to_thread(_measured, command, env)


def _measured(command: Sequence[str], env: Mapping[str, str]) -> list[str]:
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", "from cli.main import app; app()", *command],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in _TAKEN_IN:
        raise StandError(f"The command ended with {process.returncode}.", "Give it by hand.")
    return [f"{time.monotonic() - began:.0f}", f"{usage.ru_maxrss / 1024:.0f}"]
