"""The stored histories: synthetic, one file for each run of each story."""

import re
from pathlib import Path

from journey_stand import Stand
from stories import STORIES
from temporalio.client import WorkflowHistory

FOLDER = Path(__file__).parent.parent / "replay" / "histories"


async def record(stand: Stand, folder: Path) -> list[Path]:
    """Live every story once and store its histories; what was stored before is replaced."""
    for old in folder.glob("*.json"):
        old.unlink()
    written = []
    for name, story in STORIES.items():
        journey = await story(stand)
        for number, history in enumerate(reversed(await journey.histories()), start=1):
            path = folder / f"{name}-{number}.json"
            path.write_text(_anonymous(history.to_json()) + "\n", encoding="utf-8")
            written.append(path)
    return written


def _anonymous(history: str) -> str:
    """Without the machine that recorded it: its name, and its paths in stack traces."""
    history = re.sub(r'"stackTrace": *"(?:[^"\\]|\\.)*"', '"stackTrace": ""', history)
    return re.sub(r'"[^"]*\d+@[^"]*"', '"worker"', history)


def stored() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))


def read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))
