"""What a newcomer reads when everything runs: where each part is, and what to do next."""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from config.clinic import load_clinic
from config.loader import load_protocol
from config.settings import Settings, Texting
from local import figures
from local.binary import ServerBinary
from local.database import shown
from local.finder import shortcomings
from local.stand import Stand
from pathway.demonstration import is_demonstration

DEMONSTRATION = (
    "A DEMONSTRATION: the clinic and its values are invented; treat no real patient by it."
)
# Invented people, enrolled by the invented clinic's coordinator.
FIRST_COMMAND = "enroll --csv examples/referrals.csv --by mara.voss"
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|DATABASE_URL|DEADMAN")
_NOT_READ_THERE = re.compile(r"WAYMARK_(LOG_|BROWSER$|CACHE_DIR$)")


def show(console: Console, stand: Stand, seconds: float) -> None:
    """Print the banner. `seconds` is how long the start took."""
    places = Table.grid(padding=(0, 2))
    for title, place in _places(stand):
        places.add_row(Text(title, style="bold"), Text(place, overflow="fold"))
    title = f"Waymark runs (after {seconds:.1f} s)"
    console.print(Panel(places, title=title, expand=False), soft_wrap=False)
    for note in _notes(stand):
        console.print(note, style="yellow", markup=False)
    console.print("Nobody has been enrolled; journeys from before go on where they stood.")
    console.print("Next, in another terminal:")
    console.print(f"  {command()} {FIRST_COMMAND}", style="bold green", markup=False)
    if secrets := ", ".join(name for name in _told() if _SECRET.search(name)):
        console.print(f"  with {secrets} set there as here", markup=False)
    console.print("Ctrl-C stops everything; the next `make run` goes on with every journey.")


def _places(stand: Stand) -> list[tuple[str, str]]:
    settings, server = stand.settings, stand.server
    version = f" {server.version}" if isinstance(server, ServerBinary) else ""
    return [
        ("Temporal UI", stand.ui_url or "that of your server"),
        ("Temporal", f"{stand.temporal_address}, namespace {stand.namespace}"),
        ("", f"server{version}, {server.origin}"),
        ("Texts", _texts(settings)),
        ("Phones", stand.phones_url or "the patients' own"),
        ("Console", stand.console_url),
        ("Codec", stand.codec_url or "none here: the UI shows no words of a journey"),
        ("Webhooks", stand.webhooks_url or "none: replies and receipts do not come in"),
        *figures.places(settings),
        ("Database", shown(settings.database_url)),
        ("Logs", str(settings.state_dir / "logs")),
    ]


def _texts(settings: Settings) -> str:
    if settings.texting is Texting.TWILIO:
        sender = settings.twilio_from or settings.twilio_messaging_service_sid
        return f"REAL: Twilio sends them from {sender}, to real phones, at real cost"
    return "simulated: nothing leaves this machine"


def _notes(stand: Stand) -> list[str]:
    short = shortcomings(stand.server) if isinstance(stand.server, ServerBinary) else None
    deaf = None
    if stand.webhooks_url is None:
        deaf = (
            "Patients' replies, STOP among them, do not reach Waymark: set WAYMARK_PUBLIC_URL to "
            "the https:// address at which Twilio reaches the console."
        )
    settings = stand.settings
    invented = load_clinic(settings.clinic_file).demo or is_demonstration(
        load_protocol(settings.protocol_file)
    )
    return [note for note in (short, deaf, DEMONSTRATION if invented else None) if note]


def command() -> str:
    """How to call `waymark` from this folder, with all that this stand was told but secrets.

    It starts journeys itself: with another protocol or clinic they would be another clinic's.
    """
    settings = [f"{n}={shlex.quote(os.environ[n])}" for n in _told() if not _SECRET.search(n)]
    return " ".join([*settings, _program()])


def _told() -> list[str]:
    """The variables that direct this stand, and must direct a command in another terminal."""
    ours = (name for name in os.environ if name.startswith(("WAYMARK_", "TEMPORAL_")))
    return sorted(name for name in ours if os.environ[name] and not _NOT_READ_THERE.match(name))


def _program() -> str:
    beside_python = Path(sys.executable).with_name("waymark")
    if shutil.which("waymark") == str(beside_python):
        return "waymark"
    try:
        return str(beside_python.relative_to(Path.cwd()))
    except ValueError:
        return str(beside_python)
