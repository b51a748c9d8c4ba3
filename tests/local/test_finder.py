"""Where the server comes from: the order, and what each place must offer."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from local import finder
from local.binary import Flavour, ServerBinary, Version
from local.build import TEMPORAL_SERVER
from local.download import download, downloaded
from local.finder import RemoteServer, find_server, find_test_server, shortcomings
from local.progress import Progress

WriteProgram = Callable[[str, str], Path]

NEW = "echo 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)'"
OLD = "echo 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'"
pytestmark = pytest.mark.usefixtures("only_path", "cache")


def _put(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine whose firewall refuses it."""
    monkeypatch.setattr(finder, "download", lambda _: None)


def test_an_address_in_the_environment_comes_first(
    program: WriteProgram, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("temporal", NEW)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.clinic.example:7233")
    assert find_server(progress) == RemoteServer("temporal.clinic.example:7233")


def test_a_profile_that_nothing_points_at_is_not_used(
    program: WriteProgram, progress: Progress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may lead a first `make run` to somebody's production cluster."""
    path = program("temporal", NEW)
    profile = tmp_path / ".config" / "temporalio" / "temporal.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text('[profile.default]\naddress = "temporal.clinic.example:7233"\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    found = find_server(progress)
    assert isinstance(found, ServerBinary)
    assert found.path == path
    monkeypatch.setenv("TEMPORAL_PROFILE", "default")
    assert find_server(progress) == RemoteServer("temporal.clinic.example:7233")


def test_tests_never_use_that_address(
    program: WriteProgram, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program("temporal", NEW)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.clinic.example:7233")
    assert find_test_server(progress).path == path


def test_a_temporal_on_the_path_is_taken(program: WriteProgram, progress: Progress) -> None:
    path = program("temporal", NEW)
    found = find_server(progress)
    assert isinstance(found, ServerBinary)
    assert (found.path, found.flavour, found.version) == (path, Flavour.CLI, Version(1, 32, 0))
    assert shortcomings(found) is None


def test_an_older_one_runs_journeys_but_no_tests(program: WriteProgram, progress: Progress) -> None:
    program("temporal", OLD)
    _put(TEMPORAL_SERVER.path, "")
    for_run, for_tests = find_server(progress), find_test_server(progress)
    assert isinstance(for_run, ServerBinary)
    assert for_run.version == Version(1, 29, 1)
    assert "older than 1.32.0" in (shortcomings(for_run) or "")
    assert (for_tests.path, for_tests.flavour) == (TEMPORAL_SERVER.path, Flavour.STOCK)


@pytest.mark.parametrize("script", ["exit 1", "echo 'some other program 1.0'", "echo"])
def test_another_program_of_that_name_is_passed_over(
    program: WriteProgram, progress: Progress, script: str
) -> None:
    program("temporal", script)
    _put(TEMPORAL_SERVER.path, "")
    found = find_server(progress)
    assert isinstance(found, ServerBinary)
    assert found.path == TEMPORAL_SERVER.path


def test_what_was_downloaded_before_is_used_again(progress: Progress) -> None:
    _put(downloaded(), NEW)
    assert find_test_server(progress).path == downloaded()


def test_a_built_server_spares_the_next_start_the_refused_download(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(TEMPORAL_SERVER.path, "")
    monkeypatch.setattr(finder, "download", lambda _: pytest.fail("tried to download"))
    assert find_test_server(progress).origin == "built earlier from Go modules"


@pytest.mark.usefixtures("no_download")
def test_a_refused_download_falls_through_to_a_build(
    program: WriteProgram, progress: Progress, spoken: StringIO
) -> None:
    program(
        "go",
        'case "$1" in version) echo go1.26.8;; env) echo local;; '
        'install) echo x > "$GOBIN/server";; esac',
    )
    found = find_test_server(progress)
    assert (found.path, found.version) == (TEMPORAL_SERVER.path, Version(1, 32, 0))
    assert "building the server instead" in spoken.getvalue()


def test_a_download_that_cannot_be_had_is_none_at_once(
    progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        # Nobody listens there: the SDK's download fails as behind a firewall.
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert download(progress) is None
