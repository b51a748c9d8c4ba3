"""One stand per state folder, and nothing left of one that was killed."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local import orphans
from local.child import Child, ChildSpec
from local.errors import StandError
from local.health import file_appears
from local.instance import sole_instance
from local.process import bare_environment

HOLDER = """
import sys, time
from pathlib import Path
from local.instance import sole_instance
with sole_instance(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_one_is_told_who_the_first_is(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state)], stdout=subprocess.PIPE, text=True
    )
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StandError) as refused, sole_instance(state):
            pytest.fail("two stands on one folder")
        first.kill()
    assert f"Process {first.pid} already runs on the state folder {state}" in str(refused.value)
    assert "WAYMARK_STATE_DIR=" in refused.value.remedy
    with sole_instance(state):
        assert (state / "instance.pid").read_text() == f"{os.getpid()}\n"


def test_the_folder_is_private_and_free_again_afterwards(tmp_path: Path) -> None:
    state = tmp_path / "a" / "state"
    for _ in range(2):
        with sole_instance(state):
            assert state.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StandError, match=r"cannot be written: Not a directory\."),
        sole_instance(tmp_path / "file" / "state"),
    ):
        pytest.fail("a folder inside a file")


async def _sleeper(tmp_path: Path) -> Child:
    """A child with an argument of its own, so that nothing else on this machine is like it."""
    ready = tmp_path / "ready"
    script = "import sys, pathlib, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    child = Child(
        ChildSpec(
            name="sleeper",
            argv=(sys.executable, "-c", script, str(ready)),
            env=bare_environment(),
            log=tmp_path / "log",
            ready=file_appears(ready),
        )
    )
    await child.up()
    return child


async def test_the_children_of_a_killed_stand_are_ended(tmp_path: Path) -> None:
    child = await _sleeper(tmp_path)
    orphans.note(tmp_path / "processes.json", [child])
    ended = await asyncio.to_thread(orphans.end_orphans, tmp_path / "processes.json")
    assert ended == 1
    assert await child.wait() == -15
    assert orphans.end_orphans(tmp_path / "processes.json") == 0


async def test_another_process_with_that_number_is_left_alone(tmp_path: Path) -> None:
    child = await _sleeper(tmp_path)
    note = tmp_path / "processes.json"
    orphans.note(note, [child])
    note.write_text(note.read_text().replace("time.sleep(60)", "time.sleep(61)"))
    assert orphans.end_orphans(note) == 0
    await child.stop()
    assert await child.wait() == -15


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"pid": "x", "argv": []}]'])
def test_a_torn_note_is_no_obstacle(tmp_path: Path, text: str) -> None:
    note = tmp_path / "processes.json"
    note.write_text(text)
    assert orphans.end_orphans(note) == 0
