"""Time zones from the pinned package, not from whatever the machine has lying about.

A reminder at nine in the morning is computed from these rules. The system's copy may be years
old, and two workers with different rules would replay one journey differently.
"""

import zoneinfo
from importlib import metadata

PINNED_TZDATA = "2026.6"
"""The release of tzdata that locks/ pins; a newer one is a deploy, tested like any other."""


class WrongTimeZonesError(Exception):
    """Another tzdata than the pinned one is installed."""


def use_pinned_time_zones() -> str:
    """Make zoneinfo read the tzdata package alone; call it first in every process.

    Returns the version in use. Raises WrongTimeZonesError with a sentence for the operator.
    """
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    installed = _installed()
    if installed != PINNED_TZDATA:
        raise WrongTimeZonesError(
            f"Time zone data {installed or 'of no version'} is installed, but this release was "
            f"tested with {PINNED_TZDATA}: install the locked requirements."
        )
    return installed


def _installed() -> str | None:
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return None
