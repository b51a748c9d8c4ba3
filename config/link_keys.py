"""The key that links are signed with: of the settings, of a file, or made at the first start."""

import secrets
from pathlib import Path

from config.clinic import Clinic
from config.links import Links
from config.owned_file import made_once
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
    """The file's key; made at the first start."""
    made_once(file, secrets.token_urlsafe(32) + "\n")
    return _lines(file)
