"""Every command of the pathway can be typed: help, options, and back to the line that gives it."""

import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
import typer
from cli_runner import Cli
from pydantic.fields import FieldInfo

from cli import do
from cli import nested_options as nested
from cli.command_options import (
    LOOKED_UP,
    TYPED_AS,
    as_typed,
    built,
    fields_of,
    flag,
    plain_type,
    values_from,
)
from cli.contact_options import GivenContact
from cli.disclosure_options import GivenDisclosure
from cli.exit_codes import ExitCode
from cli.giving import Common
from cli.main import app
from cli.option_help import HELP
from config.loader import load_protocol, shipped_protocol
from pathway.commands import COMMANDS, Command
from pathway.facts import Vitals
from pathway.journey import Contact
from pathway.model import Model
from pathway.roles import Role

ZONE = "America/Los_Angeles"
NOW = datetime(2026, 12, 1, 20, tzinfo=UTC)
EVERY = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


@pytest.fixture
def bare(tmp_path: Path) -> Cli:
    """The command with an empty database: for what needs neither Temporal nor a row."""
    (tmp_path / "records.db").touch()
    return Cli({"WAYMARK_DATABASE_URL": f"sqlite:///{tmp_path}/records.db"})


SAMPLES = {"inputs": ["0123456789abcdef"], "words": ["0123456789abcdef"], "digit": ["4"]}
"""For fields whose model takes few values: what to type, where the type does not tell."""


def number(field: FieldInfo | None) -> str:
    """Seven, or the number nearest to it that the field takes."""
    said = [*field.metadata, *_said_inside(field.annotation)] if field else []
    bounds = [m for each in said for m in (each, *getattr(each, "metadata", ()))]
    low = [m.ge for m in bounds if hasattr(m, "ge")] + [m.gt for m in bounds if hasattr(m, "gt")]
    high = [m.le for m in bounds if hasattr(m, "le")]
    return str(min([max([7, *low]), *high]))


def _said_inside(kind: Any) -> Iterator[Any]:
    """What pydantic was told of a type inside `... | None` and other types."""
    yield from getattr(kind, "__metadata__", ())
    for of in get_args(kind):
        yield from _said_inside(of)


def sample(kind: Any, field: FieldInfo | None = None) -> str:
    """A typed value of a type, inside another value."""
    if kind in {int, float}:
        return number(field)
    if nested.is_enum(kind):
        return str(next(iter(kind)).value)
    if nested.is_model(kind):
        fields = kind.model_fields.items()
        kinds = ((n, nested.plain(f.annotation), f) for n, f in fields)
        return "; ".join(f"{n}={sample(k, f)}" for n, k, f in kinds if not nested.is_model(k))
    if nested.is_list(kind):
        return sample(nested.inner(kind))
    known = {bool: "yes", datetime: "2026-12-02 10:00", date: "2026-12-02"}
    return known.get(kind, "because_it_is")


