"""Which room may import which, and that no room is shadowed by something installed."""

import importlib.util
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "activities",
    "cli",
    "config",
    "console",
    "local",
    "pathway",
    "records",
    "simulator",
    "workers",
    "workflows",
)


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_arrows_point_one_way() -> None:
    linted = _lint(ROOT)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("room", "planted"),
    [
        ("pathway", "import workflows.messages"),
        ("simulator", "import pathway.model"),
        ("workflows", "import records.journal"),
        ("config", "import records.database"),
        ("records", "import workflows.engine"),
        ("activities", "import workers.worker"),
        ("activities", "import workflows.policies"),
        ("workers", "import cli.session"),
        ("console", "import local.ports"),
        ("cli", "import local.ports"),
    ],
)
def test_a_planted_import_is_noticed(room: str, planted: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ROOMS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc"))
    (tmp_path / room / "planted.py").write_text(f"{planted}\n")
    linted = _lint(tmp_path)
    assert linted.returncode != 0
    assert f"{room}.planted" in linted.stdout


def _contracts() -> list[dict[str, list[str]]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, list[str]]] = project["tool"]["importlinter"]["contracts"]
    return contracts


@pytest.mark.parametrize("room", ["records", "activities"])
def test_of_the_workflows_they_know_the_messages_alone(room: str) -> None:
    """A module that is added to the workflows is out of reach until somebody decides."""
    (contract,) = [c for c in _contracts() if c["source_modules"] == [room]]
    modules = {f"workflows.{p.stem}" for p in (ROOT / "workflows").glob("[a-z]*.py")}
    forbidden = {m for m in contract["forbidden_modules"] if m.startswith("workflows.")}
    assert modules - forbidden == {"workflows.messages"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_resolves_inside_the_checkout(room: str) -> None:
    found = importlib.util.find_spec(room)
    assert found is not None
    assert found.origin is not None
    assert Path(found.origin).is_relative_to(ROOT / room)
    assert (ROOT / room / "py.typed").exists()
