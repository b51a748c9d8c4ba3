"""Where the ring of keys comes from: the settings, a file, a command, or the first start."""

import shlex
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from config.clinic import Clinic
from config.key_ring import Key, KeyRing, KeyRingError, a_new_key, keys_in
from config.owned_file import made_once
from config.settings import Settings, SettingsError

FILE = "payload.keys"
_COMMAND_SECONDS = 20


def ring_of(settings: Settings, clinic: Clinic) -> KeyRing:
    """The keys that seal what Temporal and the records keep.

    Raises:
        SettingsError: when none can be read, or a real clinic names none.
    """
    source = _source(settings, clinic)
    try:
        return KeyRing(source(), again=source)
    except KeyRingError as error:
        raise SettingsError(str(error)) from None


def _source(settings: Settings, clinic: Clinic) -> Callable[[], Sequence[Key]]:
    given = settings.keys
    if given is not None:
        return lambda: keys_in(given.get_secret_value().replace(",", "\n"))
    if settings.keys_file is not None:
        return partial(_of_file, settings.keys_file)
    if settings.keys_command is not None:
        return partial(_of_command, settings.keys_command)
    if not clinic.demo:
        raise SettingsError(
            "No keys are given, and this is a real clinic: what Temporal and the records keep of a "
            "patient is sealed with them. Set WAYMARK_KEYS, WAYMARK_KEYS_FILE or "
            "WAYMARK_KEYS_COMMAND, the same for every process; `waymark keys new` makes one."
        )
    return partial(_own, settings.state_dir / FILE)


def _of_file(file: Path) -> Sequence[Key]:
    try:
        return keys_in(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRingError(
            f"The key file {file} cannot be read or written ({type(error).__name__}). "
            "It holds a key in each line, as `ID BASE64`; the first one seals."
        ) from None


def _of_command(command: str) -> Sequence[Key]:
    """What a command prints, so that a key manager can be asked; its words are never repeated."""
    try:
        said = subprocess.run(  # noqa: S603 - the site's own command
            shlex.split(command),
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise KeyRingError(
            f"WAYMARK_KEYS_COMMAND gave no keys ({type(error).__name__}). "
            "It must print a key in each line, as `ID BASE64`, and end with 0 within "
            f"{_COMMAND_SECONDS} seconds."
        ) from None
    return keys_in(said.stdout)


def _own(file: Path) -> Sequence[Key]:
    """The demonstration's; made at the first start."""
    try:
        made_once(file, a_new_key(f"{datetime.now(UTC):%Y-%m-%d}"))
    except OSError as error:
        raise KeyRingError(
            f"The key file {file} cannot be written ({type(error).__name__})."
        ) from None
    return _of_file(file)
