"""Enrols the examples' referrals and tells every story, along one clock."""

import asyncio
from datetime import datetime
from pathlib import Path

from cli.enroll_file import read_file
from cli.session import Session
from cli.starting import start_waiting
from local.demo.director import Director, Midway
from local.demo.notebook import Notebook
from local.demo.player import Player
from local.demo.stories import Chosen
from local.errors import StandError
from local.progress import Progress
from pathway import civil
from pathway.model import PathwayReference
from records import patients

REFERRALS = Path(__file__).parents[2] / "examples" / "referrals.csv"


async def tell(
    session: Session,
    notebook: Notebook,
    chosen: Chosen,
    progress: Progress,
    until: Midway | None = None,
) -> None:
    """Tell every chosen story from where it stands to its end, or until it is midway."""
    references = await _enrolled(session, progress)
    notebook.save()
    with progress.step("The stories") as step:
        director = Director(
            await session.temporal(), lambda now: step.note(_where(now, notebook, session.zone))
        )
        if notebook.done:
            await director.freshen(references.values())
        tasks = []
        for name, story in chosen.items():
            reference = references[name]
            director.joins(reference)
            player = Player(
                name, reference, session, director, notebook, session.now.replace(microsecond=0)
            )
            tasks.append(asyncio.create_task(story(player), name=name))
        try:
            await director.play(tasks, until)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    if until is None:
        notebook.told += chosen
    notebook.save()


def _where(now: datetime, notebook: Notebook, zone: str) -> str:
    acts = sum(notebook.done.values())
    return f"{civil.local(now, zone):%a %d %b %Y %H:%M}, {acts} acts"


async def _enrolled(session: Session, progress: Progress) -> dict[str, PathwayReference]:
    """The references of the stories' patients, by record number."""
    read = await read_file(session, REFERRALS, progress=False)
    started, not_started = await start_waiting(session)
    if not_started:
        raise StandError("Temporal gave no answer.", "Run `make demo` again.")
    if started:
        bad = len(read.bad)
        progress.say(f"{len(started)} patients enrolled; {bad} rows are reported and not in.")
    found = {}
    for row in read.rows:
        patient = await patients.get(session.records, row.reference)
        if patient is not None and patient.record_number:
            found[patient.record_number] = row.reference
    return found
