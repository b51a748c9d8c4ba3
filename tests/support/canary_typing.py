"""Every command of the command line, typed well, typed wrongly, and typed with names all over."""

import random
import shlex
from collections.abc import Iterator
from typing import Any

from any_command import RIGHT_ROLES, AnyCommand
from canary_stand import CanaryStand
from canary_words import with_needles
from core_driver import CoreDriver
from pydantic import ValidationError
from typer.main import get_command

from cli.command_options import TYPED_AS, as_typed
from cli.main import app
from config.loader import load_protocol
from pathway.commands import COMMANDS, Command
from pathway.roles import Role

BY = {
    Role.COORDINATOR: "mara.voss",
    Role.MENTAL_HEALTH_PROFESSIONAL: "ines.abara",
    Role.THERAPIST: "jon.pell",
    Role.NURSE: "nia.crow",
    Role.PRESCRIBER: "dr.hale",
    Role.PATIENT: "mara.voss",
    Role.OPS: "pat.ops",
}
NEVER_TYPED = frozenset({"worker"})
"""Runs for as long as the stand does, which starts it."""


def all_commands() -> dict[str, list[Any]]:
    """Each command of the command line by its words, with its parameters."""
    return dict(_leaves(get_command(app), ()))


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, list[Any]]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path), command.params
        return
    for name, each in below.items():
        yield from _leaves(each, (*path, name))


async def names_everywhere(stand: CanaryStand, *, cut: bool) -> None:
    """Somebody types a name where a reference, an option, a number or a date belongs."""
    for name, parameters in all_commands().items():
        if name in NEVER_TYPED:
            continue
        flow = f"typed wrongly: {name}"
        word = stand.needles.name(flow)
        path = name.split()
        await stand.waymark(*path, word, word, word, word, name=name)
        if cut:
            continue
        await stand.waymark(*path, f"--{word}", name=name)
        await stand.waymark(*path, "J-0000000000", "--by", word, name=name)
        named = [p.opts[0] for p in parameters if getattr(p, "opts", [""])[0].startswith("--")]
        for option in named:
            if option not in {"--json", "--watch"}:
                given = (option, f"{word} {word}", "--json")
                await stand.waymark(*path, "J-0000000000", *given, name=name)
    word = stand.needles.name("no command")
    for words in (
        (word,),
        ("do", word),
        ("show", f"--{word}"),
        ("show", word),
        ("ack", word, "e1"),
    ):
        await stand.waymark(*words, name="wrong usage")


async def any_of_each(stand: CanaryStand, reference: str) -> None:
    """Each command of the pathway, with words in every free text, as chance fills it in."""
    driver = CoreDriver.open(load_protocol(stand.settings.protocol_file)).admitted()
    driver.now = stand.session.now
    any_ = AnyCommand(driver, random.Random(stand.needles.seed))  # noqa: S311
    for kind in COMMANDS:
        if kind.model_fields.keys() & TYPED_AS:
            continue
        command = _built(any_, kind, stand)
        if command is not None:
            words = shlex.split(as_typed(command, reference))[1:]
            await stand.waymark(*words)


def _built(any_: AnyCommand, kind: type[Command], stand: CanaryStand) -> Command | None:
    role = RIGHT_ROLES.get(kind, Role.PRESCRIBER)
    for attempt in range(20):
        fields = any_.fields(kind) | {"role": role, "by": BY[role]}
        try:
            made = kind.model_validate({"key": f"canary-{kind.name}-{attempt}", **fields})
        except ValidationError:
            continue
        return with_needles(made, stand.needles, everywhere=True)
    return None
