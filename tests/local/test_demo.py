"""`python -m local demo`: short stories on its own server, and nothing of anybody else's."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from core_driver import CoreDriver, clock
from core_steps import WEDNESDAY

from config.loader import load_protocol
from config.settings import Settings, Texting
from local.binary import ServerBinary
from local.demo.fallen import fallen
from local.demo.stage import demo_settings
from local.demo.stories import chosen_stories
from local.errors import StandError
from local.ports import free_ports
from pathway import commands as cmd
from pathway.facts import Step
from workers.connection import connection_of

ROOT = Path(__file__).parents[2]
DECLINED, DIED = "NG-2046", "NG-2055"
PORTS = (
    *("WAYMARK_PORT_TEMPORAL", "WAYMARK_PORT_UI", "WAYMARK_PORT_SIMULATOR"),
    *("WAYMARK_PORT_CONSOLE", "WAYMARK_PORT_CODEC"),
)
SOMEBODY_ELSES = {
    "TEMPORAL_ADDRESS": "temporal.clinic.test:7233",
    "TEMPORAL_NAMESPACE": "clinic",
    "TWILIO_ACCOUNT_SID": "AC" + 32 * "1",
    "TWILIO_AUTH_TOKEN": "not-a-token",
    "TWILIO_MESSAGING_SERVICE_SID": "MG" + 32 * "1",
    "WAYMARK_DATABASE_URL": "postgresql+psycopg://clinic.test/waymark",
}


@pytest.fixture
def their_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith(("TEMPORAL_", "TWILIO_", "WAYMARK_"))]:
        monkeypatch.delenv(name)
    for name, value in SOMEBODY_ELSES.items():
        monkeypatch.setenv(name, value)


def test_it_takes_no_server_sender_or_database_from_the_environment(
    their_environment: None, tmp_path: Path
) -> None:
    mine = demo_settings(Settings(state_dir=tmp_path, port_temporal=7999))
    assert mine.texting is Texting.NOWHERE
    assert mine.database_url.startswith("sqlite")
    assert connection_of(mine) == {"target_host": "127.0.0.1:7999", "namespace": "waymark"}
    assert not SOMEBODY_ELSES.keys() & os.environ.keys()


def test_the_cache_of_servers_is_the_users_own(
    their_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYMARK_CACHE_DIR", str(tmp_path))
    demo_settings(Settings(state_dir=tmp_path))
    assert os.environ["WAYMARK_CACHE_DIR"] == str(tmp_path)


async def _demo(folder: Path, ports: list[int], *told: str) -> asyncio.subprocess.Process:
    env = os.environ | SOMEBODY_ELSES | dict(zip(PORTS, map(str, ports), strict=True))
    stories = (part for number in told for part in ("--story", number))
    with (folder / "output").open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "local", "demo", "--end", *stories),
            env=env | {"WAYMARK_STATE_DIR": str(folder)},
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )


def _acts(notebook: Path) -> int:
    return sum(json.loads(notebook.read_text())["done"].values()) if notebook.exists() else 0


@pytest.mark.timeout(400)
async def test_stopped_and_gone_on_with_it_tells_everything_once(
    server_binary: ServerBinary, tmp_path: Path
) -> None:
    ports, notebook = free_ports(len(PORTS)), tmp_path / "demo" / "stories.json"
    first = await _demo(tmp_path, ports, DIED)
    while _acts(notebook) < 8 and first.returncode is None:
        await asyncio.sleep(0.05)
    first.send_signal(signal.SIGHUP)  # as when its window is closed
    await asyncio.wait_for(first.wait(), 60)
    assert 8 <= _acts(notebook) < 29, "it was to be stopped in the middle of its story"
    for told in ((DIED,), (DIED, DECLINED)):
        again = await _demo(tmp_path, ports, *told)
        assert await asyncio.wait_for(again.wait(), 150) == 0, (tmp_path / "output").read_text()
    diary = (tmp_path / "demo" / "diary.md").read_text()
    assert diary.count("assessed: not suitable.") == 1
    assert diary.count("assessed: suitable.") == 1
    assert "REFUSED book" in diary
    assert diary.count("DEATH reported: everything stops") == 1
    assert "not sent: infusion appointment, day before 17:00 (the patient has died)" in diary
    assert "TEXT" not in diary.partition("DEATH")[2]


@pytest.mark.chaos
@pytest.mark.timeout(600)
async def test_every_story_is_told_to_its_end(server_binary: ServerBinary, tmp_path: Path) -> None:
    whole = await _demo(tmp_path, free_ports(len(PORTS)))
    assert await asyncio.wait_for(whole.wait(), 550) == 0, (tmp_path / "output").read_text()
    told = json.loads((tmp_path / "demo" / "stories.json").read_text())["told"]
    assert set(told) == set(chosen_stories([]))
    diary = (tmp_path / "demo" / "diary.md").read_text()
    for line in (
        "DEATH reported",
        "REFUSED book",
        "assessed: not suitable",
        "e1 closed: declined",
        "moved",
    ):
        assert line in diary, line


def test_an_unknown_story_is_named_with_those_that_there_are() -> None:
    with pytest.raises(StandError, match="NG-0000") as said:
        chosen_stories(["NG-0000"])
    assert DIED in said.value.remedy


def test_what_falls_with_a_moved_visit_is_told() -> None:
    driver = CoreDriver.open(load_protocol(Settings().protocol_file)).admitted()
    at = clock(WEDNESDAY, "11:00")
    booked: dict[str, Any] = {"treatment": 1, "step": Step.PREPARATION}
    driver.do(cmd.Book, at=at, **booked)
    assert not list(fallen(driver.log)), "a first booking makes nothing fall"
    driver.do(cmd.Move, at=clock(WEDNESDAY, "15:00"), revision=1, **booked)
    told = list(fallen(driver.log))
    assert [(line, why) for _, line, why in told] == [
        ("preparation appointment, appointment - 24h", "the visit was moved"),
        ("preparation appointment, appointment - 2h", "the visit was moved"),
    ]
    assert {at for at, *_ in told} == {driver.now}
