"""`python -m local run`, the whole of it: the real server, UI, phones, database and worker."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from codec_stand import WORDS, Browser
from temporalio.client import Client

from config.settings import Settings
from config.yaml_source import ConfigError
from local import run
from local.__main__ import main
from local.binary import ServerBinary
from local.health import page_answers
from local.ports import free_ports, is_free
from workers.connection import connect

ROOT = Path(__file__).parents[2]
NAMES = (
    "WAYMARK_PORT_TEMPORAL",
    "WAYMARK_PORT_UI",
    "WAYMARK_PORT_SIMULATOR",
    "WAYMARK_PORT_CONSOLE",
    "WAYMARK_PORT_CODEC",
)


class Place:
    """One state folder and its ports, on which a stand can be started again and again."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state"
        self.output = folder / "output"
        self.ports = free_ports(len(NAMES))
        self.temporal, self.ui, self.phones, self.console, self.codec = self.ports
        ports = dict(zip(NAMES, map(str, self.ports), strict=True))
        self.env = os.environ | ports | {"WAYMARK_STATE_DIR": str(self.state)}

    @property
    def said(self) -> str:
        return self.output.read_text()

    async def start(self) -> asyncio.subprocess.Process:
        with self.output.open("wb") as output:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "local", "run"),
                env=self.env,
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )

    async def run_to_its_end(self) -> tuple[int, str]:
        process = await self.start()
        code = await asyncio.wait_for(process.wait(), timeout=60)
        return code, self.said

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """A stand whose banner is out; stopped by Ctrl-C unless it has ended before."""
        process = await self.start()
        try:
            await self._until_ready(process)
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.wait(), timeout=60)

    async def client(self) -> Client:
        settings = Settings(port_temporal=self.temporal, state_dir=self.state)
        return await connect(settings, patience=timedelta(seconds=30))

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        for _ in range(1200):
            if "Ctrl-C stops everything" in self.said:
                return
            if process.returncode is not None:
                break
            await asyncio.sleep(0.05)
        pytest.fail(f"the stand did not start:\n{self.said}")


@pytest.fixture
def place(tmp_path: Path, server_binary: ServerBinary, monkeypatch: pytest.MonkeyPatch) -> Place:
    # As a newcomer has it: the key is made at the first start, and found by every process.
    monkeypatch.delenv("WAYMARK_KEYS")
    return Place(tmp_path)


async def _begin(client: Client, workflow_id: str) -> None:
    await client.start_workflow("Any", WORDS, id=workflow_id, task_queue="nobody")


async def test_it_stops_in_order_and_goes_on_where_it_stood(place: Place) -> None:
    async with place.running() as first:
        client = await place.client()
        journeys = await client.count_workflows("WorkflowType = 'PatientJourney'")
        assert journeys.count == 0, "it enrolled somebody by itself"
        await _begin(client, "a-journey")
        assert await page_answers(place.ui, "/")()
        assert await page_answers(place.phones, "/healthz")()
        assert await page_answers(place.console, "/healthz")()
        assert (place.state / "waymark.db").exists()
        # What a page of the UI does: the worker's keys and the console's are the same.
        history = await client.get_workflow_handle("a-journey").fetch_history()
        started = history.events[0].workflow_execution_started_event_attributes
        page = Browser(place.codec, {"Origin": f"http://localhost:{place.ui}"})
        assert (await page.decode(started.input.payloads)).said == [WORDS]
    assert first.returncode == 0
    assert "Everything has stopped" in place.said
    assert all(is_free(port) for port in place.ports)
    async with place.running():
        description = await (await place.client()).get_workflow_handle("a-journey").describe()
        assert description.status is not None
        assert description.status.name == "RUNNING"
        assert (place.state / "logs" / "worker.before.log").stat().st_size > 0


async def test_after_a_kill_the_next_start_cleans_up_and_goes_on(place: Place) -> None:
    async with place.running() as first:
        await _begin(await place.client(), "a-journey")
        first.kill()
        await first.wait()
        assert not is_free(place.temporal)
    async with place.running():
        assert "of a stand that was killed have been ended" in place.said
        await (await place.client()).get_workflow_handle("a-journey").describe()


