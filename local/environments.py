"""What the stand's own processes are told: settings, accounts, addresses, and no more."""

import os
from collections.abc import Mapping
from pathlib import Path

from config.settings import Settings, Texting
from local import figures
from local.ports import LOOPBACK
from local.process import bare_environment
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, SERVICE_SENDER

_OURS = ("WAYMARK_", "TWILIO_")


def console(settings: Settings) -> dict[str, str]:
    """The console's. It speaks to no Temporal, so it is given no credentials for one."""
    ours = {name: os.environ[name] for name in os.environ if name.startswith(_OURS)}
    return bare_environment(**ours) | _shared(settings)


def worker(settings: Settings, ready: Path, *, local: bool) -> dict[str, str]:
    """The worker's. `local`: the Temporal server is the stand's own."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        # Credentials of a remote server would keep the worker from the local one.
        if not (local and name.startswith("TEMPORAL_") and name != "TEMPORAL_NAMESPACE")
    }
    return inherited | {
        "WAYMARK_PORT_TEMPORAL": str(settings.port_temporal),
        "WAYMARK_READY_FILE": str(ready),
        "WAYMARK_TEXTS_PER_SECOND": str(settings.texts_per_second),
        **_shared(settings),
    }


def _shared(settings: Settings) -> dict[str, str]:
    """What the worker and the console are told alike."""
    url = public_url(settings)
    return {
        "PYTHONUNBUFFERED": "1",
        "WAYMARK_STATE_DIR": str(settings.state_dir),
        "WAYMARK_DATABASE_URL": settings.database_url,
        "WAYMARK_PORT_CONSOLE": str(settings.port_console),
        **figures.variables(settings),
        **({"WAYMARK_PUBLIC_URL": url} if url else {}),
        **_texting(settings),
    }


def public_url(settings: Settings) -> str | None:
    """Simulated phones call this machine; Twilio itself could not, and would refuse the URL."""
    if settings.public_url is not None or settings.texting is Texting.TWILIO:
        return settings.public_url
    return f"http://{LOOPBACK}:{settings.port_console}"


def _texting(settings: Settings) -> Mapping[str, str]:
    """Without Twilio's variables, texts go to the simulated phones."""
    if settings.texting is not Texting.NOWHERE:
        return {}
    return {
        "TWILIO_ACCOUNT_SID": DEMONSTRATION_ACCOUNT,
        "TWILIO_AUTH_TOKEN": DEMONSTRATION_TOKEN,
        "TWILIO_FROM": SERVICE_SENDER,
        "WAYMARK_TWILIO_API_BASE": f"http://{LOOPBACK}:{settings.port_simulator}",
    }
