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
from webhook_receiver import webhook_receiver

from simulator.control import Control

Starter = Callable[..., "subprocess.Popen[str]"]


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

    def run(*options: str) -> subprocess.Popen[str]:
        arguments = [
            "--port",
            str(port),
            "--state-dir",
            str(tmp_path),
            "--account",
            "ACx:token",
            *options,
        ]
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


def test_options_for_webhooks_and_faults(start: Starter, port: int) -> None:
    with webhook_receiver("token") as receiver:
        options = ["--inbound-url", f"{receiver.hook}#rc=1", "--advanced-opt-out"]
        process = start(*options, "--random-faults", "1", "--seed", "7", "--instant")
        control = Control(f"http://127.0.0.1:{port}")
        report = control.random_faults()
        assert report is not None
        assert (report.seed, report.share) == (7, 1)
        requests.delete(f"http://127.0.0.1:{port}/_sim/random", timeout=5)
        assert control.random_faults() is None

        control.write("+12025550123", "STOP")

        control.settled(1)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
    assert "Random faults: seed 7, share 1.0" in output
    assert [post.fields["OptOutType"] for post in receiver.posts] == ["STOP"]
    assert receiver.posts[0].genuine
    assert "Traceback" not in output
    assert "202555" not in output


@pytest.mark.parametrize("url", ["clinic", "http://app_server/in"])
def test_a_webhook_twilio_would_not_take_ends_the_start(tmp_path: Path, url: str) -> None:
    command = [sys.executable, "-m", "simulator", "--state-dir", str(tmp_path)]

    ended = subprocess.run(
        [*command, "--inbound-url", url], capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 2
    assert "write a URL" in ended.stderr


def test_a_hanging_clinic_does_not_hold_up_the_end(start: Starter, port: int) -> None:
    with webhook_receiver("token") as receiver:
        receiver.seconds = 20
        process = start("--inbound-url", receiver.hook)
        control = Control(f"http://127.0.0.1:{port}")
        control.write("+12025550123", "hello")
        give_up = time.monotonic() + 10
        while not receiver.posts and time.monotonic() < give_up:
            time.sleep(0.02)
        began = time.monotonic()

        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)

        assert time.monotonic() - began < 5
        assert "Traceback" not in output
        receiver.seconds = 0
        start()
        (hook,) = control.settled(1)
        assert hook.taken
        assert {post.fields["MessageSid"] for post in receiver.posts} == {hook.message_sid}
        assert len(receiver.posts) == 2