async def test_a_second_one_is_refused_and_harms_nothing(place: Place, tmp_path: Path) -> None:
    async with place.running() as first:
        second = Place(tmp_path / "second")
        second.output.parent.mkdir()
        second.env = place.env
        code, said = await second.run_to_its_end()
        assert (code, f"Process {first.pid} already runs" in said) == (1, True)
        second.env = place.env | {"WAYMARK_STATE_DIR": str(second.state)}
        code, said = await second.run_to_its_end()
        taken = f"Port {place.temporal}, which the Temporal server needs"
        assert (code, taken in said) == (1, True)
        assert await page_answers(place.ui, "/")()
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("WAYMARK_PORT_UI", "high", "WAYMARK_PORT_UI cannot be used"),
        ("WAYMARK_DATABASE_URL", "oracle://u:hunter2@db/x", "could not be prepared"),
        ("TEMPORAL_ADDRESS", "127.0.0.1:1", "Temporal does not answer at 127.0.0.1:1."),
        ("TEMPORAL_PROFILE", "nowhere", "The TEMPORAL_* variables cannot be used"),
        ("WAYMARK_CLINIC_FILE", "missing.yaml", "WAYMARK_CLINIC_FILE cannot be used: missing.yaml"),
        ("WAYMARK_PROTOCOL_FILE", "missing.yaml", "WAYMARK_PROTOCOL_FILE cannot be used"),
    ],
)
async def test_what_is_in_the_way_is_said_in_a_sentence(
    place: Place, variable: str, value: str, sentence: str
) -> None:
    place.env[variable] = value
    code, said = await place.run_to_its_end()
    assert code != 0
    assert sentence in said
    assert "Traceback" not in said
    assert "hunter2" not in said


async def test_a_typing_mistake_in_the_clinics_file_is_said_with_its_line(
    place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "clinic.yaml"
    file.write_text("zone: America/Los_Angeles\nzone: America/New_York\n", encoding="utf-8")
    place.env["WAYMARK_CLINIC_FILE"] = str(file)
    code, said = await place.run_to_its_end()
    assert (code, "clinic.yaml, line 2: the key zone is given twice" in said) == (2, True)
    assert "Traceback" not in said


def test_a_file_that_was_spoilt_since_is_said_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoilt(*_: object) -> None:
        raise ConfigError("clinic.yaml, line 2: it is no more what it was")

    monkeypatch.setattr(sys, "argv", ["local", "run"])
    monkeypatch.setattr(run, "run_stand", spoilt)
    assert main() == 2
    assert "clinic.yaml, line 2" in capsys.readouterr().out


@pytest.mark.chaos
@pytest.mark.parametrize("rounds", [3])
async def test_whatever_is_killed_comes_back_with_every_journey(place: Place, rounds: int) -> None:
    async with place.running():
        begun = 0
        for _ in range(rounds):
            for pid in _processes(place):
                client = await place.client()
                await _begin(client, f"journey-{begun}")
                begun += 1
                os.kill(pid, signal.SIGKILL)
                await _until_replaced(place, pid)
                await _until_pages_answer(place)
        count = await (await place.client()).count_workflows("WorkflowType = 'Any'")
    assert count.count == begun


def _processes(place: Place) -> list[int]:
    text = (place.state / "processes.json").read_text()
    return [entry["pid"] for entry in json.loads(text)]


async def _until_replaced(place: Place, pid: int) -> None:
    for _ in range(600):
        if pid not in _processes(place):
            return
        await asyncio.sleep(0.05)
    pytest.fail("what was killed did not come back")


async def _until_pages_answer(place: Place) -> None:
    for port, path in ((place.ui, "/"), (place.phones, "/healthz")):
        for _ in range(200):
            if await page_answers(port, path)():
                break
            await asyncio.sleep(0.05)
        else:
            pytest.fail(f"nothing answers on port {port}")
