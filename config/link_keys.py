"""The key that links are signed with: of the settings, of a file, or made at the first start."""

import os
import secrets
from pathlib import Path
from uuid import uuid4

from config.clinic import Clinic
from config.links import Links
from config.settings import Settings, SettingsError

FILE = "link.key"
_SHORTEST = 32


def links_of(settings: Settings, clinic: Clinic) -> Links | None:
    """What writes and reads links; None where nobody's phone could open one.

    Raises:
        SettingsError: when the key cannot be read, or a real clinic has no public URL or no key.
    """
    if not clinic.demo:
        _require_all(settings)
    if settings.public_url is None:
        return None
    return Links(settings.public_url, _keys(settings))


def _require_all(settings: Settings) -> None:
    if settings.public_url is None:
        raise SettingsError(
            "WAYMARK_PUBLIC_URL is not set, and this is a real clinic: pages would carry no link "
            "to take them by. Set it to the https:// address at which phones reach the console."
        )
    if settings.link_key is None and settings.link_key_file is None:
        raise SettingsError(
            "WAYMARK_LINK_KEY is not set, and this is a real clinic: links in texts are signed "
            "with it. Set it, or WAYMARK_LINK_KEY_FILE, to 32 random letters or more, the same "
            "for every worker and console."
        )


def _keys(settings: Settings) -> tuple[bytes, ...]:
    """The key that signs, then one that is still believed."""
    if settings.link_key is not None:
        given = (settings.link_key, settings.link_key_previous)
        return tuple(key.get_secret_value().encode() for key in given if key is not None)
    file = settings.link_key_file
    try:
        lines = _lines(file) if file else _own(settings.state_dir / FILE)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The key file {file or settings.state_dir / FILE} cannot be read or written "
            f"({type(error).__name__}). It holds the key, and on a second line the one before."
        ) from None
    if not lines or min(map(len, lines)) < _SHORTEST:
        raise SettingsError(
            f"The key file {file or settings.state_dir / FILE} holds no key of {_SHORTEST} letters "
            "or more in each of its lines."
        )
    return tuple(line.encode() for line in lines[:2])


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()


def _own(file: Path) -> list[str]:
    """The file's key; where there is none, one of the processes that begin together makes it."""
    if file.exists():
        return _lines(file)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{uuid4().hex}")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as new:
        new.write(secrets.token_urlsafe(32) + "\n")
        new.flush()
        os.fsync(new.fileno())
    try:
        # Unlike a rename this fails where another has been first.
        os.link(unfinished, file)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
    return _lines(file)
