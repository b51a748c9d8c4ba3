"""The Makefile's installation, with stand-ins for Python and pip."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "local" / "install.sh"

# Notes what pip is asked for, and does as it is told.
ENVIRONMENT_PYTHON = """#!/bin/sh
case "$*" in
*"pip --version"*) exit 0 ;;
*"--require-hashes"*) echo "$*" >> calls; echo "Collecting a"; {end} ;;
*) exit 0 ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "locks").mkdir()
    for kind in ("runtime", "dev"):
        (tmp_path / "locks" / f"{kind}.txt").write_text("a==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def _environment(checkout: Path, end: str = "exit 0") -> None:
    _program(checkout / ".venv" / "bin" / "python", ENVIRONMENT_PYTHON.format(end=end))


def _install(checkout: Path, kind: str, python: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), kind],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def _calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().splitlines()


def test_an_old_python_is_a_sentence(checkout: Path) -> None:
    done = _install(checkout, "runtime", python="/bin/false")
    assert done.returncode == 1
    assert "No Python 3.11 or newer was found." in done.stderr
    assert "PYTHON=" in done.stderr


def test_a_python_without_venv_is_a_sentence(checkout: Path) -> None:
    text = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n'
    done = _install(checkout, "runtime", python=str(_program(checkout / "python", text)))
    assert done.returncode == 1
    assert "its venv module is missing" in done.stderr
    assert "python3-venv" in done.stderr


def test_requirements_that_cannot_be_had_are_a_sentence(checkout: Path) -> None:
    _environment(checkout, end='echo "ERROR: no route to host"; exit 1')
    done = _install(checkout, "runtime")
    assert done.returncode == 1
    assert "ERROR: no route to host" in done.stderr
    assert "The locked requirements could not be installed." in done.stderr
    assert not list((checkout / ".venv").glob(".installed-*"))


def test_what_is_installed_is_not_installed_again(checkout: Path) -> None:
    _environment(checkout)
    for _ in range(2):
        assert _install(checkout, "runtime").returncode == 0
    assert len(_calls(checkout)) == 1
    assert "--require-hashes -r locks/runtime.txt" in _calls(checkout)[0]


def test_a_changed_lock_is_installed(checkout: Path) -> None:
    _environment(checkout)
    _install(checkout, "runtime")
    (checkout / "locks" / "runtime.txt").write_text("a==2\n")
    assert _install(checkout, "runtime").returncode == 0
    assert len(_calls(checkout)) == 2


def test_an_environment_for_tests_also_runs_the_product(checkout: Path) -> None:
    _environment(checkout)
    _install(checkout, "dev")
    assert _install(checkout, "runtime").returncode == 0
    assert len(_calls(checkout)) == 1
    assert "locks/dev.txt" in _calls(checkout)[0]
