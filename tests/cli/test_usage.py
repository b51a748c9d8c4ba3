"""Exit codes and streams where nothing is done: wrong usage, nobody there, nothing found."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import Cli
from temporalio.client import Client

from cli.exit_codes import MEANINGS, ExitCode
from local.ports import free_port


def as_process(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, with its own end."""
    code = "import sys; from cli.main import app; sys.argv[0] = 'waymark'; app()"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_version_is_one_document(tmp_path: Path) -> None:
    ended = as_process({}, "version", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout).keys() == {"version", "build"}


def test_wrong_usage_does_not_look_like_a_refusal() -> None:
    ended = as_process({}, "show")
    assert (ended.returncode, ended.stdout) == (64, "")
    assert "REF" in ended.stderr


@pytest.mark.parametrize(
    "words", [["nothing"], ["do"], ["do", "nothing"], ["show", "J-0000000000", "--colour"]]
)
def test_what_is_not_there_is_wrong_usage(words: list[str]) -> None:
    result = Cli({}).now(*words, "--json")
    assert result.exit_code == ExitCode.WRONG_USAGE
    assert json.loads(result.stdout)["error"]["code"] == "wrong_usage"


def test_code_3_is_said_as_every_command_means_it() -> None:
    """Of a file's rows, of keys, of records that differ, of lines that somebody keeps."""
    said = MEANINGS[ExitCode.SOME_ROWS_BAD]
    assert "row" not in said
    assert all(part in said for part in ("in part", "bad", "missing", "refused"))


def test_help_names_every_exit_code() -> None:
    said = " ".join(Cli({}).now("--help").stdout.split())
    for code, meaning in MEANINGS.items():
        assert f"{code.value} {meaning}" in said


def test_help_has_no_colour_where_none_is_wanted() -> None:
    wanted = as_process({"FORCE_COLOR": "1"}, "do", "--list")
    unwanted = as_process({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "show", "J-X")
    assert wanted.returncode == 0
    assert "\x1b[3" not in unwanted.stdout + unwanted.stderr


def test_settings_that_cannot_be_used_are_told_in_their_words(tmp_path: Path) -> None:
    result = Cli({"WAYMARK_PORT_UI": "many"}).now("worklist", "--json")
    assert result.exit_code == ExitCode.WRONG_USAGE
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "wrong_settings"
    assert "WAYMARK_PORT_UI" in error["sentence"]


def test_a_clinic_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "clinic.yaml").write_text("zone: [", encoding="utf-8")
    result = Cli({"WAYMARK_CLINIC_FILE": str(tmp_path / "clinic.yaml")}).now("worklist")
    assert result.exit_code == ExitCode.WRONG_USAGE
    assert "clinic.yaml, line 1" in result.stderr


@pytest.mark.parametrize("words", [["worklist"], ["escalations"], ["enroll", "--start"]])
def test_a_database_that_is_not_there(words: list[str], tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    result = Cli({"WAYMARK_DATABASE_URL": f"sqlite:///{missing}"}).now(*words, "--json")
    assert result.exit_code == ExitCode.NO_ANSWER
    assert json.loads(result.stdout)["error"]["code"] == "records_unavailable"
    assert not missing.exists(), "an empty file would be readable by everybody"


def test_a_database_elsewhere_that_does_not_answer() -> None:
    port = free_port()
    url = f"postgresql://clinic:secret@127.0.0.1:{port}/waymark"
    result = Cli({"WAYMARK_DATABASE_URL": url}).now("worklist")
    assert result.exit_code == ExitCode.NO_ANSWER
    assert "secret" not in result.output


def test_a_server_that_is_away_leaves_one_document_on_stdout(cli: Cli) -> None:
    port = free_port()
    env = cli.env | {"TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}
    ended = as_process(env, "show", "J-0000000000", "--patience", "1", "--json")
    assert ended.returncode == ExitCode.NO_ANSWER
    assert json.loads(ended.stdout)["error"]["code"] == "no_answer"
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("reference", ["J-0000000000", "J-short", "j-0000000000", "nobody"])
async def test_a_reference_that_is_not_there(reference: str, cli: Cli, client: Client) -> None:
    document = await cli.json("show", reference, exit_code=ExitCode.NOT_FOUND)
    assert document["error"]["code"] == "not_found"
    await cli("explain", reference, exit_code=ExitCode.NOT_FOUND)
    await cli("do", "raise-flag", reference, "--role", "coordinator", exit_code=ExitCode.NOT_FOUND)


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ([], "--by"),
        (["--by", "some.body"], "some.body"),
        (["--by", "ines.abara"], "several roles"),
        (["--by", "nia.crow", "--role", "prescriber"], "does not act as prescriber"),
    ],
)
async def test_who_acts_must_be_of_the_clinic(who: list[str], says: str, cli: Cli) -> None:
    nobody = Cli({name: value for name, value in cli.env.items() if name != "WAYMARK_BY"})
    words = ("do", "raise-flag", "J-0000000000", *who)
    result = await nobody(*words, exit_code=ExitCode.WRONG_USAGE)
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
