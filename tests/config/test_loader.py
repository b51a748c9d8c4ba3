"""A protocol file is read whole, or refused with file, line, path, expected and found."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from config.loader import load_protocol, shipped_protocol
from config.yaml_source import ConfigError
from pathway.protocol import Protocol, Sourced

SHIPPED = shipped_protocol().read_text(encoding="utf-8")


@dataclass(frozen=True)
class Broken:
    """A file with one mistake, and what its reader is told."""

    replace: str
    by: str
    line_of: str
    """The line that is named is the first that holds this, in the broken file."""
    told: tuple[str, ...]


WRONG = {
    "a wrong type": Broken(
        "version: 1", "version: one", "version:", ("at version", "integer", "found 'one'")
    ),
    "a number out of bounds": Broken(
        "daily_cap: 2", "daily_cap: 0", "daily_cap:", ("at texting.daily_cap", "1", "found 0")
    ),
    "an unknown key": Broken(
        "  spread: 10m",
        "  sprad: 10m\n  spread: 10m",
        "sprad",
        ("at texting.sprad", "this key is not known here"),
    ),
    "a missing key": Broken(
        "  spread: 10m\n",
        "",
        "texting:",
        ("at texting.spread", "this is required and was not found"),
    ),
    "a bad moment": Broken(
        "at: appointment - 72h",
        "at: breakfast - 72h",
        "breakfast",
        ("at steps.infusion.reminders[0].at", "expected an anchor", "found 'breakfast - 72h'"),
    ),
    "an unknown anchor": Broken(
        "due: infusion.end + 24h",
        "due: infusion.finish + 24h",
        "infusion.finish",
        (
            "at steps.psychotherapy.due",
            "anchors are appointment, due, infusion.at",
            "infusion.finish",
        ),
    ),
    "a clock time that does not exist": Broken(
        "day before 17:00",
        "day before 27:00",
        "27:00",
        ("at steps.infusion.reminders[1].at", "hour must be in 0..23", "found 'day before 27:00'"),
    ),
    "a duration without its unit": Broken(
        "spread: 10m",
        "spread: 10",
        "spread:",
        ("at texting.spread", "expected a duration such as 24h", "found 10"),
    ),
    "a role that nobody has": Broken(
        "owner: nurse",
        "owner: porter",
        "porter",
        ("at steps.monitoring.owner", "'coordinator'", "found 'porter'"),
    ),
    "an unknown text": Broken(
        "text: before_visit",
        "text: good_luck",
        "good_luck",
        ("at steps.infusion.reminders[0].text", "'please_call'", "found 'good_luck'"),
    ),
    "a ladder without rungs": Broken(
        "    rungs:\n      - {to: coordinator, wait: 30m}\n      - {to: prescriber, wait: 2h}\n",
        "    rungs: []\n",
        "rungs: []",
        ("at ladders.no_show.rungs", "at least 1 item"),
    ),
    "two reminders at one time": Broken(
        "{at: appointment - 2h, text: appointment_today}",
        "{at: appointment - 24h, text: appointment_today}",
        "reminders:",
        ("at steps.preparation.reminders", "expected one reminder for each moment"),
    ),
    "a condition of no vocabulary": Broken(
        "when: response_50 and stable",
        "when: response_50 and happy",
        "and happy",
        ("at steps.decision.advice[0].when", "expected one of: response_50", "and happy"),
    ),
    "a condition of both words": Broken(
        "only_if: high_risk or psychotherapy_not_held",
        "only_if: high_risk or worsening and relapse",
        "only_if",
        ("at steps.checkin.no_answer.only_if", "by `and` or by `or`, not by both"),
    ),
    "a count without its number": Broken(
        "non_improving_streak >= 3",
        "non_improving_streak",
        "- when: non_improving_streak",
        ("at steps.decision.advice[2].when", "expected non_improving_streak >= 3"),
    ),
    "a digit that is none": Broken(
        '"2": call_me',
        '"no": call_me',
        "confirm_by_reply",
        ("at steps.infusion.confirm_by_reply.no", "pattern"),
    ),
    "a policy that is none": Broken(
        "policy: hard_stop",
        "policy: refuse",
        "policy: refuse",
        ("at eligibility.screening.psychosis_current.policy", "'caution'", "found 'refuse'"),
    ),
    "a line without room": Broken(
        "say: Book the assessment",
        f"say: {'Book the assessment. ' * 10}",
        "Book the assessment. Book",
        ("at steps.assessment.nudges[0].say", "at most 200 characters"),
    ),
    "a unit that nobody doses by": Broken(
        "unit: mg_per_kg",
        "unit: grams",
        "unit: grams",
        ("at course.dose.unit", "'mg_per_kg'", "found 'grams'"),
    ),
    "a number below nothing": Broken(
        "value: 0.25",
        "value: -0.25",
        "value: -0.25",
        ("at course.dose.step_up_max.value", "greater than 0", "found -0.25"),
    ),
    "evidence of no kind": Broken(
        "{value: 18, evidence: clinic",
        "{value: 18, evidence: hearsay",
        "hearsay",
        ("at eligibility.age_min_years.evidence", "'set_by_site'", "found 'hearsay'"),
    ),
    "a value without its source": Broken(
        "    source: No published minimum was found; the medical director sets it.\n",
        "",
        "gap_min:",
        ("at course.gap_min.source", "this is required and was not found"),
    ),
}

NOT_YAML = {
    "a duplicate key": Broken(
        "version: 1",
        "version: 1\nversion: 2",
        "version: 2",
        ("the key version is given twice",),
    ),
    "a duplicate key further in": Broken(
        "  spread: 10m",
        "  spread: 10m\n  spread: 20m",
        "spread: 20m",
        ("the key texting.spread is given twice",),
    ),
    "an indentation that fits nothing": Broken(
        "  daily_cap: 2", " daily_cap: 2", " daily_cap: 2", ("expected",)
    ),
    "an alias of nothing": Broken("daily_cap: 2", "daily_cap: *two", "*two", ("undefined alias",)),
    "a tag that would run code": Broken(
        "daily_cap: 2",
        "daily_cap: !!python/object/apply:os.getcwd []",
        "!!python",
        ("could not determine a constructor",),
    ),
}


def _written(tmp_path: Path, broken: Broken) -> tuple[Path, int]:
    assert broken.replace in SHIPPED, "the shipped file no longer holds what is broken here"
    text = SHIPPED.replace(broken.replace, broken.by, 1)
    file = tmp_path / "ours.yaml"
    file.write_text(text, encoding="utf-8")
    line = next(n for n, line in enumerate(text.splitlines(), 1) if broken.line_of in line)
    return file, line


def _complaint(file: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        load_protocol(file)
    return str(refused.value)


def test_the_shipped_protocol_loads() -> None:
    protocol = load_protocol()
    assert protocol.name == "ketamine-iv@1"
    assert str(protocol.steps.psychotherapy.due) == "infusion.end + 24h"
    assert load_protocol(Path(str(shipped_protocol()))) == protocol


def _sourced(value: object) -> list[Sourced]:
    if isinstance(value, Sourced):
        return [value]
    fields = type(value).model_fields if isinstance(value, Protocol) else {}
    nested = [getattr(value, name) for name in fields]
    deeper = [getattr(part, n) for part in nested for n in getattr(type(part), "model_fields", {})]
    steps = [getattr(step, n) for step in deeper for n in getattr(type(step), "model_fields", {})]
    return [each for each in (*deeper, *steps) if isinstance(each, Sourced)]


def test_rule_30_what_the_site_sets_is_marked_as_a_demonstration() -> None:
    values = _sourced(load_protocol())
    assert len(values) > 5
    assert {v.demo for v in values if v.evidence == "set_by_site"} == {True}
    assert {v.demo for v in values if v.evidence != "set_by_site"} == {False}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_with_its_place(tmp_path: Path, name: str) -> None:
    file, line = _written(tmp_path, WRONG[name])
    (told,) = _complaint(file).splitlines()
    assert told.startswith(f"ours.yaml, line {line}, at ")
    for part in WRONG[name].told:
        assert part in told


@pytest.mark.parametrize("name", NOT_YAML)
def test_what_is_no_yaml_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    file, line = _written(tmp_path, NOT_YAML[name])
    told = _complaint(file)
    assert told.startswith(f"ours.yaml, line {line}: ")
    for part in NOT_YAML[name].told:
        assert part in told


def test_several_mistakes_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    wrong = SHIPPED.replace("daily_cap: 2", "daily_cap: 0").replace("spread: 10m", "spread: soon")
    file.write_text(wrong, encoding="utf-8")
    assert len(_complaint(file).splitlines()) == 2


@pytest.mark.parametrize("text", ["", "- a list", "just words"])
def test_a_file_that_is_no_protocol(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(text, encoding="utf-8")
    assert _complaint(file).startswith("ours.yaml, line 1, at the top of the file: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: a\x07b\n", "ours.yaml: cannot be read as YAML: unacceptable character #x0007"),
        ("title: 2026-99-99\n", "ours.yaml: cannot be read as YAML: month must be in 1..12"),
        ("title: &a [*a]\n", "ours.yaml, line 1: title[0] contains itself"),
    ],
)
def test_what_yaml_itself_stumbles_over(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(text, encoding="utf-8")
    assert _complaint(file).startswith(told)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    told = _complaint(tmp_path / "nowhere.yaml")
    assert told == "nowhere.yaml: cannot be read: FileNotFoundError"


def test_a_file_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_bytes(b"title: caf\xe9\n")
    assert _complaint(file) == "ours.yaml: cannot be read: UnicodeDecodeError"
