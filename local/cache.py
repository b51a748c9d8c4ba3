"""Where downloaded and built servers are kept: per user and by version, never per checkout."""

import os
import sys
from pathlib import Path


def cache_dir() -> Path:
    """The user's cache folder for Waymark; WAYMARK_CACHE_DIR moves it."""
    chosen = os.environ.get("WAYMARK_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return _user_cache() / "waymark"


def _user_cache() -> Path:
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path.home() / ".cache"


def program(name: str, version: str) -> Path:
    """The path of a cached program, whether it is there or not."""
    return cache_dir() / "servers" / f"{name}-{version}" / name
