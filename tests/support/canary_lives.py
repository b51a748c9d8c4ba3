"""Stories of the demonstration, lived by patients who are needles, with needles in every word."""

import asyncio
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from canary_stand import CanaryStand
from canary_words import with_needles

from cli import asking
from cli.command_options import TYPED_AS, as_typed
from cli.exit_codes import ExitCode
from cli.session import Session
from local.demo import player
from local.demo.notebook import Notebook
from local.demo.player import Player
from local.demo.stories import Story
from pathway import civil
from pathway.commands import Command
from pathway.model import PathwayReference
from pathway.roles import Role
from workflows.messages import Answer


class Giver:
    """In place of `cli.asking` for a player: puts needles in, and types a command the first time.

    Each kind is given by `waymark do` once; from then on as the command line itself gives it.
    """

    def __init__(self, stand: CanaryStand) -> None:
        self._stand = stand
        self._typed: set[type[Command]] = set()

    async def give(
        self, session: Session, reference: PathwayReference, command: Command
    ) -> Answer | None:
        told = with_needles(command, self._stand.needles)
        kind = type(told)
        untyped = told.role is Role.PATIENT or kind.model_fields.keys() & TYPED_AS
        if kind in self._typed or untyped:
            return await asking.give(session, reference, told)
        self._typed.add(kind)
        result = await self._stand.waymark(*shlex.split(as_typed(told, reference))[1:])
        assert result.exit_code == ExitCode.OK, (kind.__name__, result.output)
        return None


async def live(
    stand: CanaryStand,
    stories: Mapping[str, tuple[Story, PathwayReference]],
    folder: Path,
    patch: pytest.MonkeyPatch,
) -> None:
    """Tell stories to their ends along one clock, by the names they are given."""
    giver = Giver(stand)
    patch.setattr(player, "asking", giver)
    now = datetime.now(UTC).replace(microsecond=0)
    first = civil.local(now, stand.session.zone).date() + timedelta(days=1)
    notebook = Notebook.open(folder / "stories.json", first)
    tasks = []
    for name, (story, reference) in stories.items():
        stand.director.joins(reference)
        told = Player(name, reference, stand.session, stand.director, notebook, now)
        tasks.append(asyncio.create_task(story(told), name=name))
    try:
        await stand.director.play(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    stand.drove(*(f"story: {story.__name__}" for story, _ in stories.values()))
