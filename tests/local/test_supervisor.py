"""The supervisor, with children that are a few lines of Python each."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from local.child import Child, ChildSpec, Member
from local.errors import StandError
from local.health import file_appears
from local.process import bare_environment
from local.supervisor import Patience, Supervisor

# Writes its name into `story` when it starts and when it is told to stop.
CHILD = """
import pathlib, signal, sys, time
name, story, ready = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
def tell(what):
    with story.open("a") as file:
        file.write(what + " " + name + "\\n")
def end(*_):
    tell("end")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
tell("start")
{before}
ready.touch()
{after}
time.sleep(60)
"""
QUICK = Patience(falls=2, within=60, first_wait=0.05, longest_wait=0.05)


class Nursery:
    """Describes children in one folder and reads what they told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []

    def child(
        self, name: str, *, before: str = "", after: str = "", within: float = 10, grace: float = 5
    ) -> Child:
        ready = self.folder / f"{name}.ready"
        script = CHILD.format(before=before, after=after)
        story = str(self.folder / "story")
        return Child(
            ChildSpec(
                name=name,
                argv=(sys.executable, "-c", script, name, story, str(ready)),
                env=bare_environment(),
                log=self.folder / f"{name}.log",
                ready=file_appears(ready),
                ready_file=ready,
                ready_within=within,
                grace=grace,
            )
        )

    def supervisor(self, *members: Member) -> Supervisor:
        return Supervisor(members, say=self.said.append, patience=QUICK)

    @property
    def story(self) -> list[str]:
        return (self.folder / "story").read_text().splitlines()


@pytest.fixture
def nursery(tmp_path: Path) -> Nursery:
    return Nursery(tmp_path)


def _is_running(member: Member) -> bool:
    return Path(f"/proc/{member.pid}").exists() if sys.platform == "linux" else False


async def test_up_in_order_and_down_in_reverse(nursery: Nursery) -> None:
    stop = asyncio.Event()
    supervisor = nursery.supervisor(nursery.child("server"), nursery.child("worker"))
    await supervisor.run(stop, on_ready=stop.set)
    assert nursery.story == ["start server", "start worker", "end worker", "end server"]
    assert nursery.said == []


async def test_whoever_asks_is_told_which_processes_run(nursery: Nursery) -> None:
    stop = asyncio.Event()
    seen: list[list[str]] = []

    def changed(members: Sequence[Member]) -> None:
        seen.append([member.name for member in members])

    members = (nursery.child("server"), nursery.child("worker"))
    await Supervisor(members, say=nursery.said.append, changed=changed).run(stop, on_ready=stop.set)
    assert seen == [["server"], ["server", "worker"]]


async def test_one_that_does_not_start_is_named_with_its_log(nursery: Nursery) -> None:
    broken = nursery.child("worker", before="sys.exit('no clinic file')")
    supervisor = nursery.supervisor(nursery.child("server"), broken)
    with pytest.raises(StandError) as refused:
        await supervisor.run(asyncio.Event())
    assert refused.value.problem == "The worker ended with exit code 1 instead of starting."
    assert str(broken.log) in refused.value.remedy
    assert "no clinic file" in broken.log.read_text()
    assert nursery.story == ["start server", "start worker", "end server"]


async def test_one_that_stays_silent_is_not_waited_for_without_end(nursery: Nursery) -> None:
    silent = nursery.child("worker", before="time.sleep(60)", within=0.5)
    with pytest.raises(StandError, match="did not become ready within"):
        await nursery.supervisor(silent).run(asyncio.Event())
    assert nursery.story == ["start worker", "end worker"]


async def test_one_that_falls_over_is_started_again(nursery: Nursery) -> None:
    stop = asyncio.Event()
    worker = nursery.child("worker")
    running = asyncio.create_task(nursery.supervisor(nursery.child("server"), worker).run(stop))
    await _until_told(nursery, "start worker")
    first = worker.pid
    await worker.kill()
    await _until_said(nursery, "The worker runs again.")
    assert worker.pid != first
    assert "The worker ended with exit code -9; starting it again" in nursery.said[0]
    stop.set()
    await running
    assert nursery.story[-2:] == ["end worker", "end server"]


async def test_one_that_keeps_falling_over_stops_everything(nursery: Nursery) -> None:
    falling = nursery.child("worker", after="sys.exit(7)")
    supervisor = nursery.supervisor(nursery.child("server"), falling)
    with pytest.raises(StandError) as refused:
        await supervisor.run(asyncio.Event())
    ending = "ended with exit code 7, after it was started again 2 times."
    assert refused.value.problem == f"The worker {ending}"
    assert str(falling.log) in refused.value.remedy
    assert nursery.story.count("start worker") == 3
    assert nursery.story[-1] == "end server"


async def test_stopping_while_starting_leaves_nothing(nursery: Nursery) -> None:
    stop = asyncio.Event()
    slow = nursery.child("worker", before="time.sleep(60)")
    running = asyncio.create_task(nursery.supervisor(nursery.child("server"), slow).run(stop))
    await _until_told(nursery, "start worker")
    stop.set()
    await running
    assert nursery.story[-2:] == ["end worker", "end server"]


async def test_a_stubborn_one_is_killed_in_the_end(nursery: Nursery) -> None:
    stop = asyncio.Event()
    stubborn = nursery.child("worker", before=_IGNORES_SIGNALS, grace=0.3)
    async with asyncio.timeout(10):
        await nursery.supervisor(stubborn).run(stop, on_ready=stop.set)
    assert not _is_running(stubborn)


async def test_in_a_hurry_nobody_is_waited_for(nursery: Nursery) -> None:
    stop = asyncio.Event()
    stubborn = nursery.child("worker", before=_IGNORES_SIGNALS, grace=60)
    supervisor = nursery.supervisor(stubborn)

    def stop_in_a_hurry() -> None:
        stop.set()
        supervisor.hurry()

    async with asyncio.timeout(10):
        await supervisor.run(stop, on_ready=stop_in_a_hurry)
    assert not _is_running(stubborn)


_IGNORES_SIGNALS = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"


async def _until_told(nursery: Nursery, line: str) -> None:
    for _ in range(500):
        if (nursery.folder / "story").exists() and line in nursery.story:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"nobody told {line!r}: {nursery.story}")


async def _until_said(nursery: Nursery, sentence: str) -> None:
    for _ in range(500):
        if sentence in nursery.said:
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"nobody said {sentence!r}: {nursery.said}")
