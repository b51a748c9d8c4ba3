"""A process of ours: it checks its zones, stops when asked, and says how it ended."""

import asyncio
import os
import signal
import sys
import textwrap
from pathlib import Path

import pytest

_PROLOGUE = """
    import asyncio
    from workers.logging import configure_logging
    from workers.process import announce_ready, run_process
    configure_logging()
"""


async def _start(tmp_path: Path, body: str) -> asyncio.subprocess.Process:
    script = tmp_path / "service.py"
    script.write_text(textwrap.dedent(_PROLOGUE) + textwrap.dedent(body))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"WAYMARK_READY_FILE": str(tmp_path / "ready")},
    )


async def _ready(tmp_path: Path) -> None:
    for _ in range(1000):
        if (tmp_path / "ready").exists():
            return
        await asyncio.sleep(0.02)
    pytest.fail("the process never said that it was ready")


async def _end(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    async with asyncio.timeout(20):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


ORDERLY = """
    async def service(stop):
        announce_ready()
        await stop.wait()
        print("finished what it held")

    run_process(service)
"""

STUBBORN = """
    async def service(stop):
        announce_ready()
        await asyncio.sleep(3600)

    run_process(service)
"""

FAILING = """
    async def service(stop):
        raise ValueError("Jane Doe, +15551234567")

    run_process(service)
"""

WRONG_SETTINGS = """
    from config.settings import SettingsError

    async def service(stop):
        raise SettingsError("TWILIO_FROM is set without TWILIO_ACCOUNT_SID.")

    run_process(service)
"""

OTHER_ZONES = """
    import workers.time_zones
    workers.time_zones.PINNED_TZDATA = "1999.1"

    async def service(stop):
        print("must not run")

    run_process(service)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    process = await _start(tmp_path, ORDERLY)
    await _ready(tmp_path)
    process.send_signal(number)
    code, output = await _end(process)
    assert code == 0
    assert "finished what it held" in output
    assert f'"signal": "{number.name}"' in output
    assert '"event": "process_ended"' in output


async def test_a_second_signal_does_not_wait(tmp_path: Path) -> None:
    process = await _start(tmp_path, STUBBORN)
    await _ready(tmp_path)
    process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.3)
    assert process.returncode is None
    process.send_signal(signal.SIGTERM)
    code, _ = await _end(process)
    assert code == 128 + signal.SIGTERM


async def test_a_failure_is_told_without_its_words(tmp_path: Path) -> None:
    code, output = await _end(await _start(tmp_path, FAILING))
    assert code == 1
    assert '"error": "builtins.ValueError"' in output
    assert "Jane" not in output


async def test_wrong_settings_are_told_to_a_person(tmp_path: Path) -> None:
    code, output = await _end(await _start(tmp_path, WRONG_SETTINGS))
    assert code == 1
    assert "\nTWILIO_FROM is set without TWILIO_ACCOUNT_SID.\n" in output


async def test_other_time_zones_are_refused(tmp_path: Path) -> None:
    code, output = await _end(await _start(tmp_path, OTHER_ZONES))
    assert code == 1
    assert "this release was tested with 1999.1" in output
    assert "must not run" not in output
