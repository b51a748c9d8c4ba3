"""What the stand's own processes are told: settings, accounts, addresses, and no more."""

import os
from collections.abc import Mapping
from pathlib import Path

from config.clinic import Clinic, load_clinic
from config.public_url import public_url
from config.settings import Settings, Texting
from local import figures
from local.ports import LOOPBACK
from local.process import bare_environment
from local.ui_server import origins_of
from pathway.roles import Role
from simulator.network import DEMONSTRATION_ACCOUNT, DEMONSTRATION_TOKEN, SERVICE_SENDER
from workers.connection import connection_of

_OURS = ("WAYMARK_", "TWILIO_")


def console(settings: Settings, *, local: bool) -> dict[str, str]:
    """The console's. It speaks to no Temporal, so it is given no credentials for one.

    `local`: the Temporal server is the stand's own, and its UI too.
    """
    ours = {name: os.environ[name] for name in os.environ if name.startswith(_OURS)}
    namespace: str = connection_of(settings)["namespace"]
    return {
        **bare_environment(**ours),
        **_shared(settings),
        "WAYMARK_TEMPORAL_NAMESPACE": namespace,
        **(_codec(settings) if local else {}),
    }


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


def codec_url(settings: Settings) -> str | None:
    """Where pages of the stand's own UI have payloads opened; None where somebody must sign in.

    That UI knows no sign-in, so a real clinic's journeys are not opened on it.
    """
    if _reads(settings) is None:
        return None
    return f"http://{LOOPBACK}:{settings.port_codec}/codec"


def _codec(settings: Settings) -> Mapping[str, str]:
    """The UI's origins; and in the demonstration nobody has to sign in to read there."""
    reads = _reads(settings)
    return {
        "WAYMARK_PORT_CODEC": str(settings.port_codec),
        "WAYMARK_UI_ORIGIN": settings.ui_origin or ",".join(origins_of(settings.port_ui)),
        **({"WAYMARK_CODEC_WITHOUT_SIGN_IN": reads} if reads else {}),
    }


def _reads(settings: Settings) -> str | None:
    """As whom everybody on this machine reads payloads; None where patients are real."""
    clinic = load_clinic(settings.clinic_file)
    if not clinic.demo or settings.codec_jwks_url is not None:
        return None
    return settings.codec_without_sign_in or _ops_of(clinic)


def _ops_of(clinic: Clinic) -> str:
    ops = (person.id for person in clinic.people if Role.OPS in person.roles)
    return f"ops:{next(ops, 'ops')}"


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
