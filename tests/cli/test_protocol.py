"""`waymark protocol`: check says what is wrong, show says everything, schema is a schema."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType
from rich.table import Table
from typer.testing import CliRunner

from cli.exit_codes import ExitCode
from cli.main import app
from cli.protocol_sheet import body, sheet
from cli.protocol_sheet.phrases import DEMO
from config.loader import load_protocol, shipped_protocol
from config.protocol_check import messages, shipped_protocols
from pathway.protocol import Group, Protocol
from pathway.protocol.places import sourced_values

SHIPPED = shipped_protocol().read_text(encoding="utf-8")
KETAMINE = load_protocol()
WORDS, ASKING = messages(), messages("asking")
NAMES = [file.name.removesuffix(".yaml") for file in shipped_protocols()]


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["protocol", *words])
    return result.exit_code, result.output


def _sheet(protocol: Protocol, of: Callable[..., Iterator[RenderableType]] = sheet) -> str:
    """On paper so broad that no sentence is broken."""
    paper = io.StringIO()
    console = Console(file=paper, width=2000)
    for part in of(protocol, WORDS, ASKING):
        console.print(part, markup=False)
    return paper.getvalue()


def _ours(tmp_path: Path, old: str, new: str) -> str:
    assert old in SHIPPED
    file = tmp_path / "ours.yaml"
    file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    return str(file)


def test_what_is_shipped_is_checked_unless_files_are_given() -> None:
    code, said = _run("check")
    assert code == ExitCode.OK
    assert all(f"{name}.yaml" in said for name in NAMES)
    assert "nothing is wrong" in said
    for name in NAMES:
        assert f"{name}.yaml may not be published: " in said


def test_check_counts_what_stands_in_the_way_of_real_patients() -> None:
    _, said = _run("check", "--json")
    counts = {each["file"]: each["values"] for each in json.loads(said)["unpublished"]}
    for name in NAMES:
        protocol = load_protocol(shipped_protocol(name))
        demo = sum(each.demo for _, each in sourced_values(protocol))
        assert counts[f"{name}.yaml"] == demo > 20


def test_publishing_refuses_the_demonstration() -> None:
    code, said = _run("check", "--publish", "--json")
    assert code == ExitCode.WRONG_USAGE
    assert {wrong["severity"] for wrong in json.loads(said)["wrong"]} == {"publish"}


def test_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    file = _ours(tmp_path, "value: 40m", "value: 20m")
    code, said = _run("check", file, "--json")
    assert code == ExitCode.WRONG_USAGE
    (wrong,) = json.loads(said)["wrong"]
    assert wrong["path"] == "steps.infusion.planned.value"
    assert wrong["file"] == "ours.yaml"
    assert (wrong["expected"], wrong["found"]) == ("30m or more", "20m")


def test_each_file_is_checked_although_one_is_no_protocol(tmp_path: Path) -> None:
    file = _ours(tmp_path, "daily_cap: 2", "daily_cap: 0")
    code, said = _run("check", file, "--json", str(tmp_path / "nowhere.yaml"))
    assert code == ExitCode.WRONG_USAGE
    first, second = json.loads(said)["wrong"]
    assert "at texting.daily_cap: " in first["says"]
    assert (first["file"], first["path"]) == ("ours.yaml", "texting.daily_cap")
    assert first["line"] == 1 + SHIPPED[: SHIPPED.index("  daily_cap:")].count("\n")
    assert (second["file"], second["line"], second["path"]) == ("nowhere.yaml", None, None)
    assert second["says"] == "nowhere.yaml: cannot be read: FileNotFoundError"


@pytest.mark.parametrize("name", NAMES)
def test_show_prints_the_protocol_to_be_signed(name: str) -> None:
    code, said = _run("show", name)
    protocol = load_protocol(shipped_protocol(name))
    assert code == ExitCode.OK
    for words in (
        protocol.content_hash,
        protocol.timing_hash,
        "NOT FOR REAL PATIENTS",
        "Signed by",
    ):
        assert words in said


def test_show_takes_a_file_too(tmp_path: Path) -> None:
    code, said = _run("show", _ours(tmp_path, "id: ketamine-iv", "id: ours"))
    assert code == ExitCode.OK
    assert "OURS@1" in said


def test_show_names_what_there_is() -> None:
    code, said = _run("show", "nosuch")
    assert code == ExitCode.WRONG_USAGE
    assert all(name in said for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_show_holds_every_value_with_its_source(name: str) -> None:
    protocol = load_protocol(shipped_protocol(name))
    written = _sheet(protocol)
    for place, sourced in sourced_values(protocol):
        if "apart" in place or (isinstance(sourced, Group) and sourced.apart):
            continue
        row = [line for line in written.splitlines() if f"{_path(place)} " in line]
        told = [line for line in row if sourced.source in line and sourced.evidence in line]
        inside = any(p[: len(place)] == place and p != place for p, _ in sourced_values(protocol))
        assert told or inside, (place, row)
        assert all(DEMO in line for line in told) or not sourced.demo


def _path(place: tuple[int | str, ...]) -> str:
    return re.sub(r"\.(\d+)", r"[\1]", ".".join(map(str, place)))


@pytest.mark.parametrize("name", NAMES)
def test_show_holds_every_source_and_every_text(name: str) -> None:
    protocol = load_protocol(shipped_protocol(name))
    written = _sheet(protocol)
    sources = {s.source for p, s in sourced_values(protocol)}
    held = {source for source in sources if source in written}
    groups = {s.source for _, s in sourced_values(protocol) if _only_holds_others(s)}
    assert sources - held <= groups
    for texts in (*messages().values(), *messages("asking").values()):
        assert all(words in written for words in texts.values())


def _only_holds_others(sourced: object) -> bool:
    return sum(1 for _ in sourced_values(sourced)) > 1


def _invented(place: tuple[int | str, ...], *, alone: bool) -> Protocol:
    """The shipped protocol with this one value of the demonstration, or with none."""
    content = KETAMINE.model_dump(mode="json")
    for each, _ in sourced_values(KETAMINE):
        at: Any = content
        for key in each:
            at = at[key]
        at["demo"] = alone and each == place
    return Protocol.model_validate(content)


def _marks(protocol: Protocol) -> int:
    """How often the sheet's sentences and tables say that a value is invented."""
    said: list[str] = []
    for part in body(protocol, WORDS, ASKING):
        said.append(str(part.title) if isinstance(part, Table) else str(part))
        columns = part.columns if isinstance(part, Table) else ()
        said += [str(cell) for column in columns for cell in column.cells]
    return "\n".join(said).count(DEMO)