def typed(name: str, field: FieldInfo) -> list[str]:
    """An option with a value that its model takes."""
    kind = plain_type(field)
    if name in SAMPLES:
        return [word for each in SAMPLES[name] for word in (flag(name), each)]
    if nested.is_mapping(kind):
        return [flag(name), f"{_a_key(kind)}={sample(nested.inner(kind))}"]
    if kind != tuple[Vitals, ...] and (nested.is_list(kind) or nested.is_model(kind)):
        return [flag(name), sample(kind)]
    if kind is bool:
        return [flag(name)]
    if kind == tuple[Vitals, ...]:
        return [flag(name), "120/80 72 98", flag(name), "13:05 131/84 70 97"]
    if kind is datetime:
        return [flag(name), "2026-12-02 10:00"]
    if kind in {int, float}:
        return [flag(name), number(field)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [flag(name), next(iter(kind)).value]
    return [flag(name), sample(kind)]


def _a_key(kind: Any) -> str:
    keys = nested.plain(get_args(kind)[0])
    return str(next(iter(keys)).value) if nested.is_enum(keys) else "an_item"


def words_for(command: type[Command], *, all_of_them: bool) -> list[str]:
    words: list[str] = []
    for name, field in fields_of(command).items():
        if name in TYPED_AS:
            for part, of_part in TYPED_AS[name].model_fields.items():
                words += typed(part, of_part)
        elif all_of_them or (field.is_required() and name not in LOOKED_UP):
            words += typed(name, field)
    return words


class Given:
    """Stands in for `give`: keeps what the options came to."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.common = Common(None, None, None, None)

    async def __call__(
        self, _s: object, _o: object, _ref: str, _c: object, given: Any, common: Common
    ) -> ExitCode:
        self.values, self.common = dict(given), common
        return ExitCode.OK

    def command(self, command: type[Command]) -> Command:
        values = values_from(command, self.values, ZONE, NOW, NOW)
        if "contact" in fields_of(command):
            values["contact"] = Contact(zone=ZONE)
        common = {
            "key": self.common.key or str(uuid4()),
            "by": self.common.by or "mara.voss",
            "role": self.common.role or "coordinator",
            "happened_at": self.common.happened_at or NOW,
        }
        looked_up = dict.fromkeys(LOOKED_UP & fields_of(command).keys(), 3)
        return built(command, {**looked_up, **values, **common})


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    stand_in = Given()
    monkeypatch.setattr(do, "give", stand_in)
    return stand_in


@EVERY
def test_each_command_has_help_under_both_of_its_names(command: type[Command], bare: Cli) -> None:
    for name in (command.name, command.name.replace("_", "-")):
        shown = bare.now("do", name, "--help")
        assert shown.exit_code == 0
        assert command.says.split(";")[0].rstrip(".") in " ".join(shown.stdout.split())


@EVERY
def test_each_field_has_an_option_with_help(command: type[Command]) -> None:
    group: Any = typer.main.get_command(app)
    options = {o for p in group.commands["do"].commands[do.kebab(command)].params for o in p.opts}
    helps = [p.help for p in group.commands["do"].commands[do.kebab(command)].params]
    for name in fields_of(command):
        for part in TYPED_AS[name].model_fields if name in TYPED_AS else (name,):
            assert flag(part) in options
    assert all(helps)
    assert {"--by", "--role", "--happened-at", "--key", "--patience", "--json"} <= options


@EVERY
@pytest.mark.parametrize("all_of_them", [True, False], ids=["all", "required"])
def test_options_make_a_valid_command(
    command: type[Command], bare: Cli, given: Given, *, all_of_them: bool
) -> None:
    words = words_for(command, all_of_them=all_of_them)
    result = bare.now("do", do.kebab(command), "J-0000000000", *words)
    assert result.exit_code == 0, result.output
    made = given.command(command)
    assert isinstance(made, command)
    for name in LOOKED_UP & fields_of(command).keys():
        assert getattr(made, name) == (7 if all_of_them else 3)


@EVERY
def test_the_line_to_repeat_gives_the_same_command(
    command: type[Command], bare: Cli, given: Given
) -> None:
    typed_as: dict[str, Model] = {
        "contact": GivenContact(phone="", zone=ZONE, text_consent=False),
        "disclosure": GivenDisclosure(what="her plan", why="she asked"),
    }
    bare.now("do", do.kebab(command), "J-0000000000", *words_for(command, all_of_them=True))
    first = given.command(command)
    typed_words = next((v for n, v in typed_as.items() if n in fields_of(command)), None)
    line = as_typed(first, "J-0000000000", typed_words)
    program, *words = shlex.split(line)
    assert program == "waymark"
    result = bare.now(*words)
    assert result.exit_code == 0, result.output
    moment = datetime.fromisoformat(given.common.happened_at or "")
    assert moment == first.happened_at
    assert given.command(command) == first
    if "contact" in fields_of(command):
        assert (given.values["phone"], given.values["text_consent"]) == ("", False)
    if "disclosure" in fields_of(command):
        assert (given.values["person"], given.values["why"]) == (None, "she asked")


@EVERY
def test_what_is_required_is_asked_for(command: type[Command], bare: Cli, given: Given) -> None:
    required = words_for(command, all_of_them=False)
    asks = "contact" not in fields_of(command) and required
    result = bare.now("do", do.kebab(command), "J-0000000000")
    assert result.exit_code == (ExitCode.WRONG_USAGE if asks else ExitCode.OK)
    assert not asks or "Missing option" in result.stderr


def test_no_is_an_answer_too(bare: Cli, given: Given) -> None:
    bare.now("do", "record-consent", "J-0000000000", "--no-given")
    said = {name: value for name, value in given.values.items() if value is not None}
    assert said == {"given": False}


def test_a_reading_takes_the_time_in_front_or_that_of_the_command(bare: Cli, given: Given) -> None:
    record_vitals = next(c for c in COMMANDS if c.name == "record_vitals")
    bare.now("do", "record-vitals", "J-0000000000", *words_for(record_vitals, all_of_them=False))
    readings = given.command(record_vitals).model_dump()["readings"]
    assert [r["at"] for r in readings] == [NOW, NOW + timedelta(hours=1, minutes=5)]
    assert (readings[0]["systolic_mmhg"], readings[0]["spo2_percent"]) == (120, 98)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["record-vitals", "--reading", "120 80"], "120/80 72 98"),
        (["record-vitals", "--reading", "120/80 72 101"], "100"),
        (["start-infusion", "--dose-mg-per-kg", "-1"], "greater than 0"),
        (["start-infusion", "--dose-mg-per-kg", "much"], "number"),
        (["book", "--step", "infusion", "--at", "tomorrow"], "day and a time"),
        (["book", "--step", "infusion", "--at", "2027-03-14 02:30"], "skip"),
        (["book", "--step", "infusion", "--at", "2026-11-01 01:30"], "twice"),
        (["hand-over", "--escalation", "e1", "--to", "Dr Who", "--note", "x"], "pattern"),
    ],
)
def test_a_value_that_cannot_be_is_wrong_usage(words: list[str], says: str, bare: Cli) -> None:
    command, *options = words
    if "treatment" in next(c for c in COMMANDS if do.kebab(c) == command).model_fields:
        options += ["--treatment", "1"]
    if command == "book":
        options += ["--replaces", "0"]
    result = bare.now(
        "do", command, "J-0000000000", "--by", "nia.crow", "--role", "nurse", *options
    )
    assert result.exit_code == ExitCode.WRONG_USAGE
    assert says in " ".join(result.stderr.replace("│", " ").split())


def test_rule_22_the_help_says_whom_a_start_around_the_gates_pages_first() -> None:
    protocol = load_protocol(shipped_protocol("ketamine-iv"))
    ladder = protocol.ladders.named(protocol.steps.monitoring.ladder)
    assert ladder.rungs[0].to is Role.NURSE_ON_SHIFT
    assert "the nurse on shift first" in HELP["already_running"]
