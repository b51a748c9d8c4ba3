"""Building from Go modules, with a stand-in for Go: once, whole, or a clear sentence."""

import multiprocessing
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from local.build import UI_SERVER, built
from local.errors import StandError
from local.progress import Progress

WriteProgram = Callable[[str, str], Path]

# Notes each build, names packages as Go does, and leaves the program where Go would.
GO = """
case "$1" in
version) echo "go version go{version} linux/amd64" ;;
env) echo {toolchain} ;;
install)
    echo build >> "$WAYMARK_CACHE_DIR/builds"
    echo "go: downloading example.org/module v1.0.0" >&2
    echo "example.org/module" >&2
    sleep {seconds}
    {end}
    ;;
esac
"""


def _go(
    *,
    version: str = "1.26.8",
    toolchain: str = "local",
    seconds: float = 0,
    end: str = 'echo "a server" > "$GOBIN/server"',
) -> str:
    return GO.format(version=version, toolchain=toolchain, seconds=seconds, end=end)


def _builds(cache: Path) -> int:
    return len((cache / "builds").read_text().splitlines())


def test_it_is_built_once_and_kept(program: WriteProgram, cache: Path, progress: Progress) -> None:
    cache.mkdir()
    program("go", _go())
    path = built(UI_SERVER, progress)
    assert path.read_text() == "a server\n"
    assert path.is_relative_to(cache)
    assert built(UI_SERVER, progress) == path
    assert _builds(cache) == 1


def _build_in_another_process() -> None:
    built(UI_SERVER, Progress())


def test_two_processes_build_once(program: WriteProgram, cache: Path) -> None:
    cache.mkdir()
    program("go", _go(seconds=0.7))
    context = multiprocessing.get_context("spawn")
    builders = [context.Process(target=_build_in_another_process) for _ in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join(30)
    assert [builder.exitcode for builder in builders] == [0, 0]
    assert _builds(cache) == 1


def test_a_failed_build_says_why_and_leaves_nothing(
    program: WriteProgram, cache: Path, progress: Progress
) -> None:
    cache.mkdir()
    program("go", _go(end='echo "dial tcp: network is unreachable" >&2; exit 1'))
    with pytest.raises(StandError, match=r"network is unreachable.* output is in .*\.log"):
        built(UI_SERVER, progress)
    assert not UI_SERVER.path.exists()


def test_without_go_it_says_what_to_install(
    cache: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StandError, match=r"Go is not installed\. Install Go 1\.26\.8 or newer"):
        built(UI_SERVER, progress)


def test_an_old_go_is_refused(program: WriteProgram, cache: Path, progress: Progress) -> None:
    program("go", _go(version="1.22.1"))
    with pytest.raises(StandError, match=r"Go 1\.22\.1 is too old"):
        built(UI_SERVER, progress)


def test_an_old_go_that_fetches_its_successor_will_do(
    program: WriteProgram, cache: Path, progress: Progress
) -> None:
    cache.mkdir()
    program("go", _go(version="1.22.1", toolchain="auto"))
    assert built(UI_SERVER, progress).exists()


def test_the_person_is_told_that_it_takes_a_while(
    program: WriteProgram, cache: Path, progress: Progress, spoken: StringIO
) -> None:
    cache.mkdir()
    program("go", _go())
    built(UI_SERVER, progress)
    assert "Building the Temporal UI 2.54.1 (once, about half a minute)" in spoken.getvalue()