def _says_nothing_itself(place: tuple[int | str, ...]) -> bool:
    """A group each of whose values has evidence of its own."""
    return place == ("eligibility", "resistance")


def test_rule_30_each_invented_value_is_marked_where_it_stands() -> None:
    assert not _marks(_invented((), alone=False))
    silent = [
        _path(place)
        for place, _ in sourced_values(KETAMINE)
        if not _says_nothing_itself(place) and not _marks(_invented(place, alone=True))
    ]
    assert silent == []


def test_what_a_clinician_reads_is_no_code() -> None:
    written = _sheet(load_protocol(), body)
    for raw in ("{due}", " 0 seconds", "mmhg", "hard stop", "percent "):
        assert raw not in written, raw
    for words in (
        "PADSS",
        "3 attempts, 1 hour apart at least",
        "answers to the patient within 1 hour, else call",
        "notices of a closed day within 12 hours, else call",
        "Pauses do not eat the observation",
        "less than 20 % gone, both since the first score and since the one before",
        "overdue 3 minutes later [DEMONSTRATION VALUE]: ladder `chair`",
        "respiratory depression, dissociation that persists",
    ):
        assert words in written, words
    patient = [line for line in written.splitlines() if "text `please_call`" in line]
    assert any("outside the patient's quiet hours" in line for line in patient)
    assert not any("any hour" in line for line in patient)


def test_a_value_that_is_not_set_is_loud() -> None:
    protocol = load_protocol()
    limit = protocol.course.dose.step_up_max.model_copy(update={"value": None, "demo": False})
    dose = protocol.course.dose.model_copy(update={"step_up_max": limit})
    course = protocol.course.model_copy(update={"dose": dose})
    written = _sheet(protocol.model_copy(update={"course": course}))
    assert "1 are not set" in written
    (row,) = [line for line in written.splitlines() if "course.dose.step_up_max" in line]
    assert "NOT SET" in row


def test_the_schema_describes_what_the_models_say() -> None:
    code, said = _run("schema")
    schema = json.loads(said)
    assert code == ExitCode.OK
    rung = schema["$defs"]["Rung"]["properties"]
    assert rung["wait"]["pattern"] == "^[0-9]{1,9}[dhms]$"
    assert "demonstration" in schema["$defs"]["Count"]["properties"]["demo"]["description"]
