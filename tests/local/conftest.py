"""Stand-ins for programs of the machine, and a folder that is the whole PATH."""

import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from local.progress import Progress

WriteProgram = Callable[[str, str], Path]


@pytest.fixture
def only_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder on PATH, so that no server of this machine is found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    sleep = shutil.which("sleep")
    assert sleep is not None
    (folder / "sleep").symlink_to(sleep)
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def program(only_path: Path) -> WriteProgram:
    """Writes a shell script of that name to the PATH."""

    def write(name: str, script: str) -> Path:
        path = only_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the user's."""
    monkeypatch.setenv("WAYMARK_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def spoken() -> StringIO:
    """What `progress` has said."""
    return StringIO()


@pytest.fixture
def progress(spoken: StringIO) -> Progress:
    return Progress(Console(file=spoken, soft_wrap=True))
