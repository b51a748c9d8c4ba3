"""Where keys come from: settings, a file, a command, the first start; a real clinic names one."""

import shlex
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from real_clinic import real_clinic

from config.clinic import load_clinic
from config.key_ring import a_new_key
from config.keys import FILE, ring_of
from config.settings import Settings, SettingsError

NOW, BEFORE = a_new_key("now"), a_new_key("before")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYMARK_KEYS")


def _settings(folder: Path, **given: Any) -> Settings:
    return Settings(state_dir=folder / "state", **given)


def test_the_demonstration_makes_its_own_for_its_owner_alone(tmp_path: Path) -> None:
    first = ring_of(_settings(tmp_path), load_clinic())
    file = tmp_path / "state" / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    again = ring_of(_settings(tmp_path), load_clinic())
    assert again.open(first.seal(b"x", "use", b"").content, first.writes, "use", b"") == b"x"


def test_a_real_clinic_without_keys_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"this is a real clinic.*waymark keys new"):
        ring_of(_settings(tmp_path), load_clinic(real_clinic(tmp_path)))
    assert not (tmp_path / "state").exists()


def test_settings_win_over_a_file_and_a_file_over_a_command(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(NOW + BEFORE)
    script = f"print({a_new_key('command')!r})"
    command = shlex.join([sys.executable, "-c", script])
    both = SecretStr(f"{BEFORE.strip()},{NOW.strip()}")
    given: dict[str, Any] = {"keys": both, "keys_file": file}
    clinic = load_clinic(real_clinic(tmp_path))
    assert ring_of(_settings(tmp_path, **given), clinic).ids == ("before", "now")
    assert ring_of(_settings(tmp_path, keys_file=file, keys_command=command), clinic).ids == (
        "now",
        "before",
    )
    assert ring_of(_settings(tmp_path, keys_command=command), clinic).ids == ("command",)


def test_a_key_added_to_the_file_needs_no_restart(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(BEFORE)
    running = ring_of(_settings(tmp_path, keys_file=file), load_clinic())
    file.write_text(NOW + BEFORE)
    restarted = ring_of(_settings(tmp_path, keys_file=file), load_clinic())
    sealed = restarted.seal(b"x", "use", b"").content
    assert running.open(sealed, restarted.writes, "use", b"") == b"x"


@pytest.mark.parametrize(
    "command",
    [
        f"{shlex.quote(sys.executable)} -c 'print(\"my secret words\"); raise SystemExit(1)'",
        f"{shlex.quote(sys.executable)} -c 'print(\"my secret words\")'",
        "/no/such/program",
        "'unclosed",
    ],
)
def test_a_command_that_gives_no_keys_is_a_sentence(tmp_path: Path, command: str) -> None:
    with pytest.raises(SettingsError) as refused:
        ring_of(_settings(tmp_path, keys_command=command), load_clinic())
    assert "secret words" not in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"key file .*/none cannot be read"):
        ring_of(_settings(tmp_path, keys_file=tmp_path / "none"), load_clinic())
