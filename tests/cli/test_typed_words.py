"""A name that is typed where something else belongs is not said again."""

from datetime import UTC, datetime

import pytest
from cli_runner import Cli

from cli.exit_codes import ExitCode
from pathway.commands import RaiseFlag

NAME = "Qvizkor"
REF = "J-0000000000"
KEYS = (f"{NAME}-1", f"{NAME}-1", f"{NAME}-2")
NOBODY = ("do", "raise-flag", REF)
TREATED = ("--treatment", "1", "--by", "nia.crow", "--role", "nurse")


@pytest.mark.parametrize(
    "words",
    [
        (NAME,),
        ("do", NAME),
        ("show", REF, NAME),
        ("show", REF, f"--{NAME}"),
        ("show", REF, f"-{NAME}"),
        ("do", "book", REF, "--step", NAME, "--at", "+1h"),
        ("do", "record-scores", REF, "--purpose", NAME),
        ("do", "raise-flag", REF, "--role", NAME),
        ("do", "sign-discharge", REF, "--treatment", NAME),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_wrong_usage_repeats_nothing(words: tuple[str, ...], more: tuple[str, ...]) -> None:
    result = Cli({}).now(*words, *more)
    assert result.exit_code == ExitCode.WRONG_USAGE, result.output
    assert NAME not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("show", NAME),
        ("enroll", "--language", NAME),
        ("show", f"J-{NAME} Jane"),
        (*NOBODY, "--by", NAME),
        (*NOBODY, "--by", "mara.voss", "--happened-at", NAME),
        ("do", "record-vitals", REF, "--reading", NAME, "--by", "nia.crow", "--role", "nurse"),
        ("do", "record-vitals", REF, "--reading", f"1/1 1 1 {NAME.lower()}=1", "--by", "mara.voss"),
        ("do", "record-preflight", REF, "--item", NAME, "--by", "mara.voss"),
        ("do", "record-preflight", REF, "--screen", f"{NAME}=yes", "--by", "mara.voss"),
        ("worklist", "--person", NAME),
        ("inbox", "done", NAME, "--by", "mara.voss"),
        ("handover", "--by", "mara.voss", "--to", NAME, "--note", "x"),
        ("handover", "--by", NAME, "--to", NAME, "--note", "x"),
        ("protocol", "show", NAME),
        ("audit", "verify", "--anchor", NAME, "--by", "lena.roth"),
        ("do", "record-preflight", REF, "--item", f"{NAME}=yes", *TREATED),
        ("do", "record-preflight", REF, "--item", f"{NAME.lower()}=maybe", *TREATED),
    ],
)
def test_no_trouble_repeats_it(words: tuple[str, ...], cli: Cli) -> None:
    for more in ((), ("--json",)):
        result = cli.now(*words, *more)
        assert result.exit_code not in {ExitCode.OK, ExitCode.UNEXPECTED}, result.output
        assert NAME.lower() not in result.output.lower()


def test_what_was_typed_as_a_key_is_no_part_of_an_update_id() -> None:
    said = {"by": "nia.crow", "role": "nurse", "happened_at": datetime(2026, 3, 9, 12, tzinfo=UTC)}
    one, again, other = (RaiseFlag.model_validate({**said, "key": key}) for key in KEYS)
    assert NAME not in one.update_id
    assert one.update_id == again.update_id
    assert one.update_id != other.update_id
