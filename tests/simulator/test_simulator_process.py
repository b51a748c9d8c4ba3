"""The command line: health, a clean end, and a memory that survives both ways of ending."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from simulator.control import Control

Starter = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
        return number


def wait_healthy(port: int) -> None:
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the simulator did not become healthy")


@pytest.fixture
def start(port: int, tmp_path: Path) -> Iterator[Starter]:
    started: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        arguments = ["--port", str(port), "--state-dir", str(tmp_path), "--account", "ACx:token"]
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        wait_healthy(port)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_phones_keep_their_texts_over_a_restart(
    start: Starter, port: int, ending: signal.Signals
) -> None:
    process = start()
    url = f"http://127.0.0.1:{port}"
    form = {"To": "+12025550123", "From": "+15005550006", "Body": "hello"}
    address = f"{url}/2010-04-01/Accounts/ACx/Messages.json"
    assert requests.post(address, form, auth=("ACx", "token"), timeout=5).status_code == 201
    control = Control(url)
    control.declare("+12025550124", opted_out=True)
    before = control.ledger()

    process.send_signal(ending)
    output, _ = process.communicate(timeout=10)
    start()

    assert control.ledger() == before
    assert len(before) == 1
    assert control.phone("+12025550124").opted_out is True
    assert "Traceback" not in output
    assert "202555" not in output
